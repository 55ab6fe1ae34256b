#!/usr/bin/env bash
# The script that one would write by hand: a virtual environment and one protoc call, with mypy-protobuf.
# The baseline for bench/generate.py. It fixes no imports, checks nothing and removes nothing.
# Usage: handwritten.sh PROTOS OUT VENV REQUIREMENTS [PROTOC_OPTION…]
set -euo pipefail
protos=$1 out=$2 venv=$3 requirements=$4

if [[ ! -x $venv/bin/protoc-gen-mypy ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi
mkdir -p "$out"
mapfile -t files < <(find "$protos" -name '*.proto' -printf '%P\n')
PATH=$venv/bin:$PATH "$venv/bin/python" -m grpc_tools.protoc -I "$protos" \
  --python_out="$out" --grpc_python_out="$out" --mypy_out=quiet:"$out" --mypy_grpc_out=quiet:"$out" \
  "${@:5}" "${files[@]}"
