"""Keeps the values that ts-proto loses on the way to and from the wire. Pure functions.

    if (message.x !== 0) {                    if (message.x !== 0 || globalThis.Object.is(message.x, -0)) {
      writer.uint32(9).double(message.x);       writer.uint32(9).double(message.x);

-0.0 is not the default of a double, and every other language sends it. A Struct with the key "__proto__" would set the
prototype of the object that it becomes: the sender would decide what the receiver's object inherits. A copy made with
fromPartial would be without the fields of a newer version that the original had; and where a field `to_string` is left
out, it would take the function that every object has for it, as would a new message if the field can be absent.
"""

import re

from codegen.typescript.ts_proto import unknown

# Where a name is long, ts-proto wraps lines: between any two words there may be a line break.
_ZERO_CHECK = re.compile(
    r"(message\s*\.\s*(\w+)\s*!==\s*0)"
    r"(?=\s*\)\s*\{\s*writer\s*\.\s*uint32\(\d+\)\s*\.\s*(?:double|float)\(\s*message\s*\.\s*\2\b)"
)

_STRUCT = "google/protobuf/struct.proto"
_ASSIGNED = "object[key] = message.fields.get(key);"
_DEFINED = """globalThis.Object.defineProperty(object, key, {
          value: message.fields.get(key),
          enumerable: true,
          configurable: true,
          writable: true,
        });"""

_FIELD_MASK = "google/protobuf/field_mask.proto"
# ts-proto passes it undefined where a oneof has a FieldMask, which tsc refuses.
_PATHS = ("wrap(paths: string[]): FieldMask", "wrap(paths: string[] | undefined): FieldMask")
_RESULT = ("    result.paths = paths;\n", "    result.paths = paths ?? [];\n")

_PARTIAL = re.compile(
    r"^(?P<indent> +)(?P<head>fromPartial<[^(]*\(\s*)(?:_|object)(?P<rest>: I,?\s*\)\s*:\s*\w+\s*\{\n.*?)"
    r"(?:^ +if \(object\._unknownFields !== undefined\) \{\n[^\n]*\n +\}\n)?"
    r"(?P<end>^ +return message;\n(?P=indent)\},\n)",
    re.MULTILINE | re.DOTALL,
)
_OF_OBJECTS = "constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf"
_INHERITED = re.compile(rf"\bobject\s*\.\s*({_OF_OBJECTS})\b(?P<is_mapped>(?=\s*\?\.\s*map\())?")
_ABSENT = re.compile(rf"^  ({_OF_OBJECTS})\?:", re.MULTILINE)
_INTERFACE = re.compile(r"^export interface (?P<name>\w+) \{\n(?P<fields>.*?)^\}\n", re.MULTILINE | re.DOTALL)
_BASE = re.compile(
    r"^(?P<head>function createBase(?P<name>\w+)\(\): \w+ \{\n  return \{)(?P<fields>[^;]*)\};", re.MULTILINE
)
_COPY = """    if (object._unknownFields !== undefined) {
      message._unknownFields = { ...(object._unknownFields as any) };
    }
"""


def keep_all_values(source: str, file: str) -> str:
    """Returns the source with code that loses no value; applied to its own result it changes nothing.

    Args:
      source: the text of a file that ts-proto generated with unknownFields and useMapType.
      file: the import path of its proto.

    Raises:
      CodegenError: when the source is not what ts-proto is known to write.
    """
    source = _ZERO_CHECK.sub(r"\1 || globalThis.Object.is(message.\2, -0)", source)
    source = _own_keys(_PARTIAL.sub(_complete, source))
    if file == _STRUCT:
        source = _replace(source, _ASSIGNED, _DEFINED, file)
    if file == _FIELD_MASK:
        source = _replace(source, *_PATHS, file)
        source = _replace(source, *_RESULT, file)
    return source


def _complete(match: re.Match[str]) -> str:
    """Makes fromPartial copy unknown fields, and no field from what every object has."""
    rest = _INHERITED.sub(_own_value, match["rest"])
    return f"{match['indent']}{match['head']}object{rest}{_COPY}{match['end']}"


def _own_value(match: re.Match[str]) -> str:
    value = f'globalThis.Object.getOwnPropertyDescriptor(object, "{match[1]}")?.value'
    # Without a type, tsc would miss one at the parameter of the function that goes over it.
    return "(" + value + " as any[] | undefined)" if match["is_mapped"] is not None else value


def _own_keys(source: str) -> str:
    """Gives a new message, as undefined, the keys that ts-proto leaves out and every object has."""
    keys = {found["name"]: _ABSENT.findall(found["fields"]) for found in _INTERFACE.finditer(source)}

    def add(match: re.Match[str]) -> str:
        fields = match["fields"].strip()
        missing = [key for key in keys.get(match["name"], ()) if not re.search(rf"\b{key}:", fields)]
        if not missing:
            return match[0]
        added = [f"{key}: undefined" for key in missing] + ([fields] if fields else [])
        return f"{match['head']} {', '.join(added)} }};"

    return _BASE.sub(add, source)


def _replace(source: str, before: str, after: str, file: str) -> str:
    if before not in source and after not in source:
        raise unknown(file, f"no {before.strip()}")
    return source.replace(before, after)
