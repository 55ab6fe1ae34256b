"""Strategies for messages, enums, extensions and services."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.fields import extension, field
from tests.fuzz.model import EXTENSIONS_START, OPTIONS, Context, File, Type
from tests.fuzz.names import Scope, identifiers, rpcs, services
from tests.fuzz.proto_text import Statement

_DEEPEST = 2
_DEPRECATED = Statement("option deprecated = true")

# In an enum, these begin a statement.
_NO_VALUES = {"option", "reserved"}


def message(context: Context, file: File, scope: Scope, depth: int = 0) -> Statement:
    """Returns a message in a scope, which is a package's or a message's."""
    draw = context.draw
    name = scope.type_name(draw(identifiers))
    inner = Scope(f"{scope.full_name}.{name}".lstrip("."))
    made = Type(inner.full_name, is_extendable=file.syntax != "proto3" and context.some())
    file.types.append(made)
    body = [_DEPRECATED] if context.some() else []
    if depth < _DEEPEST:
        makers: list[Callable[[Context, File, Scope, int], Statement]] = [message, enum]
        chosen = draw(st.lists(st.sampled_from(makers), max_size=2))
        body += [make(context, file, inner, depth + 1) for make in chosen]
    body += _fields(context, file, inner)
    if made.is_extendable:
        body.append(Statement(f"extensions {EXTENSIONS_START} to max"))
    if context.some():
        body.append(Statement("reserved 900, 910 to 920"))
        body.append(Statement(_reserved(file, inner.type_name("Reserved"))))
    if context.some():
        body += extensions(context, file, inner)
    made.is_local = file.syntax == "2024" and depth == 0 and context.some()
    export = ("local " if made.is_local else "export ") if file.syntax == "2024" and depth == 0 else ""
    return Statement(f"{export}message {name}", body, context.comment())


def _fields(context: Context, file: File, scope: Scope) -> list[Statement]:
    """Returns the fields of a message, some of them in a oneof, with gaps between their numbers."""
    numbers = context.draw(st.lists(st.integers(1, 899), unique=True, max_size=5))
    in_oneof = context.draw(st.integers(1, len(numbers))) if numbers and context.some() else 0
    statements = [field(context, file, scope, number) for number in numbers[in_oneof:]]
    if in_oneof:
        # Python's protobuf rejects a oneof with the JSON name of a field.
        name = scope.field_name(context.draw(identifiers))
        inside = [field(context, file, scope, number, in_oneof=True) for number in numbers[:in_oneof]]
        statements.append(Statement(f"oneof {name}", inside, context.comment()))
    return statements


def _reserved(file: File, name: str) -> str:
    return f"reserved {name}" if file.is_edition else f'reserved "{name}", "{name}_"'


def enum(context: Context, file: File, scope: Scope, _: int = 0) -> Statement:
    """Returns an enum in a scope; its values are in that scope too."""
    draw = context.draw
    name = scope.type_name(draw(identifiers))
    is_open = file.syntax != "proto2" and not (file.is_edition and context.some())
    names = draw(st.lists(identifiers.filter(lambda value: value not in _NO_VALUES), min_size=1, max_size=3))
    values = [scope.field_name(value) for value in names]
    start = 0 if is_open else draw(st.sampled_from([0, 0, 1, -1]))
    numbers = [start, *(draw(st.lists(st.integers(-3, 2**31 - 1), min_size=len(values), unique=True)))][: len(values)]
    body = [_DEPRECATED] if context.some() else []
    if not is_open and file.is_edition:
        body.append(Statement("option features.enum_type = CLOSED"))
    if len(set(numbers)) < len(numbers):
        body.append(Statement("option allow_alias = true"))
    for value, number in zip(values, numbers, strict=True):
        options = " [deprecated = true]" if context.some() else ""
        body.append(Statement(f"{value} = {number}{options}", comment=context.comment()))
    # Python's protobuf uses the first of several values with the same number as the default.
    first = list(dict(zip(reversed(numbers), reversed(values), strict=True)).values())
    file.types.append(Type(f"{scope.full_name}.{name}".lstrip("."), first, is_open, start == 0))
    return Statement(f"enum {name}", body, context.comment())


def extensions(context: Context, file: File, scope: Scope) -> list[Statement]:
    """Returns an extend block in a scope, if there is something to extend."""
    extendable = [type_ for type_ in file.visible() if type_.is_extendable]
    if file.syntax == "proto3":
        extendable = [type_ for type_ in extendable if type_ in OPTIONS.types]
    if not extendable:
        return []
    extended = context.draw(st.sampled_from(extendable))
    body = []
    for _ in range(context.draw(st.integers(1, 2))):
        count = context.extensions[extended.full_name] = context.extensions.get(extended.full_name, 0) + 1
        start = 50000 if extended in OPTIONS.types else EXTENSIONS_START
        body.append(extension(context, file, scope, start + count))
    return [Statement(f"extend .{extended.full_name}", body)]


def service(context: Context, file: File) -> list[Statement]:
    """Returns a service with methods of all kinds, if there are messages for it."""
    draw = context.draw
    messages = [type_ for type_ in file.visible() if not type_.is_enum]
    if not messages:
        return []
    name = file.scope.type_name(draw(services))
    inner = Scope(f"{file.scope.full_name}.{name}".lstrip("."))
    body = [_DEPRECATED] if context.some() else []
    stream, types = st.sampled_from(["", "stream "]), st.sampled_from(messages)
    for rpc in draw(st.lists(rpcs, max_size=3)):
        one, other = (f"({draw(stream)}.{draw(types).full_name})" for _ in range(2))
        text = f"rpc {inner.type_name(rpc)}{one} returns {other}"
        body.append(Statement(text, [_DEPRECATED] if context.some() else None, context.comment()))
    return [Statement(f"service {name}", body, context.comment())]
