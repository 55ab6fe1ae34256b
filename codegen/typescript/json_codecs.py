"""The TypeScript that reads and writes JSON as protobuf maps it. Each generated file gets the pieces that it uses.

Every name begins with `$`, which no proto can spell, and globals are named as `globalThis.Error`, because a message may
be called `Error`. https://protobuf.dev/programming-guides/json/ has the mapping.
"""

import re

# In this order they come out. A piece is taken when its name occurs in what is there already.
PIECES: dict[str, str] = {
    "$fromJson": """\
function $fromJson(json: any, message: any, fields: $Field[], type: string): any {
  if (!$isObject(json)) {
    throw new globalThis.Error(`${type}: expected an object, not ${$show(json)}`);
  }
  for (const [key, jsonName, name, codec, kind, more] of fields) {
    const given = $has(json, jsonName) ? json[jsonName] : $has(json, name) ? json[name] : undefined;
    if (given === undefined || (given === null && !codec.nullable)) {
      continue;
    }
    try {
      if (kind === "repeated") {
        message[key] = $readList(given, codec);
      } else if (kind === "map") {
        message[key] = $readMap(given, codec, more);
      } else if (kind === "oneof") {
        if (message[more] !== undefined) {
          throw new globalThis.Error(`only one of ${more} can be there, and ${message[more].$case} is`);
        }
        message[more] = { $case: key, value: codec.from(given) };
      } else {
        message[key] = codec.from(given);
      }
    } catch (error) {
      throw new globalThis.Error(`${type}.${name}: ${error instanceof globalThis.Error ? error.message : error}`);
    }
  }
  return message;
}
""",
    "$readList": """\
function $readList(json: any, codec: $Codec): any[] {
  if (json === null) {
    return [];
  }
  if (!globalThis.Array.isArray(json)) {
    throw new globalThis.Error(`expected an array, not ${$show(json)}`);
  }
  return json.map((value) => codec.from(value));
}
""",
    "$readMap": """\
function $readMap(json: any, codec: $Codec, readKey: (key: string) => any): any {
  if (json !== null && !$isObject(json)) {
    throw new globalThis.Error(`expected an object, not ${$show(json)}`);
  }
  const entries = globalThis.Object.entries(json ?? {});
  return new globalThis.Map(entries.map(([key, value]) => [readKey(key), codec.from(value)]));
}
""",
    "$toJson": """\
function $toJson(message: any, fields: $Field[]): any {
  const json: any = {};
  for (const [key, jsonName, , codec, kind, more] of fields) {
    const chosen = kind === "oneof" ? message[more] : undefined;
    const value = kind !== "oneof" ? message[key] : chosen?.$case === key ? chosen.value : undefined;
    if (value === undefined || (value === null && !codec.nullable)) {
      continue;
    }
    if (kind === "repeated") {
      if (value.length > 0) {
        $set(json, jsonName, globalThis.Array.from(value, (element) => codec.to(element)));
      }
    } else if (kind === "map") {
      if (value.size > 0) {
        const entries: any = {};
        value.forEach((element: any, name: any) => $set(entries, globalThis.String(name), codec.to(element)));
        $set(json, jsonName, entries);
      }
    } else if (kind !== "implicit" || !$isDefault(value)) {
      $set(json, jsonName, codec.to(value));
    }
  }
  return json;
}
""",
    "$isDefault": """\
function $isDefault(value: any): boolean {
  if (value instanceof globalThis.Uint8Array) {
    return value.length === 0;
  }
  return value === 0n || value === "" || value === false || globalThis.Object.is(value, 0);
}
""",
    "$string": """\
const $string: $Codec = {
  to: (value) => value,
  from: (json) => $expect(typeof json === "string", "a string", json),
};
""",
    "$bool": """\
const $bool: $Codec = {
  to: (value) => value,
  from: (json) => $expect(typeof json === "boolean", "true or false", json),
};
""",
    "$bytes": """\
const $bytes: $Codec = {
  to: (value) => globalThis.Buffer.from(value).toString("base64"),
  from: (json) => {
    // Buffer.from passes over what it does not know, to the end of the text.
    const digits = typeof json === "string" ? /^([\\w+/-]*)={0,2}$/.exec(json)?.[1] : undefined;
    return globalThis.Buffer.from($expect(digits !== undefined && digits.length % 4 !== 1, "base64", json), "base64");
  },
};
""",
    "$double": """\
const $double: $Codec = {
  to: (value) => globalThis.Number.isFinite(value) ? value : globalThis.String(value),
  from: (json) => $readNumber(json),
};
""",
    "$float": """\
const $float: $Codec = {
  // The shortest number that is the same float, as other languages write it: 0.1 and not 0.10000000149011612.
  to: (value) => {
    const float = globalThis.Math.fround(value);
    for (let digits = 6; globalThis.Number.isFinite(float) && digits < 9; digits++) {
      const short = globalThis.Number(float.toPrecision(digits));
      if (globalThis.Math.fround(short) === float) {
        return short;
      }
    }
    return globalThis.Number.isFinite(float) ? globalThis.Number(float.toPrecision(9)) : $double.to(float);
  },
  from: (json) => {
    const value = $readNumber(json);
    const float = globalThis.Math.fround(value);
    $expect(globalThis.Number.isFinite(float) || !globalThis.Number.isFinite(value), "a float", json);
    return float;
  },
};
""",
    "$int32": "const $int32: $Codec = $integer(-2147483648, 2147483647);\n",
    "$uint32": "const $uint32: $Codec = $integer(0, 4294967295);\n",
    "$int64": "const $int64: $Codec = $long((value) => globalThis.BigInt.asIntN(64, value));\n",
    "$uint64": "const $uint64: $Codec = $long((value) => globalThis.BigInt.asUintN(64, value));\n",
    "$enum": """\
function $enum(from: (json: any) => any, to: (value: any) => any): $Codec {
  const isNumber = (json: any) => typeof json === "string" && /^-?\\d+$/.test(json);
  return { from: (json) => from(isNumber(json) ? globalThis.Number(json) : json), to };
}
""",
    "$message": """\
function $message(type: () => { fromJSON(json: any): any; toJSON(message: any): any }): $Codec {
  return { to: (value) => type().toJSON(value), from: (json) => type().fromJSON(json) };
}
""",
    "$nullable": """\
function $nullable(codec: $Codec): $Codec {
  return { ...codec, nullable: true };
}
""",
    "$value": "const $value: $Codec = { to: $plain, from: $plain, nullable: true };\n",
    "$struct": """\
const $struct: $Codec = {
  to: $plain,
  from: (json) => $plain($expect($isObject(json), "an object", json)),
};
""",
    "$list": """\
const $list: $Codec = {
  to: $plain,
  from: (json) => $plain($expect(globalThis.Array.isArray(json), "an array", json)),
};
""",
    "$fieldMask": """\
const $fieldMask: $Codec = {
  to: (paths) => paths.map($camelCasePath).join(","),
  from: (json) => {
    const text: string = $expect(typeof json === "string", "paths with commas between them", json);
    $expect(!text.includes("_"), "paths in camelCase", json);
    return text === "" ? [] : text.split(",").map((path) => path.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`));
  },
};
""",
    "$camelCasePath": """\
function $camelCasePath(path: string): string {
  if (/[A-Z]|_(?![a-z])/.test(path)) {
    throw new globalThis.Error(`the path ${path} would come back from JSON as another one`);
  }
  return path.replace(/_([a-z])/g, (_, c) => c.toUpperCase());
}
""",
    "$duration": """\
const $duration: $Codec = {
  to: ({ seconds, nanos }) => {
    const long = seconds <= 315576000000n && seconds >= -315576000000n;
    if (!long || globalThis.Math.abs(nanos) > 999999999 || (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0)) {
      throw new globalThis.Error(`a duration of ${seconds} seconds and ${nanos} nanoseconds has no JSON`);
    }
    const sign = seconds < 0n || nanos < 0 ? "-" : "";
    return `${sign}${seconds < 0n ? -seconds : seconds}${$fraction(globalThis.Math.abs(nanos))}s`;
  },
  from: (json) => {
    const found = typeof json === "string" ? /^(-?)(\\d{1,12})(?:\\.(\\d{1,9}))?s$/.exec(json) : null;
    $expect(found !== null, 'a duration such as "1.5s"', json);
    const [, sign, whole, fraction = ""] = found!;
    const nanos = globalThis.Number(fraction.padEnd(9, "0"));
    const seconds = globalThis.BigInt(whole!);
    $expect(seconds < 315576000000n || (seconds === 315576000000n && nanos === 0), "at most 10000 years", json);
    return sign ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos };
  },
};
""",
    "$timestamp": """\
const $timestamp: $Codec = {
  to: ({ seconds, nanos }) => {
    if (seconds < -62135596800n || seconds > 253402300799n || nanos < 0 || nanos > 999999999) {
      throw new globalThis.Error(`a time of ${seconds} seconds and ${nanos} nanoseconds has no JSON`);
    }
    const date = new globalThis.Date(globalThis.Number(seconds) * 1000).toISOString();
    return `${date.slice(0, 19)}${$fraction(nanos)}Z`;
  },
  from: (json) => {
    const time = /^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,9}))?(Z|[+-]\\d\\d:\\d\\d)$/;
    const found = typeof json === "string" ? time.exec(json) : null;
    const local = new globalThis.Date(`${found?.[1]}Z`);
    const millis = found ? globalThis.Date.parse(found[1]! + found[3]!) : NaN;
    // A day that there is not, and 24:00:00, would be the next one.
    const exists = !globalThis.Number.isNaN(millis) && local.toISOString().startsWith(found![1]!);
    const inRange = millis >= -62135596800000 && millis <= 253402300799000 && !found![1]!.startsWith("0000");
    $expect(exists && inRange, 'a time such as "2024-01-31T09:00:00.5Z"', json);
    return {
      seconds: globalThis.BigInt(millis / 1000),
      nanos: globalThis.Number((found![2] ?? "").padEnd(9, "0")),
    };
  },
};
""",
    "$integer": """\
function $integer(least: number, most: number): $Codec {
  return {
    to: (value) => globalThis.Math.round(value),
    from: (json) => {
      const value = $readNumber(json);
      $expect(globalThis.Number.isInteger(value) && value >= least && value <= most, `${least} to ${most}`, json);
      return value;
    },
  };
}
""",
    "$long": """\
function $long(cut: (value: bigint) => bigint): $Codec {
  return {
    to: (value) => value.toString(),
    from: (json) => {
      // JSON.parse rounds numbers beyond 2^53.
      const whole = typeof json === "string" ? /^-?\\d+$/.test(json) : globalThis.Number.isSafeInteger(json);
      const value = whole ? globalThis.BigInt(json) : undefined;
      return $expect(value !== undefined && cut(value) === value, "an integer of 64 bits", json, value);
    },
  };
}
""",
    "$boolKey": """\
function $boolKey(key: string): boolean {
  $expect(key === "true" || key === "false", "true or false as a key", key);
  return key === "true";
}
""",
    "$stringKey": "const $stringKey = (key: string): string => key;\n",
    "$readNumber": """\
function $readNumber(json: any): number {
  const isWord = json === "NaN" || json === "Infinity" || json === "-Infinity";
  const text = /^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$/;
  const isNumber = typeof json === "number" || (typeof json === "string" && text.test(json));
  const value = globalThis.Number(isNumber || isWord ? json : 0);
  // JSON.parse makes Infinity of 1e400.
  $expect(isWord || (isNumber && globalThis.Number.isFinite(value)), "a number", json);
  return value;
}
""",
    "$fraction": """\
function $fraction(nanos: number): string {
  const digits = globalThis.String(nanos).padStart(9, "0").replace(/(000)+$/, "");
  return digits === "" ? "" : `.${digits}`;
}
""",
    "$plain": """\
function $plain(value: any): any {
  if (globalThis.Array.isArray(value)) {
    return value.map($plain);
  }
  if ($isObject(value)) {
    const copy = {};
    globalThis.Object.entries(value).forEach(([key, inner]) => $set(copy, key, $plain(inner)));
    return copy;
  }
  $expect(typeof value !== "number" || globalThis.Number.isFinite(value), "a value that JSON has", value);
  return value;
}
""",
    "$expect": """\
function $expect(is: boolean, what: string, json: any, value: any = json): any {
  if (!is) {
    throw new globalThis.Error(`expected ${what}, not ${$show(json)}`);
  }
  return value;
}
""",
    "$show": """\
function $show(json: any): string {
  return typeof json === "bigint" || typeof json === "number" ? `${json}` : `${globalThis.JSON.stringify(json)}`;
}
""",
    "$isObject": """\
function $isObject(json: any): boolean {
  return typeof json === "object" && json !== null && !globalThis.Array.isArray(json);
}
""",
    "$has": """\
function $has(json: any, name: string): boolean {
  return globalThis.Object.prototype.hasOwnProperty.call(json, name);
}
""",
    "$set": """\
// Assigning would set the prototype where the key is "__proto__".
function $set(object: any, key: string, value: any): void {
  globalThis.Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
""",
    "$Field": """\
type $Field = [
  key: string,
  jsonName: string,
  name: string,
  codec: $Codec,
  kind: "implicit" | "explicit" | "repeated" | "map" | "oneof",
  more?: any,
];
""",
    "$Codec": """\
interface $Codec {
  to(value: any): any;
  from(json: any): any;
  nullable?: boolean;
}
""",
}

_NAME = re.compile(r"\$\w+")


def pieces_for(code: str) -> list[str]:
    """Returns the pieces that some code uses, and those that they use, in an order in which they can be loaded."""
    taken: set[str] = set()
    missing = set(_NAME.findall(code)) & PIECES.keys()
    while missing:
        taken |= missing
        missing = {name for piece in missing for name in _NAME.findall(PIECES[piece])} & PIECES.keys() - taken
    return [PIECES[name] for name in PIECES if name in taken]
