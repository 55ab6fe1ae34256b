"""Type stubs that take what the runtime takes: mypy-protobuf's writer, with wider types for messages.

At run time a constructor takes a datetime for a Timestamp, a timedelta for a Duration, a mapping for a Struct, a list
for a ListValue, a dict of fields for any other message, and the name of an enum's value; the first four can be assigned
as well. mypy-protobuf's stubs take only messages and numbers. What is accepted here is what both runtimes accept, upb
and pure Python: for example, only upb lets an enum's name be assigned.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FeatureSet,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.internal.well_known_types import WKTBASES
from mypy_protobuf.main import PYTHON_RESERVED, Descriptors, PkgWriter, is_scalar

_STRUCT = ".google.protobuf.Struct"
_LIST_VALUE = ".google.protobuf.ListValue"

# From a message to what the runtime converts when it is assigned: a module and a class in it, and its arguments.
_CONVERTED = {
    ".google.protobuf.Timestamp": ("datetime", "datetime", ""),
    ".google.protobuf.Duration": ("datetime", "timedelta", ""),
    _STRUCT: ("collections.abc", "Mapping", "[{str}, {Any}]"),
    # Not Sequence: upb rejects a tuple.
    _LIST_VALUE: ("collections.abc", "MutableSequence", "[{Any}]"),
}

# A Timestamp's and a Duration's setter takes no message, as that of any other message does not.
_ASSIGNED_AS_MESSAGES = (_STRUCT, _LIST_VALUE)

_Path = list[int]
_MESSAGES = (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_GROUP)


def message_stub(file: FileDescriptorProto, descriptors: Descriptors) -> str:
    """Returns the type stub of a file's messages, enums and extensions."""
    writer = _writer(file, descriptors)
    deprecated = file.options.deprecated
    writer.write_module_attributes()
    writer.write_enums(file.enum_type, "", [file.ENUM_TYPE_FIELD_NUMBER], deprecated)
    writer.write_messages(file.message_type, "", [file.MESSAGE_TYPE_FIELD_NUMBER], deprecated)
    writer.write_extensions(file.extension, [file.EXTENSION_FIELD_NUMBER])
    return str(writer.write())


def service_stub(file: FileDescriptorProto, descriptors: Descriptors, abstract_servicers: bool) -> str:
    """Returns the type stub of a file's services.

    Args:
      file: the file.
      descriptors: it and its imports.
      abstract_servicers: whether a servicer has to implement all methods.
    """
    writer = _writer(file, descriptors, grpc=True, generate_concrete_servicer_stubs=not abstract_servicers)
    path = [file.SERVICE_FIELD_NUMBER]
    writer.write_grpc_iterator_type()
    writer.write_grpc_servicer_context()
    writer.write_grpc_services(file.service, path, file.options.deprecated)
    for index, service in enumerate(file.service):
        # Nothing exports a class whose name starts with an underscore, and it may be called like an import.
        if not service.name.startswith("_"):
            writer.write_calls(service, [*path, index])
    return str(writer.write())


def _writer(file: FileDescriptorProto, descriptors: Descriptors, **options: bool) -> "_Writer":
    defaults = {
        "readable_stubs": False,
        "relax_strict_optional_primitives": True,
        "use_default_deprecation_warnings": False,
        "generate_concrete_servicer_stubs": False,
        "grpc": False,
    }
    return _Writer(file, descriptors, **{**defaults, **options})


class _Writer(PkgWriter):  # type: ignore[misc]  # mypy-protobuf is not installed with the linters
    """Writes the stub of one file. A path is a list of numbers that leads to a comment, as in SourceCodeInfo."""

    def _import(self, path: str, name: str) -> str:
        # mypy-protobuf imports sys to choose between typing and typing_extensions, but a message may be called sys.
        # Type checkers know typing_extensions without its being installed.
        if path in ("typing_extensions", "warnings"):
            return str(self.imports.add_import("typing_extensions", name))
        return str(super()._import(path, name))

    def write_messages(
        self, messages: Sequence[DescriptorProto], prefix: str, path: _Path, deprecated: bool, *_: Any, **__: Any
    ) -> None:
        for index, message in enumerate(messages):
            self._write_message(message, prefix, [*path, index], deprecated)

    def _write_message(self, message: DescriptorProto, prefix: str, path: _Path, file_deprecated: bool) -> None:
        bases = [self._import("google.protobuf.message", "Message")]
        if well_known := WKTBASES.get(f"{self.fd.package}.{message.name}"):
            bases.append(self._import("google.protobuf.internal.well_known_types", well_known.__name__))
        if message.options.deprecated or file_deprecated:
            self._deprecate([*path, message.OPTIONS_FIELD_NUMBER, message.options.DEPRECATED_FIELD_NUMBER], "message")
        self._write_line(f"@{self._import('typing', 'final')}")
        self._write_line(f"class {message.name}({', '.join(bases)}):")
        with self._indent():
            if self._write_comments(path):
                self._write_line("")
            self._write_line(f"DESCRIPTOR: {self._import('google.protobuf.descriptor', 'Descriptor')}")
            self._write_line("")
            inner = f"{prefix}{message.name}."
            # A type in a message may be called like the outermost message.
            self.write_enums(
                message.enum_type, f"Global___{inner}", [*path, message.ENUM_TYPE_FIELD_NUMBER], file_deprecated
            )
            self.write_messages(message.nested_type, inner, [*path, message.NESTED_TYPE_FIELD_NUMBER], file_deprecated)
            # Fields that differ only in case share one.
            for number in dict.fromkeys(f"{field.name.upper()}_FIELD_NUMBER" for field in message.field):
                self._write_line(f"{number}: {self._builtin('int')}")
            for index, field in enumerate(message.field):
                # Only getattr can spell it.
                if field.name not in PYTHON_RESERVED:
                    self._write_field(field, [*path, message.FIELD_FIELD_NUMBER, index], file_deprecated)
            self.write_extensions(message.extension, [*path, message.EXTENSION_FIELD_NUMBER])
            self._write_constructor([field for field in message.field if field.name not in PYTHON_RESERVED])
            self._write_methods_with_names(message)
        if not prefix:
            alias = self._import("typing_extensions", "TypeAlias")
            self._write_line("")
            self._write_line(f"Global___{message.name}: {alias} = {message.name}  # noqa: Y015")
        self._write_line("")

    def _write_field(self, field: FieldDescriptorProto, path: _Path, file_deprecated: bool) -> None:
        read, assigned = self.python_type(field), self._assigned(field)
        deprecated = field.options.deprecated or file_deprecated
        if assigned == read and not deprecated:
            self._write_line(f"{field.name}: {read}")
            self._write_comments(path)
            return
        accessors = [(self._property(), f"(self) -> {read}:", path)]
        if assigned:
            accessors.append((f"@{field.name}.setter", f"(self, value: {assigned}) -> None:", []))
        for decorator, signature, comment in accessors:
            self._write_line(decorator)
            if deprecated:
                self._deprecate([*path, field.OPTIONS_FIELD_NUMBER, field.options.DEPRECATED_FIELD_NUMBER], "field")
            self._write_line(f"def {field.name}{signature}{'' if self._has_comments(comment) else ' ...'}")
            with self._indent():
                if self._write_comments(comment):
                    self._write_line("")

    def _assigned(self, field: FieldDescriptorProto) -> str:
        """Returns the type that can be assigned to a field, or "" if nothing can."""
        if field.label == field.LABEL_REPEATED:
            return ""
        if is_scalar(field):
            return str(self.python_type(field))
        message = [self._import_message(field.type_name)] if field.type_name in _ASSIGNED_AS_MESSAGES else []
        return " | ".join([*message, *self._converted(field)])

    def _converted(self, field: FieldDescriptorProto) -> Iterator[str]:
        if converted := _CONVERTED.get(field.type_name):
            module, name, arguments = converted
            names = {"str": self._builtin("str"), "Any": self._import("typing", "Any")} if arguments else {}
            yield self._import(module, name) + arguments.format(**names)

    def _fields_by_name(self) -> str:
        return f"{self._builtin('dict')}[{self._builtin('str')}, {self._import('typing', 'Any')}]"

    def _write_constructor(self, fields: Sequence[FieldDescriptorProto]) -> None:
        self._write_line("def __init__(")
        with self._indent():
            named_self = any(field.name == "self" for field in fields)
            self._write_line("self_,  # pyright: ignore[reportSelfClsParameterName]" if named_self else "self,")
            if fields:
                self._write_line("*,")
            for field in fields:
                self._write_line(f"{field.name}: {self._constructed_from(field)} | None = ...,")
        self._write_line(") -> None: ...")

    def _constructed_from(self, field: FieldDescriptorProto) -> str:
        """Returns what the constructor takes for a field, apart from None."""
        if field.type not in (*_MESSAGES, field.TYPE_ENUM):
            return str(self.python_type(field, generic_container=True))
        message = self.descriptors.messages.get(field.type_name)
        if message and message.options.map_entry:
            key, value = self._map_key_value_types(field, *message.field)
            # A dict is taken for the fields of a value, even if the value is a Struct.
            if message.field[1].type in _MESSAGES and message.field[1].type_name not in _ASSIGNED_AS_MESSAGES:
                value += f" | {self._fields_by_name()}"
            return f"{self._import('collections.abc', 'Mapping')}[{key}, {value}]"
        if field.label != field.LABEL_REPEATED:
            return " | ".join([self.python_type(field), *self._wider(field)])
        name = field.type_name if field.type in _MESSAGES else f"{field.type_name}.ValueType"
        elements = " | ".join([self._import_message(name), *self._wider(field)])
        return f"{self._import('collections.abc', 'Iterable')}[{elements}]"

    def _wider(self, field: FieldDescriptorProto) -> Iterator[str]:
        """Yields what the constructor takes in place of a message or an enum value, alone or in a repeated field."""
        if field.type == field.TYPE_ENUM:
            yield self._builtin("str")
            return
        yield from self._converted(field)
        if field.type_name not in _ASSIGNED_AS_MESSAGES:
            yield self._fields_by_name()

    def _write_methods_with_names(self, message: DescriptorProto) -> None:
        """Writes the methods that take names: any string, which a checker cannot know, but editors suggest the names.

        Where no name is right, none is accepted.
        """
        oneofs: dict[str, list[str]] = {oneof.name: [] for oneof in message.oneof_decl}
        for field in message.field:
            if field.HasField("oneof_index"):
                oneofs[message.oneof_decl[field.oneof_index].name].append(field.name)
        present = [field.name for field in message.field if self._has_presence(field)]
        text, boolean = self._builtin("str"), self._builtin("bool")
        for method, names, result in [
            ("HasField", [*present, *oneofs], boolean),
            ("ClearField", [*(field.name for field in message.field), *oneofs], "None"),
        ]:
            self._write_alias(f"_{method}ArgType", sorted(names), both=True)
            accepted = f"_{method}ArgType | {text}" if names else f"_{method}ArgType"
            self._write_line(f"def {method}(self, field_name: {accepted}) -> {result}: ...")
        overloads = []
        for name, members in sorted(oneofs.items()):
            self._write_alias(f"_WhichOneofReturnType_{name}", members)
            self._write_alias(f"_WhichOneofArgType_{name}", [name], both=True)
            overloads.append((f"_WhichOneofArgType_{name}", f"_WhichOneofReturnType_{name} | None"))
        if not overloads:
            self._write_line(f"def WhichOneof(self, oneof_group: {self._never()}) -> None: ...")
            return
        for argument, result in [*overloads, (text, f"{text} | None")]:
            self._write_line(f"@{self._import('typing', 'overload')}")
            self._write_line(f"def WhichOneof(self, oneof_group: {argument}) -> {result}: ...")

    def _write_alias(self, alias: str, names: Sequence[str], both: bool = False) -> None:
        """Writes an alias for the literal names; `both` adds them as bytes, which the runtime takes as well."""
        literals = ", ".join(f'"{name}", b"{name}"' if both else f'"{name}"' for name in names)
        value = f"{self._import('typing', 'Literal')}[{literals}]" if names else self._never()
        self._write_line(f"{alias}: {self._import('typing_extensions', 'TypeAlias')} = {value}  # noqa: Y015")

    def _never(self) -> str:
        return str(self._import("typing_extensions", "Never"))

    def _has_presence(self, field: FieldDescriptorProto) -> bool:
        if field.label == field.LABEL_REPEATED:
            return False
        if field.type in _MESSAGES or field.HasField("oneof_index"):
            return True
        if self.fd.syntax != "editions":
            return bool(self.fd.syntax != "proto3")
        presence = self.get_field_presence(self.fd.options.features.field_presence, field.options.features)
        return bool(presence != FeatureSet.IMPLICIT)

    def _deprecate(self, path: _Path, kind: str) -> None:
        self._write_deprecation_warning(path, f"This {kind} has been marked as deprecated in its proto.")

    def _write_deprecation_warning(self, path: _Path, default: str) -> None:
        # mypy-protobuf puts comments into a string verbatim.
        text = "\n".join(self._get_comments(path)) or default
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        self._write_line(f'@{self._import("warnings", "deprecated")}("{escaped}")')

    def write_calls(self, service: ServiceDescriptorProto, path: _Path) -> None:
        """Writes the class with the name of a service, grpc's experimental way to call it without a stub."""
        if service.options.deprecated or self.fd.options.deprecated:
            self._deprecate([*path, service.OPTIONS_FIELD_NUMBER, service.options.DEPRECATED_FIELD_NUMBER], "service")
        self._write_line(f"class {service.name}:")
        with self._indent():
            if self._write_comments(path):
                self._write_line("")
            if not service.method:
                self._write_line("...")
            for index, method in enumerate(service.method):
                self._write_call(method, [*path, service.METHOD_FIELD_NUMBER, index])
        self._write_line("")

    def _write_call(self, method: MethodDescriptorProto, path: _Path) -> None:
        text, boolean, pair = self._builtin("str"), self._builtin("bool"), self._builtin("tuple")
        sequence = self._import("collections.abc", "Sequence")
        request, answer = self._import_message(method.input_type), self._import_message(method.output_type)
        first = f"request: {request}"
        if method.client_streaming:
            first = f"request_iterator: {self._import('collections.abc', 'Iterator')}[{request}]"
        if method.server_streaming:
            answer = f"{self._import('collections.abc', 'Iterator')}[{answer}]"
        optional = {
            "options": f"{sequence}[{pair}[{text}, {self._import('typing', 'Any')}]]",
            "channel_credentials": f"{self._import('grpc', 'ChannelCredentials')} | None",
            "call_credentials": f"{self._import('grpc', 'CallCredentials')} | None",
            "insecure": boolean,
            "compression": f"{self._import('grpc', 'Compression')} | None",
            "wait_for_ready": f"{boolean} | None",
            "timeout": f"{self._builtin('float')} | None",
            "metadata": f"{sequence}[{pair}[{text}, {text} | {self._builtin('bytes')}]] | None",
        }
        if method.options.deprecated or self.fd.options.deprecated:
            self._deprecate([*path, method.OPTIONS_FIELD_NUMBER, method.options.DEPRECATED_FIELD_NUMBER], "method")
        self._write_line(f"@{self._builtin('staticmethod')}")
        self._write_line(f"def {method.name}(")
        with self._indent():
            for line in [first, f"target: {text}", *(f"{name}: {kind} = ..." for name, kind in optional.items())]:
                self._write_line(f"{line},")
        self._write_line(f") -> {answer}:{'' if self._has_comments(path) else ' ...'}")
        with self._indent():
            if self._write_comments(path):
                self._write_line("")
