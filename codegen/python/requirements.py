"""What generated code needs of the libraries that it runs on. Pure functions.

The code says it itself: a `_pb2.py` asks the protobuf that is installed for the version of its compiler, a
`_pb2_grpc.py` likewise for grpcio, and both refuse to be imported by an older one. protobuf takes code of its own major
version and of the one before (https://protobuf.dev/support/cross-version-runtime-guarantee/#major), no older.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from email.parser import HeaderParser
from typing import NamedTuple

from codegen.errors import CodegenError

# https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/python/generator.cc
_PROTOBUF = re.compile(r"^# Protobuf Python Version: ([\d.]+)", re.MULTILINE)

# https://github.com/grpc/grpc/blob/master/src/compiler/python_generator.cc
_GRPC = re.compile(r"^GRPC_GENERATED_VERSION = '([\d.]+)", re.MULTILINE)


class Requirement(NamedTuple):
    """A distribution and its versions that will do: from `floor` on, and below `ceiling` unless that is ""."""

    name: str
    floor: str
    ceiling: str = ""

    def __str__(self) -> str:
        """Returns it as pip has it (https://packaging.python.org/en/latest/specifications/dependency-specifiers/)."""
        return f"{self.name}>={self.floor}" + (f",<{self.ceiling}" if self.ceiling else "")

    def fits(self, version: str) -> bool:
        """Tells whether a version will do (https://packaging.python.org/en/latest/specifications/version-specifiers/)."""
        release, floor = _release(version), _release(self.floor)
        # What comes before a release is older than it is: 7.35.1rc1 and 7.35.1.dev2 than 7.35.1. What somebody has
        # built of it is not: the letters behind a plus say who.
        early = re.search(r"a|b|rc|dev", version.partition("+")[0]) is not None
        return (release > floor or (release == floor and not early)) and not (
            self.ceiling and release >= _release(self.ceiling)
        )


def requirements_of(sources: Iterable[str]) -> list[Requirement]:
    """Returns what generated files need, in the order of their names.

    Args:
      sources: the texts of a `_pb2.py` and a `_pb2_grpc.py`; more of the same compiler say the same.

    Raises:
      CodegenError: when they do not say it.
    """
    protobuf = grpc = ""
    for source in sources:
        protobuf = protobuf or _version(_PROTOBUF, source)
        grpc = grpc or _version(_GRPC, source)
    if not (protobuf and grpc):
        raise CodegenError(
            "the generated code does not say which grpcio and protobuf it needs: lock grpcio-tools 1.72 or newer"
        )
    return [Requirement("grpcio", grpc), Requirement("protobuf", protobuf, str(_release(protobuf)[0] + 2))]


def requirements_text(header: str, requirements: Iterable[Requirement]) -> str:
    """Returns the requirements.txt of a package, below a header that ends its line."""
    about = "# What it takes to import this package; its own code refuses anything else.\n"
    return header + about + "".join(f"{requirement}\n" for requirement in requirements)


def read_installed(metadata: Iterable[str]) -> dict[str, list[str]]:
    """Returns the versions of some distributions, by name, from the texts of their METADATA.

    The format is https://packaging.python.org/en/latest/specifications/core-metadata/.
    """
    installed: dict[str, list[str]] = {}
    for header in (HeaderParser().parsestr(text) for text in metadata):
        installed.setdefault(str(header["Name"]).lower(), []).append(str(header["Version"]))
    return installed


def check_runtime(requirements: Iterable[Requirement], installed: Mapping[str, Sequence[str]]) -> None:
    """Makes sure that code will run on the libraries that it is going to be shipped with.

    Args:
      requirements: from requirements_of.
      installed: from read_installed. What is not in it is not looked at.

    Raises:
      CodegenError: naming what is installed and what is needed.
    """
    for requirement in requirements:
        versions = installed.get(requirement.name, ())
        if len(versions) > 1:
            raise CodegenError(
                f"two {requirement.name} would be in the runfiles, {' and '.join(versions)}: one of the py_grpc "
                "toolchain, one of provided_by. Have the toolchain's runtime name the one that provided_by needs."
            )
        for version in versions:
            if not requirement.fits(version):
                raise CodegenError(
                    f"the stubs need {requirement}, and the runtime of the py_grpc toolchain has {requirement.name} "
                    f"{version}. Give it a version that fits, or make the stubs with another grpcio-tools: "
                    "py_grpc_repositories(requirements_lock = …) names the lock of both."
                )


def _version(pattern: re.Pattern[str], source: str) -> str:
    match = pattern.search(source)
    return match[1] if match else ""


def _release(version: str) -> tuple[int, ...]:
    """Returns the numbers of a version's release, but zeros at its end: "7.36.0rc1" gives (7, 36)."""
    match = re.match(r"\d+(?:\.\d+)*?(?=(?:\.0+)*(?!\.?\d))", version)
    return tuple(map(int, match[0].split("."))) if match else ()
