"""Strategies for fields: their types, labels and options."""

import math

from hypothesis import strategies as st

from tests.fuzz.model import Context, File, Type
from tests.fuzz.names import Scope, identifiers
from tests.fuzz.proto_text import Statement

_INTEGERS = ["int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"]
_SCALARS = [*_INTEGERS, "bool", "float", "double", "string", "bytes"]
_KEYS = [*_INTEGERS, "bool", "string"]
_NUMBERS = [*_INTEGERS, "bool", "float", "double"]

# The contents of a string literal, in proto syntax.
_STRINGS = ["", "x", r"\"", r"\'", r"\\", r"\n", r"\0", "import os", r"\nimport a_pb2\n", "{", "//", "'''", r"\"\"\""]
_BYTES = [*_STRINGS, r"\xff", r"\377"]


def field(context: Context, file: File, scope: Scope, number: int, in_oneof: bool = False) -> Statement:
    """Returns a field of a message or of one of its oneofs."""
    draw = context.draw
    name = scope.field_name(draw(identifiers))
    full_name = f"{scope.full_name}.{name}"
    if not in_oneof and context.some():
        kind = f"map<{draw(st.sampled_from(_KEYS))}, {_spelled(_value_type(context, file, in_map=True))}>"
        scope.reserve(_entry_name(name))
        return _statement(context, f"{kind} {name} = {number}", _options(context, full_name))
    kind_or_type = _value_type(context, file)
    label = "" if in_oneof else draw(st.sampled_from(_labels(file, kind_or_type)))
    options = _options(context, full_name)
    options += _special_options(context, file, kind_or_type, label)
    return _statement(context, f"{label} {_spelled(kind_or_type)} {name} = {number}".lstrip(), options)


def extension(context: Context, file: File, scope: Scope, number: int) -> Statement:
    """Returns a field for an extend block in a scope."""
    kind = _value_type(context, file)
    label = context.draw(st.sampled_from([label for label in _labels(file, kind) if label != "required"]))
    if file.syntax == "proto3" and not label:
        label = "optional"
    name = scope.type_name(context.draw(identifiers))
    options = ["deprecated = true"] if context.some() else []
    return _statement(context, f"{label} {_spelled(kind)} {name} = {number}".lstrip(), options)


def _statement(context: Context, text: str, options: list[str]) -> Statement:
    return Statement(text + (f" [{', '.join(options)}]" if options else ""), comment=context.comment())


def _value_type(context: Context, file: File, in_map: bool = False) -> str | Type:
    allowed = [type_ for type_ in file.visible() if _is_allowed(type_, file, in_map)]
    scalars = st.sampled_from(_SCALARS)
    return context.draw(st.one_of(scalars, st.sampled_from(allowed)) if allowed else scalars)


def _is_allowed(type_: Type, file: File, in_map: bool) -> bool:
    return not type_.is_enum or ((type_.is_open or file.syntax != "proto3") and (type_.starts_at_zero or not in_map))


def _spelled(kind: str | Type) -> str:
    return kind if isinstance(kind, str) else "." + kind.full_name


def _labels(file: File, kind: str | Type) -> list[str]:
    if file.is_edition:
        return ["", "repeated"]
    if file.syntax == "proto3":
        return ["", "optional", "repeated"]
    # A message that requires one of its own type could not be filled.
    return ["optional", "repeated", *(["required"] if isinstance(kind, str) else [])]


def _options(context: Context, full_name: str) -> list[str]:
    options = ["deprecated = true"] if context.some() else []
    if context.some():
        awkward = context.draw(st.sampled_from(["", "-", r"\"", r"\\", " x", r"\u00e9", "{"]))
        options.append(f'json_name = "json {len(context.json_names)}{awkward}"')
        context.json_names.add(full_name)
    return options


def _special_options(context: Context, file: File, kind: str | Type, label: str) -> list[str]:
    """Returns options that only some field types allow."""
    if not context.some():
        return []
    if label == "repeated":
        is_packable = kind in _NUMBERS or (isinstance(kind, Type) and kind.is_enum)
        if not is_packable:
            return []
        return ["features.repeated_field_encoding = EXPANDED" if file.is_edition else "packed = false"]
    if file.is_edition and isinstance(kind, Type) and not kind.is_enum:
        return ["features.message_encoding = DELIMITED"]
    if file.syntax == "proto3" or (isinstance(kind, Type) and not kind.is_enum):
        return []
    return [f"default = {_default(context, kind)}"]


def _default(context: Context, kind: str | Type) -> str:
    draw = context.draw
    if isinstance(kind, Type):
        return draw(st.sampled_from(kind.values))
    if kind == "string":
        return f'"{draw(st.sampled_from(_STRINGS))}"'
    if kind == "bytes":
        return f'"{draw(st.sampled_from(_BYTES))}"'
    if kind == "bool":
        return draw(st.sampled_from(["true", "false"]))
    if kind in ("float", "double"):
        number = draw(st.sampled_from([0.5, -2.5, math.inf, -math.inf, math.nan]))
        return str(number)
    return str(draw(st.integers(0 if kind.startswith(("u", "f")) else -(2**31), 2**31 - 1)))


def _entry_name(field_name: str) -> str:
    """Returns the name of the message that protoc derives for a map."""
    return "".join(part[:1].upper() + part[1:] for part in field_name.split("_")) + "Entry"
