// The values that hurt, by name: those of values.py, in TypeScript's own words.
import { Color, Newer, NewerPart, Point, Values } from "./stubs/tests/agreement/agreement.js";
import { NullValue } from "./stubs/google/protobuf/struct.js";

export const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
export const TEXT = '\0 é 주문 😀 \u2028 "\\ \ufffd';
const KEYS = ["", "__proto__", "constructor", "toString", "\0", "é😀"];
const UNKNOWN_COLOR = 77 as number as Color;
const LEAST64 = -(2n ** 63n);
const GREATEST64 = 2n ** 63n - 1n;
const GREATEST_UNSIGNED64 = 2n ** 64n - 1n;
const ODD = 2n ** 53n + 1n;

// An object literal would take __proto__ for the prototype.
const VALUES: { [key: string]: unknown } = JSON.parse('{"null": null, "__proto__": {"isAdmin": true}}');
Object.assign(VALUES, { text: TEXT, list: [1.5, [null, {}], false, ""] });

const time = (seconds: bigint, nanos = 0) => ({ seconds, nanos });
const keyed = <T>(value: (key: string) => T) => new Map(KEYS.map((key) => [key, value(key)]));

export const CASES: { [name: string]: Values } = {
  "nothing": Values.create(),
  "zeros": Values.create({
    maybeDouble: 0,
    maybeInt64: 0n,
    maybeBool: false,
    maybeText: "",
    maybeData: Buffer.alloc(0),
    maybeColor: Color.COLOR_UNSPECIFIED,
  }),
  "empty messages": Values.create({
    point: {},
    time: {},
    duration: {},
    struct: {},
    list: [],
    mask: [],
    empty: {},
    wrappedDouble: 0,
    wrappedInt64: 0n,
    wrappedBool: false,
    wrappedText: "",
    wrappedData: Buffer.alloc(0),
  }),
  "greatest": Values.create({
    doubleValue: Number.MAX_VALUE,
    floatValue: 3.4028232635611926e38,
    int32Value: 2 ** 31 - 1,
    int64Value: GREATEST64,
    uint32Value: 2 ** 32 - 1,
    uint64Value: GREATEST_UNSIGNED64,
    sint32Value: 2 ** 31 - 1,
    sint64Value: GREATEST64,
    fixed32Value: 2 ** 32 - 1,
    fixed64Value: GREATEST_UNSIGNED64,
    sfixed32Value: 2 ** 31 - 1,
    sfixed64Value: GREATEST64,
    boolValue: true,
    color: Color.COLOR_RED,
    wrappedInt64: GREATEST64,
  }),
  "least": Values.create({
    doubleValue: Number.MIN_VALUE,
    floatValue: 1e-45,
    int32Value: -(2 ** 31),
    int64Value: LEAST64,
    sint32Value: -(2 ** 31),
    sint64Value: LEAST64,
    sfixed32Value: -(2 ** 31),
    sfixed64Value: LEAST64,
    color: Color.COLOR_BLUE,
    maybeInt64: LEAST64,
    wrappedInt64: LEAST64,
  }),
  "beyond a double": Values.create({
    int64Value: ODD,
    uint64Value: ODD,
    sint64Value: -ODD,
    fixed64Value: ODD,
    numbers: [ODD, -ODD, 0n],
    notPacked: [0n, GREATEST_UNSIGNED64],
    choice: { $case: "chosenUint64", value: ODD },
  }),
  "not a number": Values.create({
    doubleValue: NaN,
    floatValue: Infinity,
    maybeDouble: -Infinity,
    doubles: [NaN, Infinity, 0, 1e21],
    floats: [-Infinity, NaN, 0.1],
    byBool: new Map([[true, Infinity], [false, NaN]]),
    wrappedDouble: -Infinity,
    choice: { $case: "chosenDouble", value: NaN },
  }),
  "minus zero": Values.create({
    doubleValue: -0,
    floatValue: -0,
    maybeDouble: -0,
    doubles: [-0],
    floats: [-0],
    byBool: new Map([[true, -0]]),
    wrappedDouble: -0,
    choice: { $case: "chosenDouble", value: -0 },
    x30100: -0,
  }),
  "texts": Values.create({ text: TEXT, maybeText: "\0", texts: ["", TEXT], named: TEXT, wrappedText: TEXT }),
  "bytes": Values.create({
    data: ALL_BYTES,
    maybeData: Buffer.from([0]),
    blobs: [Buffer.alloc(0), ALL_BYTES, Buffer.from([255])],
    wrappedData: ALL_BYTES,
  }),
  "unknown enum values": Values.create({
    color: UNKNOWN_COLOR,
    maybeColor: -1 as number as Color,
    colors: [UNKNOWN_COLOR, Color.COLOR_UNSPECIFIED, Color.COLOR_BLUE, -(2 ** 31)],
    colorByText: new Map<string, Color>([["unknown", UNKNOWN_COLOR], ["red", Color.COLOR_RED]]),
    choice: { $case: "chosenColor", value: 2 ** 31 - 1 },
  }),
  "repeated": Values.create({
    bools: [true, false],
    points: [{}, { x: 1, y: 0 }],
    texts: ["a", "a"],
    times: [time(-1n, 999999999), {}],
    durations: [time(-1n, -1)],
  }),
  "maps": Values.create({
    byText: keyed((key) => key),
    byInt64: new Map([[LEAST64, "least"], [0n, ""], [GREATEST64, TEXT]]),
    byBool: new Map([[true, 1.5], [false, 0]]),
    bySint32: new Map([[-(2 ** 31), Point.create()], [0, Point.create({ y: 0 })], [1, Point.create({ x: -1 })]]),
    byUint64: new Map([[0n, Buffer.alloc(0)], [GREATEST_UNSIGNED64, ALL_BYTES]]),
    timeByText: keyed(() => time(0n, 1)),
    valueByText: keyed(() => null),
    colorByText: keyed(() => Color.COLOR_RED),
  }),
  "before 1970": Values.create({
    time: time(-1n, 999999999),
    times: [time(-62135596800n), time(-86400n)],
    duration: time(0n, -500000000),
    durations: [time(-315576000000n), time(-1n, -10)],
  }),
  "nanoseconds": Values.create({
    time: time(1700000000n, 123456789),
    times: [time(253402300799n, 999999999), time(0n, 123000), time(0n, 120000000)],
    duration: time(315575999999n, 999999999),
    durations: [time(0n, 1000)],
    choice: { $case: "chosenTime", value: time(0n, 1) },
  }),
  "any JSON": Values.create({ struct: VALUES, value: VALUES, list: [null, TEXT, 0, VALUES] }),
  "null": Values.create({ value: null, choice: { $case: "chosenNull", value: NullValue.NULL_VALUE } }),
  "a null value that is chosen": { ...Values.create(), choice: { $case: "chosenValue", value: null } },
  "masks": Values.create({
    mask: ["by_text", "point.x", "a.b_c"],
    choice: { $case: "chosenMask", value: ["foo_bar"] },
  }),
  "chosen default": Values.create({ x30100: 1.5, choice: { $case: "chosenBool", value: false } }),
  "chosen empty text": Values.create({ choice: { $case: "chosenText", value: "" } }),
  "chosen no bytes": Values.create({ choice: { $case: "chosenData", value: Buffer.alloc(0) } }),
  "chosen first enum value": Values.create({ choice: { $case: "chosenColor", value: Color.COLOR_UNSPECIFIED } }),
  "chosen empty message": Values.create({ choice: { $case: "chosenPoint", value: {} } }),
  "chosen zero": Values.create({ choice: { $case: "chosenDouble", value: 0 } }),
  "any": Values.create({
    any: {
      typeUrl: "type.googleapis.com/agreement.Point",
      value: Buffer.from(Point.encode(Point.create({ x: 1, y: 0 })).finish()),
    },
  }),
  "a megabyte": Values.create({ data: Buffer.concat(Array.from({ length: 4096 }, () => ALL_BYTES)) }),
};

export const PATHS = ["__proto__", "a.b_c", "constructor"];

export const WITHOUT_JSON = ["any", "minus zero", "a megabyte"];

export const NEWER = Newer.create({
  name: "newer",
  parts: [{ number: 1, addedText: TEXT }, NewerPart.create(), { addedData: ALL_BYTES }],
  addedNumber: LEAST64,
  addedFixed: GREATEST_UNSIGNED64,
  addedFixed32: 2 ** 32 - 1,
  addedPart: { number: -1 },
  addedMap: keyed(() => -0),
  addedPacked: [0, -1, 2 ** 31 - 1],
  addedNotPacked: [0, -1, 2 ** 31 - 1],
});
