#!/usr/bin/env bash
# Regenerates the locks of third_party/requirements*.in and bench/requirements*.in, with the newest versions, a hash for
# every file and no index URLs.
# Usage: tools/update_requirements.sh [PACKAGE…]   Updates only these packages. Default: all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../third_party"

if ! command -v uv >/dev/null; then
  echo "uv is not on PATH: type 'pip install -r third_party/requirements_lint.txt' in a virtual environment" >&2
  exit 2
fi

upgrade=(--upgrade)
if (($#)); then
  upgrade=()
  for package in "$@"; do upgrade+=(--upgrade-package "$package"); done
fi

# The order matters: later files are constrained by earlier locks (-c).
for lock in requirements requirements_test requirements_lint requirements_node requirements_build \
  requirements_conformance requirements_floors requirements_protobuf6 requirements_protobuf6_floors \
  ../bench/requirements ../bench/requirements_protoletariat; do
  # googleapis-common-protos-stubs asks for grpc-stubs, which would replace the files of types-grpcio.
  uv pip compile --no-emit-package grpc-stubs --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command tools/update_requirements.sh \
    "${upgrade[@]}" --output-file "$lock.txt" "$lock.in"
done
