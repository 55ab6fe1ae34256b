#!/usr/bin/env bash
# Builds the gRPC stubs and copies them to the packages that users import: see --help and docs/script.md.
# It ensures that Bazel, Python and pip are installed. generate_grpc_stubs.py does the rest.
set -euo pipefail

# Resolve links to the script. Not every system has readlink -f.
script=${BASH_SOURCE[0]}
while [[ -L $script ]]; do
  folder=$(cd -P "$(dirname "$script")" && pwd)
  script=$(readlink "$script")
  [[ $script == /* ]] || script=$folder/$script
done
[[ $script == */* ]] || script=./$script
scripts=$(cd -P "${script%/*}/" && pwd)

# shellcheck source=scripts/prerequisites.sh
source "$scripts/prerequisites.sh"

# -S -E -s -B: use only the standard library, and write no bytecode.
python=("${PY_GRPC_PYTHON:-python3}" -S -E -s -B "$scripts/generate_grpc_stubs.py")
has_python() { command -v "${python[0]}" >/dev/null; }

# A check changes nothing, so it only installs what is missing if it is told to.
help="" install=""
for argument in "$@"; do
  case $argument in
    --help | -h) help=1 ;;
    --yes) install=yes ;;
    --check) [[ -n $install ]] || install=no ;;
  esac
done

# Help and usage errors install nothing: without a Bazel, Python only parses the command line.
if [[ -n $help ]]; then
  if has_python; then exec "${python[@]}" "" "$0" "$@"; fi
  echo "Usage: scripts/generate_grpc_stubs.sh [OPTION]…   README.md lists the options; with Python 3, --help does too."
  exit
fi
check_named_programs || exit
if [[ -n $(missing_packages) ]]; then
  if has_python; then "${python[@]}" "" "$0" "$@" || exit; fi
  install_prerequisites "$install" || exit
fi
exec "${python[@]}" "$(find_bazel)" "$0" "$@"
