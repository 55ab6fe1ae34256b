"""What is compared: how each tool is installed, made to forget, run and stopped. Data for bench/generate.py.

The commands are for bash. Their variables: $root, this checkout; $work, the tool's own folder; $tree, the protos;
$out, where the stubs go; $small, a tree of three protos.
"""

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """Commands. Only `generate` is timed."""

    name: str
    generate: str
    install: str = ""  # once
    forget: str = 'rm -rf "$out"'  # before a first run
    stop: str = ""  # at the end
    server: str = ""  # the file below $work with a Bazel server's process id
    profile: str = ""  # the file below $work with Bazel's profile of the last run


# With these options, the call writes the same four files per proto as the stubs have.
_PROTOC = '"$root/bench/handwritten.sh" "$tree" "$out" "$work/venv" "$root/third_party/requirements.txt"'
_INSTALL_PROTOC = _PROTOC.replace("$tree", "$small").replace("$out", "$work/small")

_INSTALL_PROTOLETARIAT = """
python3 -m venv "$work/protol"
"$work/protol/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: --require-hashes \
  -r "$root/bench/requirements_protoletariat.txt"
"""

# buf has no plugin for grpc, and protoc none that is a program: protoc writes both in the call that buf makes.
_INSTALL_BUF = """
cp "$root/bench/package.json" "$root/bench/package-lock.json" "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
ln -s "$work"/node_modules/@bufbuild/buf-linux-*/bin/buf "$work/buf"
cat > "$work/buf.gen.yaml" <<END
version: v2
plugins:
  - protoc_builtin: python
    protoc_path: ["$work/venv/bin/python", "-m", "grpc_tools.protoc", "--grpc_python_out=$out"]
    out: "$out"
    strategy: all
  - local: "$work/venv/bin/protoc-gen-mypy"
    out: "$out"
    opt: quiet
    strategy: all
  - local: "$work/venv/bin/protoc-gen-mypy_grpc"
    out: "$out"
    opt: quiet
    strategy: all
END
"""

_STOP_BAZEL = """
if [[ -d $work/clone ]]; then (cd "$work/clone" && "${BAZEL:-bazel}" shutdown); fi
"""

# The first run finds everything fetched and a server that runs, but no outputs and no worker process.
_FORGET_BAZEL = f"""
{_STOP_BAZEL}
[[ ! -d $work ]] || chmod -R u+w "$work"
rm -rf "$work" "$out"
mkdir -p "$work"
git clone --quiet "$root" "$work/clone"
cd "$work/clone"
printf '%s\\n' "startup --output_user_root=$work/bazel --output_base=$work/base" \
  "build --profile=$work/profile.gz" > .bazelrc.user
scripts/generate_grpc_stubs.sh --yes --proto-root "$small" --out "$work/small"
"${{BAZEL:-bazel}}" clean
rm -f "$work/profile.gz"
"""

_PYTHON = Tool(
    "generate_grpc_stubs.sh",
    generate='"$work/clone/scripts/generate_grpc_stubs.sh" --proto-root "$tree" --out "$out"',
    forget=_FORGET_BAZEL,
    stop=_STOP_BAZEL,
    server="base/server/server.pid.txt",
    profile="profile.gz",
)

TOOLS = (
    Tool("protoc by hand", install=_INSTALL_PROTOC, generate=_PROTOC),
    Tool(
        "protoletariat",
        install=_INSTALL_PROTOC + _INSTALL_PROTOLETARIAT,
        generate=f'{_PROTOC} --include_imports --descriptor_set_out="$work/set"\n'
        '"$work/protol/bin/protol" --in-place --create-package --python-out "$out" raw "$work/set"',
    ),
    Tool(
        "buf",
        install=_INSTALL_PROTOC + _INSTALL_BUF,
        generate='mkdir -p "$out"\n"$work/buf" generate "$tree" --template "$work/buf.gen.yaml"',
    ),
    _PYTHON,
)

# They are compared if they are named.
OTHERS = (
    dataclasses.replace(
        _PYTHON,
        name="for TypeScript",
        generate=f"{_PYTHON.generate} --language typescript",
        forget=_FORGET_BAZEL.replace("--yes", "--yes --language typescript"),
    ),
)
