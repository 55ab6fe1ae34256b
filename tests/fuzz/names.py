"""Names for things in a proto, chosen to collide with Python, protobuf or the generated code."""

import builtins
import keyword

from hypothesis import strategies as st

KEYWORDS = [*keyword.kwlist, *keyword.softkwlist]
_PLAIN = ["Foo", "Bar", "foo_bar", "FooBar", "x", "y", "A", "AAsync", "B1", "x_", "_x", "UPPER_CASE"]
_BESIDE_KEYWORDS = ["in_", "None_", "class_", "class__", "IN", "Class", "lambda_"]
_BUILTINS = [name for name in dir(builtins) if name.isidentifier() and not name.startswith("_")]
_LIBRARIES = [
    "grpc",
    "google",
    "builtins",
    "typing",
    "collections",
    "abc",
    "sys",
    "protobuf",
    "Any",
    "Optional",
    "Literal",
]
_OF_PROTO = ["message", "enum", "service", "rpc", "import", "package", "syntax", "returns", "stream", "oneof", "map"]
_OF_PROTO += ["extend", "optional", "repeated", "required", "group", "to", "max", "weak", "public", "string", "int32"]
_OF_GENERATED = ["timestamp_pb2", "Message", "type__", "self", "key", "value", "name", "request", "context", "channel"]
_OF_GENERATED += [
    "setattr",
    "getattr",
    "globals",
    "property",
    "staticmethod",
    "object",
    "warnings",
    "_globals",
    "Exception",
]

# Each kind is equally likely, however many names it has; kinds with few names cause many collisions.
_words = st.one_of(
    st.sampled_from(_PLAIN),
    st.sampled_from(KEYWORDS),
    st.sampled_from(_BESIDE_KEYWORDS + _LIBRARIES),
    st.sampled_from(_OF_GENERATED),
    st.sampled_from(_BUILTINS),
    st.sampled_from(_OF_PROTO),
)
identifiers = _words

# Without the rejected names (codegen/python/legal_names.py).
services = identifiers.filter(lambda name: name not in {"grpc", "staticmethod", "NotImplementedError"})
rpcs = identifiers.filter(lambda name: name != "staticmethod")
package_parts = st.one_of(st.sampled_from(["a", "b", "c"]), _words)

_FOLDERS = ["a", "b", "a-b", "x.y", "_", "in", "None", "as", "Class", "google", "grpc", "builtins", "typing", "x_pb2"]
_STEMS = [*_FOLDERS, "x", "y", "a_b", "x.in", "lambda-x", "timestamp", "abc", "in_", "__init__", "x_pb2_grpc", "v1.api"]
folders = st.lists(st.one_of(st.sampled_from(_FOLDERS), st.sampled_from(KEYWORDS)), max_size=2).map("/".join)
stems = st.one_of(st.sampled_from(_STEMS), st.sampled_from(KEYWORDS))


class Scope:
    """The names in one scope of a proto, kept unique."""

    def __init__(self, full_name: str) -> None:
        self.full_name = full_name
        self._names: set[str] = set()
        self._json_names: set[str] = set()

    def reserve(self, name: str) -> None:
        """Reserves a name."""
        self._names.add(name)

    def type_name(self, wanted: str) -> str:
        """Returns an unused name: "x", or "xv2" if "x" is taken."""
        return self._new(wanted, self._names)

    def field_name(self, wanted: str) -> str:
        """Returns an unused name whose JSON name is unused too."""
        name = self._new(wanted, self._names, self._json_names)
        self._json_names.add(_plain(name))
        return name

    def _new(self, wanted: str, names: set[str], json_names: frozenset[str] | set[str] = frozenset()) -> str:
        name, number = wanted, 2
        while name in names or _plain(name) in json_names:
            name, number = f"{wanted}v{number}", number + 1
        names.add(name)
        return name


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
