"""Runs grpcio-tools' protoc in this process."""

import os
import sys
import tempfile
from types import ModuleType

from codegen.errors import CodegenError

# Unless this is set, grpc_tools installs import hooks that generate stubs.
os.environ["GRPC_PYTHON_DISABLE_DYNAMIC_STUBS"] = "1"


def run_protoc(arguments: list[str]) -> tuple[int, str]:
    """Runs protoc.

    Args:
      arguments: its command line, without the program name.

    Returns:
      Its exit status and standard error.

    Raises:
      CodegenError: if this interpreter cannot load protoc.
    """
    compiler = _load()
    # protoc is C++ and writes to the file descriptor, bypassing sys.stderr.
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            status = compiler.main(["protoc", *arguments])
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        captured.seek(0)
        return status, captured.read().decode("utf-8", "replace")


def _load() -> ModuleType:
    try:
        from grpc_tools import protoc
    except ImportError as error:
        version = "{}.{}".format(*sys.version_info)
        raise CodegenError(
            f"grpcio-tools does not load in {sys.executable} (Python {version}): {error}.\n"
            "The wheels were installed for another Python: type 'bazel sync --configure', or with modules "
            "'bazel fetch --force --repo=@py_grpc_wheels', to reinstall them."
        ) from error
    loaded: ModuleType = protoc
    return loaded


def main(argv: list[str]) -> int:
    """Runs protoc with the well-known types after the given import paths."""
    compiler = _load()
    well_known_types = os.path.join(os.path.dirname(str(compiler.__file__)), "_proto")
    status: int = compiler.main(["protoc", *argv, f"-I{well_known_types}"])
    return status
