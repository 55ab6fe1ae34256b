// Troublesome values by name: the same as in values.py, constructed in TypeScript.
import { create, fromJson, type JsonObject, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { ListValueSchema, NullValue, ValueSchema } from "@bufbuild/protobuf/wkt";
import { Color, NewerSchema, PointSchema, type Values, ValuesSchema } from "./stubs/tests/agreement/agreement_pb.js";

const ALL_BYTES = Uint8Array.from(Array.from({ length: 256 }, (_, byte) => byte));
const TEXT = '\0 é 주문 😀 \u2028 "\\ \ufffd';
const KEYS = ["", "__proto__", "constructor", "toString", "\0", "é😀"];
const UNKNOWN_COLOR = 77 as number as Color;
const LEAST64 = -(2n ** 63n);
const GREATEST64 = 2n ** 63n - 1n;
const GREATEST_UNSIGNED64 = 2n ** 64n - 1n;
const ODD = 2n ** 53n + 1n;

// An object literal would treat __proto__ as the prototype.
const VALUES: JsonObject = JSON.parse('{"null": null, "__proto__": {"isAdmin": true}}');
Object.assign(VALUES, { text: TEXT, list: [1.5, [null, {}], false, ""] });

const time = (seconds: bigint, nanos = 0) => ({ seconds, nanos });
const keyed = <T>(value: (key: string) => T) => Object.fromEntries(KEYS.map((key) => [key, value(key)]));
const any = (value: JsonValue) => fromJson(ValueSchema, value);
const list = (...values: JsonValue[]) => fromJson(ListValueSchema, values);

export const CASES: { [name: string]: Values } = {
  "nothing": create(ValuesSchema),
  "zeros": create(ValuesSchema, {
    maybeDouble: 0,
    maybeInt64: 0n,
    maybeBool: false,
    maybeText: "",
    maybeData: new Uint8Array(),
    maybeColor: Color.UNSPECIFIED,
  }),
  "empty messages": create(ValuesSchema, {
    point: {},
    time: {},
    duration: {},
    struct: {},
    list: {},
    mask: {},
    empty: {},
    wrappedDouble: 0,
    wrappedInt64: 0n,
    wrappedBool: false,
    wrappedText: "",
    wrappedData: new Uint8Array(),
  }),
  "greatest": create(ValuesSchema, {
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
    color: Color.RED,
    wrappedInt64: GREATEST64,
  }),
  "least": create(ValuesSchema, {
    doubleValue: Number.MIN_VALUE,
    floatValue: 1e-45,
    int32Value: -(2 ** 31),
    int64Value: LEAST64,
    sint32Value: -(2 ** 31),
    sint64Value: LEAST64,
    sfixed32Value: -(2 ** 31),
    sfixed64Value: LEAST64,
    color: Color.BLUE,
    maybeInt64: LEAST64,
    wrappedInt64: LEAST64,
  }),
  "beyond a double": create(ValuesSchema, {
    int64Value: ODD,
    uint64Value: ODD,
    sint64Value: -ODD,
    fixed64Value: ODD,
    numbers: [ODD, -ODD, 0n],
    notPacked: [0n, GREATEST_UNSIGNED64],
    choice: { case: "chosenUint64", value: ODD },
  }),
  "not a number": create(ValuesSchema, {
    doubleValue: NaN,
    floatValue: Infinity,
    maybeDouble: -Infinity,
    doubles: [NaN, Infinity, 0, 1e21],
    floats: [-Infinity, NaN, 0.1],
    byBool: { true: Infinity, false: NaN },
    wrappedDouble: -Infinity,
    choice: { case: "chosenDouble", value: NaN },
  }),
  "minus zero": create(ValuesSchema, {
    doubleValue: -0,
    floatValue: -0,
    maybeDouble: -0,
    doubles: [-0],
    floats: [-0],
    byBool: { true: -0 },
    wrappedDouble: -0,
    choice: { case: "chosenDouble", value: -0 },
    x30100: -0,
  }),
  "texts": create(ValuesSchema, { text: TEXT, maybeText: "\0", texts: ["", TEXT], named: TEXT, wrappedText: TEXT }),
  "bytes": create(ValuesSchema, {
    data: ALL_BYTES,
    maybeData: Uint8Array.from([0]),
    blobs: [new Uint8Array(), ALL_BYTES, Uint8Array.from([255])],
    wrappedData: ALL_BYTES,
  }),
  "unknown enum values": create(ValuesSchema, {
    color: UNKNOWN_COLOR,
    maybeColor: -1 as number as Color,
    colors: [UNKNOWN_COLOR, Color.UNSPECIFIED, Color.BLUE, -(2 ** 31)],
    colorByText: { unknown: UNKNOWN_COLOR, red: Color.RED },
    choice: { case: "chosenColor", value: 2 ** 31 - 1 },
  }),
  "repeated": create(ValuesSchema, {
    bools: [true, false],
    points: [{}, { x: 1, y: 0 }],
    texts: ["a", "a"],
    times: [time(-1n, 999999999), {}],
    durations: [time(-1n, -1)],
  }),
  "maps": create(ValuesSchema, {
    byText: keyed((key) => key),
    byInt64: { [`${LEAST64}`]: "least", 0: "", [`${GREATEST64}`]: TEXT },
    byBool: { true: 1.5, false: 0 },
    bySint32: { [-(2 ** 31)]: {}, 0: { y: 0 }, 1: { x: -1 } },
    byUint64: { 0: new Uint8Array(), [`${GREATEST_UNSIGNED64}`]: ALL_BYTES },
    timeByText: keyed(() => time(0n, 1)),
    valueByText: keyed(() => any(null)),
    colorByText: keyed(() => Color.RED),
  }),
  "before 1970": create(ValuesSchema, {
    time: time(-1n, 999999999),
    times: [time(-62135596800n), time(-86400n)],
    duration: time(0n, -500000000),
    durations: [time(-315576000000n), time(-1n, -10)],
  }),
  "nanoseconds": create(ValuesSchema, {
    time: time(1700000000n, 123456789),
    times: [time(253402300799n, 999999999), time(0n, 123000), time(0n, 120000000)],
    duration: time(315575999999n, 999999999),
    durations: [time(0n, 1000)],
    choice: { case: "chosenTime", value: time(0n, 1) },
  }),
  "any JSON": create(ValuesSchema, { struct: VALUES, value: any(VALUES), list: list(null, TEXT, 0, VALUES) }),
  "null": create(ValuesSchema, { value: any(null), choice: { case: "chosenNull", value: NullValue.NULL_VALUE } }),
  "a null value that is chosen": create(ValuesSchema, { choice: { case: "chosenValue", value: any(null) } }),
  "masks": create(ValuesSchema, {
    mask: { paths: ["by_text", "point.x", "a.b_c"] },
    choice: { case: "chosenMask", value: { paths: ["foo_bar"] } },
  }),
  "chosen default": create(ValuesSchema, { x30100: 1.5, choice: { case: "chosenBool", value: false } }),
  "chosen empty text": create(ValuesSchema, { choice: { case: "chosenText", value: "" } }),
  "chosen no bytes": create(ValuesSchema, { choice: { case: "chosenData", value: new Uint8Array() } }),
  "chosen first enum value": create(ValuesSchema, { choice: { case: "chosenColor", value: Color.UNSPECIFIED } }),
  "chosen empty message": create(ValuesSchema, { choice: { case: "chosenPoint", value: {} } }),
  "chosen zero": create(ValuesSchema, { choice: { case: "chosenDouble", value: 0 } }),
  "any": create(ValuesSchema, {
    any: {
      typeUrl: "type.googleapis.com/agreement.Point",
      value: toBinary(PointSchema, create(PointSchema, { x: 1, y: 0 })),
    },
  }),
  "more than a window of HTTP/2": create(ValuesSchema, {
    data: Uint8Array.from({ length: 2 ** 18 }, (_, place) => place),
  }),
};

export const NEWER = create(NewerSchema, {
  name: "newer",
  parts: [{ number: 1, addedText: TEXT }, {}, { addedData: ALL_BYTES }],
  addedNumber: LEAST64,
  addedFixed: GREATEST_UNSIGNED64,
  addedFixed32: 2 ** 32 - 1,
  addedPart: { number: -1 },
  addedMap: keyed(() => -0),
  addedPacked: [0, -1, 2 ** 31 - 1],
  addedNotPacked: [0, -1, 2 ** 31 - 1],
});
