#!/usr/bin/env bash
# Builds the gRPC stubs and copies them to the packages that people import. See usage().
set -euo pipefail

usage() {
  cat <<EOF
Usage: scripts/generate_grpc_stubs.sh [--language LANGUAGE] [--check] [--proto-root DIR] [--out DIR]
                                      [--help]

Builds the stubs of //protos with Bazel and brings their folders up to date. Works from any directory,
and installs Bazel and pip from the distribution when they are missing.

  --language LANGUAGE
                    python, the default: src/infrastructure/grpc/generated
                    typescript: clients/typescript/src/generated
                    all: both
  --check           change nothing; name every file that differs, is missing or is left over
  --proto-root DIR  take the protos from DIR, which needs no BUILD files; imports are relative to it
  --out DIR         write to DIR instead
  --help            print this

Exit status: 0 done, or fresh; 1 --check found a difference; 2 wrong use, or it cannot be done;
otherwise the build's own: then no folder has changed.
EOF
}

wrong_use() {
  echo "generate_grpc_stubs.sh: $1. Type 'scripts/generate_grpc_stubs.sh --help'." >&2
  exit 2
}

# The folder that an option names, absolute: $1 option, $2 value or nothing.
folder_of() {
  [[ -n ${2:-} && $2 != -* ]] || wrong_use "$1 needs a folder, as in '$1 path/to/folder'"
  [[ $2 == /* ]] && printf '%s' "$2" || printf '%s' "$PWD/$2"
}

# Where the script lies when it is called through links. Not every system has readlink -f.
script=${BASH_SOURCE[0]}
while [[ -L $script ]]; do
  folder=$(cd -P "$(dirname "$script")" && pwd)
  script=$(readlink "$script")
  [[ $script == /* ]] || script=$folder/$script
done
workspace=$(cd -P "$(dirname "$script")/.." && pwd)
language=python
proto_root=""
out=""
options=()
command=$(printf '%q' "$0")

while (($#)); do
  case $1 in
    --check) options+=(--check) ;;
    --out | --proto-root)
      folder=$(folder_of "$@")
      if [[ $1 == --out ]]; then out=$folder; else proto_root=$folder; fi
      command+=" $1 $(printf '%q' "$2")"
      shift
      ;;
    --language)
      language=${2:-}
      command+=" $1 $(printf '%q' "$language")"
      (($# < 2)) || shift
      ;;
    --language=* | --out=* | --proto-root=*)
      argument=$1
      shift
      set -- "${argument%%=*}" "${argument#*=}" "$@"
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

case $language in
  python | typescript | all) ;;
  *) wrong_use "'$language' is no language: one of python, typescript, all" ;;
esac
[[ $language != all || -z $out ]] ||
  wrong_use "--out takes one language: run it with --language python, then with --language typescript"
# shellcheck source=scripts/lib/languages.sh
source "$workspace/scripts/lib/languages.sh"
list_packages "$language"

# shellcheck source=scripts/lib/prerequisites.sh
source "$workspace/scripts/lib/prerequisites.sh"
install_prerequisites || exit

cd "$workspace"
# shellcheck source=scripts/lib/bazel_version.sh
source "$workspace/scripts/lib/bazel_version.sh"
bazel=$(find_bazel)
write_bazel_version_rc "$bazel"
# -S -E -s -B: the standard library is enough, and nothing is left behind.
python=("${PY_GRPC_PYTHON:-python3}" -S -E -s -B)
if [[ -n $proto_root ]]; then
  # The digest has Bazel read the folder again when a proto or an import came or went.
  state=$("${python[@]}" -m proto_tree --digest -- "$proto_root") || exit
  options+=("--build-option=--repo_env=PY_GRPC_PROTO_ROOT=$proto_root" "--build-option=--repo_env=PY_GRPC_PROTO_STATE=$state")
fi
exec "${python[@]}" scripts/copy_out.py "${packages[@]}" \
  --bazel "$bazel" --command "$command" ${options[@]+"${options[@]}"}
