"""Finds the Python that runs, for repository rules."""

load(":label_text.bzl", "apparent_name")

# Printed by the interpreter itself, because a launcher on PATH (pyenv's shims, for one) may be a
# script that picks the real interpreter by the current directory.
# The base interpreter is the one below a virtual environment, which may be gone tomorrow.
_DESCRIBE = "import sys; print(sys.executable); print(sys._base_executable); print('%d.%d' % sys.version_info[:2])"

# The variable that names another interpreter than the rule's attribute does.
PYTHON_ENV = "PY_GRPC_PYTHON"

def find_python(repository_ctx, interpreter):
    """Returns the Python interpreter of this machine.

    Args:
      repository_ctx: the context of the calling repository rule, which lists `PYTHON_ENV` in its `environ`.
      interpreter: a program name to look up on PATH, or an absolute path. `$PY_GRPC_PYTHON` goes before it.

    Returns:
      A struct of `path` (string: absolute path of the interpreter, which has its pip), `base` (string: the same, or
      what it is a virtual environment of) and `version` (string: "3.11").
    """
    wanted = repository_ctx.os.environ.get(PYTHON_ENV) or interpreter
    found = wanted if wanted.startswith("/") else repository_ctx.which(wanted)
    if not found:
        fail(("\n@{}: {} is not on PATH. Install it (Debian: apt-get install python3), or name another " +
              "interpreter: export {}=/path/to/python3").format(apparent_name(repository_ctx.name), wanted, PYTHON_ENV))
    result = repository_ctx.execute([found, "-I", "-c", _DESCRIBE])
    if result.return_code != 0:
        fail("\n@{}: {} does not run: {}. Name another interpreter: export {}=/path/to/python3".format(
            apparent_name(repository_ctx.name),
            found,
            result.stderr.strip(),
            PYTHON_ENV,
        ))
    path, base, version = result.stdout.strip().split("\n")
    return struct(base = base, path = path, version = version)
