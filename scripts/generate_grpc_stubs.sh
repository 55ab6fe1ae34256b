#!/usr/bin/env bash
# Builds the gRPC stubs and copies them to the package that people import. See usage().
set -euo pipefail

readonly TARGET=//protos:py_stubs
readonly DEFAULT_OUT=src/infrastructure/grpc/generated

usage() {
  cat <<EOF
Usage: scripts/generate_grpc_stubs.sh [--check] [--out DIR] [--help]

Builds $TARGET with Bazel and brings $DEFAULT_OUT up to date. Works from any
directory, and installs Bazel and pip from the distribution when they are missing.

  --check    change nothing; name every file that differs, is missing or is left over
  --out DIR  write the package to DIR instead
  --help     print this

Exit status: 0 done, or fresh; 1 --check found a difference; 2 wrong use, or it cannot be done;
otherwise the build's own.
EOF
}

wrong_use() {
  echo "generate_grpc_stubs.sh: $1. Type 'scripts/generate_grpc_stubs.sh --help'." >&2
  exit 2
}

# The value of an option that needs one: $1 option, $2 value or nothing.
value_of() {
  [[ -n ${2:-} && $2 != -* ]] || wrong_use "$1 needs a folder, as in '$1 build/stubs'"
  printf '%s' "$2"
}

workspace=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
out=$workspace/$DEFAULT_OUT
options=()
command=$(printf '%q' "$0")

while (($#)); do
  case $1 in
    --check) options+=(--check) ;;
    --out)
      out=$(value_of "$@")
      [[ $out == /* ]] || out=$PWD/$out
      command+=" --out $(printf '%q' "$2")"
      shift
      ;;
    --out=*)
      argument=${1#*=}
      shift
      set -- --out "$argument" "$@"
      continue
      ;;
    --help | -h)
      usage
      exit
      ;;
    *) wrong_use "unknown argument '$1'" ;;
  esac
  shift
done

# shellcheck source=scripts/lib/prerequisites.sh
source "$workspace/scripts/lib/prerequisites.sh"
install_prerequisites || exit

cd "$workspace"
# -S -E -s -B: the standard library is enough, and nothing is left behind.
exec "${PY_GRPC_PYTHON:-python3}" -S -E -s -B scripts/copy_out.py \
  --bazel "$(find_bazel)" --target "$TARGET" --out "$out" --command "$command" ${options[@]+"${options[@]}"}
