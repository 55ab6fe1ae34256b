"""The library versions that generated code requires. Pure functions.

The code states them itself: a `_pb2.py` checks the installed protobuf against its compiler's version, a `_pb2_grpc.py`
does the same for grpcio, and both fail to import with an older one. protobuf accepts code from its own major version
and the previous one (https://protobuf.dev/support/cross-version-runtime-guarantee/#major), nothing older.
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
    """A distribution and its acceptable versions: from `floor`, and below `ceiling` unless that is ""."""

    name: str
    floor: str
    ceiling: str = ""

    def __str__(self) -> str:
        """Returns pip's syntax (https://packaging.python.org/en/latest/specifications/dependency-specifiers/)."""
        return f"{self.name}>={self.floor}" + (f",<{self.ceiling}" if self.ceiling else "")

    def fits(self, version: str) -> bool:
        """Returns whether it fits (https://packaging.python.org/en/latest/specifications/version-specifiers/)."""
        release, floor = _release(version), _release(self.floor)
        # Pre-releases are older than the release: 7.35.1rc1 and 7.35.1.dev2 are older than 7.35.1. Local builds are
        # not: skip the letters after a plus.
        early = re.search(r"a|b|rc|dev", version.partition("+")[0]) is not None
        return (release > floor or (release == floor and not early)) and not (
            self.ceiling and release >= _release(self.ceiling)
        )


def requirements_of(sources: Iterable[str]) -> list[Requirement]:
    """Returns what generated files require, sorted by name.

    Args:
      sources: the texts of a `_pb2.py` and a `_pb2_grpc.py`; others from the same compiler state the same.

    Raises:
      CodegenError: if they do not state it.
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


def requirements_on(installed: Mapping[str, Sequence[str]]) -> list[Requirement]:
    """Returns the requirements on distributions whose modules the package imports, sorted by name.

    The oldest version that has what the package needs is not known, so it is the one that the package is built with,
    without its local label, which pip does not allow in a floor.

    Args:
      installed: from read_installed.
    """
    return [
        Requirement(name, version.partition("+")[0])
        for name, versions in sorted(installed.items())
        for version in versions[:1]
    ]


def requirements_text(header: str, requirements: Iterable[Requirement]) -> str:
    """Returns the requirements.txt of a package. The header includes its newline."""
    about = "# The requirements for importing this package.\n"
    return header + about + "".join(f"{requirement}\n" for requirement in requirements)


def read_installed(metadata: Iterable[str]) -> dict[str, list[str]]:
    """Returns the versions of distributions, by name, from the texts of their METADATA.

    The format is described at https://packaging.python.org/en/latest/specifications/core-metadata/.
    """
    installed: dict[str, list[str]] = {}
    for header in (HeaderParser().parsestr(text) for text in metadata):
        installed.setdefault(str(header["Name"]).lower(), []).append(str(header["Version"]))
    return installed


def check_runtime(requirements: Iterable[Requirement], installed: Mapping[str, Sequence[str]]) -> None:
    """Checks that code will run on the libraries that it ships with.

    Args:
      requirements: from requirements_of.
      installed: from read_installed. Requirements that are not in it are skipped.

    Raises:
      CodegenError: naming what is installed and what is required.
    """
    for requirement in requirements:
        # A second copy of the same version does no harm.
        versions = list(dict.fromkeys(installed.get(requirement.name, ())))
        if len(versions) > 1:
            raise CodegenError(
                f"two {requirement.name} would be in the runfiles: {' and '.join(versions)}: of the py_grpc toolchain, "
                "of provided_by or of the deps. Take them all from one lock."
            )
        for version in versions:
            if not requirement.fits(version):
                raise CodegenError(
                    f"the stubs need {requirement}, and the runtime of the py_grpc toolchain has {requirement.name} "
                    f"{version}. Install that version, or generate the stubs with another grpcio-tools: "
                    "py_grpc_repositories(requirements_lock = …) names the lock of both."
                )


def _version(pattern: re.Pattern[str], source: str) -> str:
    match = pattern.search(source)
    return match[1] if match else ""


def _release(version: str) -> tuple[int, ...]:
    """Returns the release numbers of a version without trailing zeros: "7.36.0rc1" gives (7, 36)."""
    match = re.match(r"\d+(?:\.\d+)*?(?=(?:\.0+)*(?!\.?\d))", version)
    return tuple(map(int, match[0].split("."))) if match else ()
