"""What ts-proto is told, and what it says of itself. Pure functions.

Its parameters: https://github.com/stephenh/ts-proto#supported-options
"""

import re
from collections.abc import Iterable, Mapping

from codegen.errors import CodegenError

# What messages and clients are like, whatever the services become.
_COMMON: Mapping[str, str] = {
    # Every proto_library is generated for itself, google/protobuf too.
    "emitImportedFiles": "false",
    "env": "node",
    "esModuleInterop": "true",
    # A number has 53 bits.
    "forceLong": "bigint",
    # ESM wants the extension; CommonJS takes it.
    "importSuffix": ".js",
    # A field that is not there is not there in either flavor.
    "initializeFieldsAsUndefined": "false",
    "oneof": "unions-value",
    "outputServices": "grpc-js",
    "unknownFields": "true",
    # No value of a proto is called UNRECOGNIZED: numbers that an enum does not know stay numbers.
    "unrecognizedEnum": "false",
    # A Date has milliseconds.
    "useDate": "false",
    # An object would take the key "__proto__" for its prototype, and has no keys but strings.
    "useMapType": "true",
    "useOptionals": "none",
}

_FLAVORS: Mapping[str, Mapping[str, str]] = {
    "grpc-js": {},
    # It leaves the client of grpc-js out; by itself it would leave out what encodes messages, too.
    "nestjs": {
        "addGrpcMetadata": "true",
        "nestJs": "true",
        "outputEncodeMethods": "true",
        "outputJsonMethods": "true",
        "outputPartialMethods": "true",
        # Services of one name in two packages are two.
        "useNestjsFqnServiceName": "true",
    },
}

FLAVORS = tuple(_FLAVORS)

_VERSION = re.compile(r"^//   protoc-gen-ts_proto +v([\d.]+)", re.MULTILINE)


def parameter_of(flavor: str) -> str:
    """Returns what ts-proto is told for one of FLAVORS: "env=node,esModuleInterop=true,…"."""
    return ",".join(f"{name}={value}" for name, value in {**_COMMON, **_FLAVORS[flavor]}.items())


def version_of(texts: Iterable[str]) -> str:
    """Returns the version of ts-proto that wrote some modules: "2.18.0".

    Raises:
      CodegenError: when they do not say it.
    """
    for text in texts:
        if match := _VERSION.search(text):
            return match[1]
    raise CodegenError("the generated code does not say which ts-proto wrote it: lock ts-proto 2.2 or newer")


def unknown(file: str, what: str) -> CodegenError:
    """Returns the error of a text that is not as expected."""
    return CodegenError(
        f"{file}: ts-proto wrote something else than this version knows: {what}. "
        "Use the version of ts-proto that third_party/ locks."
    )
