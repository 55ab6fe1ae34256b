#!/usr/bin/env bash
# The script that one would write by hand: a virtual environment, protoc, mypy-protobuf and sed.
# The baseline for bench/generate.py. Usage: handwritten.sh PROTOS OUT VENV REQUIREMENTS
set -euo pipefail
protos=$1 out=$2 venv=$3 requirements=$4

if [[ ! -x $venv/bin/protoc-gen-mypy ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi
mkdir -p "$out"
PATH=$venv/bin:$PATH "$venv/bin/python" -m grpc_tools.protoc -I "$protos" \
  --python_out="$out" --grpc_python_out="$out" --mypy_out=quiet:"$out" --mypy_grpc_out=quiet:"$out" "$protos"/*.proto
sed -i -E 's/^import ([a-z_]+_pb2) as/from . import \1 as/; s/^from ([a-z_]+_pb2) import/from .\1 import/' "$out"/*_pb2*.py*
touch "$out/__init__.py" "$out/py.typed"
