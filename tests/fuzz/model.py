"""What a file of a generated tree may refer to."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.fuzz.names import Scope
from tests.fuzz.proto_text import Comment

SYNTAXES = ("proto2", "proto3", "2023", "2024")

# Field numbers from here on are for extensions; lower ones are for a message's own fields and reserved ranges.
EXTENSIONS_START = 1000


@dataclass(eq=False)
class Type:
    """A message or an enum; `values`, `is_open` and `starts_at_zero` apply to enums only."""

    full_name: str
    values: list[str] = field(default_factory=list)
    is_open: bool = True
    starts_at_zero: bool = True
    is_extendable: bool = False
    is_local: bool = False

    @property
    def is_enum(self) -> bool:
        """Whether it is an enum."""
        return bool(self.values)


@dataclass(eq=False)
class File:
    """A proto under construction, or a well-known one; `scope` is its package's."""

    path: str
    syntax: str
    scope: Scope
    types: list[Type] = field(default_factory=list)
    imports: list["File"] = field(default_factory=list)
    handed_on: list["File"] = field(default_factory=list)

    @property
    def is_edition(self) -> bool:
        """Whether it has an edition instead of a syntax."""
        return self.syntax.startswith("2")

    def visible(self) -> list[Type]:
        """Returns the types that the file can refer to."""
        return [*self.types, *(type_ for file in self.imports for type_ in file.offered())]

    def offered(self) -> list[Type]:
        """Returns the types that importing files can refer to."""
        own = [type_ for type_ in self.types if not type_.is_local]
        return [*own, *(type_ for file in self.handed_on for type_ in file.offered())]


@dataclass
class Context:
    """State shared by the strategies of all files of a tree: the number of extensions per message, by full name."""

    draw: st.DrawFn
    comments: st.SearchStrategy[Comment | None]
    extensions: dict[str, int] = field(default_factory=dict)
    json_names: set[str] = field(default_factory=set)

    def some(self) -> bool:
        """Occasionally returns True."""
        return self.draw(st.integers(0, 3)) == 3

    def comment(self) -> Comment | None:
        """Returns a comment or, mostly, none."""
        return self.draw(self.comments)


def _well_known(name: str, *messages: str, extendable: bool = False) -> File:
    types = [Type(f"google.protobuf.{message}", is_extendable=extendable) for message in messages]
    return File(f"google/protobuf/{name}.proto", "proto3", Scope("google.protobuf"), types)


WELL_KNOWN = [
    _well_known("timestamp", "Timestamp"),
    _well_known("duration", "Duration"),
    _well_known("any", "Any"),
    _well_known("struct", "Struct", "Value", "ListValue"),
    _well_known("wrappers", "StringValue", "Int64Value", "BoolValue"),
    _well_known("empty", "Empty"),
    _well_known("field_mask", "FieldMask"),
]
OPTIONS = _well_known(
    "descriptor", "FileOptions", "MessageOptions", "FieldOptions", "EnumOptions", "MethodOptions", extendable=True
)
