"""Finds the JSON in the text of a generated file, and puts other code in its place. Pure functions.

ts-proto wraps lines where names are long: between any two words there may be a line break.
"""

import re
from collections.abc import Mapping

from codegen.typescript.ts_names import uncapitalize
from codegen.typescript.ts_proto import unknown

_METHOD = re.compile(
    r"^(?P<indent> +)(?P<head>(?P<method>toJSON|fromJSON)\(\s*)\w+"
    r"(?P<rest>:\s*(?P<given>\w+),?\s*\):\s*(?P<result>\w+)\s*\{\n).*?^(?P=indent)\},\n",
    re.MULTILINE | re.DOTALL,
)


def replace_bodies(source: str, bodies: Mapping[tuple[str, str], str], file: str) -> str:
    """Returns the text with other bodies of toJSON and fromJSON.

    Args:
      source: the text of a generated file.
      bodies: from "toJSON" or "fromJSON" and the name of a message to the one line that is to be its body; it has
        `message` or `object`.
      file: the import path of its proto.

    Raises:
      CodegenError: when a message does not have the method, or has it twice.
    """
    found: list[tuple[str, str]] = []

    def replace(match: re.Match[str]) -> str:
        method = match["method"], match["given"] if match["method"] == "toJSON" else match["result"]
        if method not in bodies:
            return match[0]
        found.append(method)
        parameter = "message" if match["method"] == "toJSON" else "object"
        return f"{match['indent']}{match['head']}{parameter}{match['rest']}{match['indent']}  {bodies[method]}\n" + (
            f"{match['indent']}}},\n"
        )

    source = _METHOD.sub(replace, source)
    for method in bodies if len(found) != len(bodies) else ():
        if found.count(method) != 1:
            raise unknown(file, f"{found.count(method)} functions {method[0]} of {method[1]}")
    return source


_FUNCTION = re.compile(
    r"^export function (?P<name>\w+?)(?P<ending>FromJSON|ToJSON)\(\s*object:\s*\w+,?\s*\): .*?^\}\n",
    re.MULTILINE | re.DOTALL,
)

# What an enum does with a value that it does not know, as ts-proto has it and as it is after this.
_DEFAULT = re.compile(
    r"(?P<head>    default:\n      )(?:return object;|(?:if \(globalThis[^}]*\}\n      )?"
    r"(?P<throw>throw new globalThis\.Error\(\s*\"Unrecognized enum value \"[^;]*;))"
)
_KNOWN = "if (globalThis.Number.isInteger(object)) {\n        return object;\n      }\n      "


def open_enums(source: str, enums: Mapping[str, bool], file: str) -> str:
    """Returns the text with enums that keep values they do not know, which are numbers in JSON.

    Args:
      source: the text of a generated file.
      enums: from the name of each of its enums to whether it is google.protobuf.NullValue.
      file: the import path of its proto.

    Raises:
      CodegenError: when an enum does not have both its functions.
    """
    by_function = {uncapitalize(name): name for name in enums}
    missing = {(name, ending) for name in enums for ending in ("FromJSON", "ToJSON")}

    def replace(match: re.Match[str]) -> str:
        name, default = by_function.get(match["name"]), _DEFAULT.search(match[0])
        if name is None or default is None:
            return match[0]
        missing.discard((name, match["ending"]))
        instead = _KNOWN + default["throw"] if match["ending"] == "FromJSON" else "return object;"
        text = f"{match[0][: default.start()]}{default['head']}{instead}{match[0][default.end() :]}"
        text = text.replace("): string {", "): string | number {", 1)
        return _null(text) if enums[name] else text

    source = _FUNCTION.sub(replace, source)
    for name, _ in sorted(missing):
        raise unknown(file, f"no JSON functions of {name}")
    return source


def _null(function: str) -> str:
    """The only value of google.protobuf.NullValue is null in JSON."""
    function = function.replace("): string | number {", "): any {").replace('return "NULL_VALUE";', "return null;")
    return function if "case null:" in function else function.replace("    case 0:\n", "    case null:\n    case 0:\n")


_HELPER = re.compile(
    r"^(?:function (?P<function>bytesFromBase64|base64FromBytes|floatToJson|fromJsonTimestamp|timestampFromJson"
    r"|timestampToJson|toTimestamp|fromTimestamp|isObject|isSet)\(.*?^\}\n\n"
    r"|const (?P<constant>timestampFractionRegex|timestampJsonRegex) =\s[^;]*;\n\n)",
    re.MULTILINE | re.DOTALL,
)


def drop_unused(source: str) -> str:
    """Returns the text without the helpers of ts-proto that nothing calls any more."""
    helpers = {match["function"] or match["constant"]: match[0] for match in _HELPER.finditer(source)}
    rest = _HELPER.sub("", source)
    used: set[str] = set()
    text = rest
    while found := {name for name in helpers.keys() - used if re.search(rf"\b{name}\b", text)}:
        used |= found
        text = "".join(helpers[name] for name in found)
    return _HELPER.sub(lambda match: match[0] if (match["function"] or match["constant"]) in used else "", source)
