#!/usr/bin/env bash
# Lints this repository with locked versions of the tools, which it installs on first use.
# Usage: tools/lint.sh [buildifier] [shellcheck] [ruff] [mypy] [guarantees] [sbom]   Default: all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=tools/lib/install_tools.sh
source tools/lib/install_tools.sh

# Prints the tracked files that match the patterns, NUL-separated.
files() { git ls-files -z -- "$@"; }

buildifier() {
  local sources
  mapfile -d '' -t sources < <(files '*.bzl' '*BUILD.bazel' WORKSPACE)
  # Disabled: warnings that require .bzl files of rules_python and protobuf, which Bazel 4 cannot load, and the one that
  # forbids tests to load private files.
  run_node node "$tools/npm/node_modules/@bazel/buildifier/buildifier.js" -mode=check -lint=warn \
    -warnings=-native-py,-native-proto,-native-proto-info,-bzl-visibility "${sources[@]}"
}

shellcheck() { files '*.sh' '.ci/*' | xargs -0 "$tools/python/bin/shellcheck" --external-sources --source-path=SCRIPTDIR/.. ; }

ruff() {
  "$tools/python/bin/ruff" check --quiet . && "$tools/python/bin/ruff" format --check --quiet .
}

mypy() { run_module mypy; }

guarantees() { "$python" -I tools/guarantees.py; }

# Writing the SBOM also checks it.
sbom() { tools/sbom.sh >/dev/null; }

install_tools
(($#)) || set -- buildifier shellcheck ruff mypy guarantees sbom
for tool in "$@"; do
  case $tool in
    buildifier | shellcheck | ruff | mypy | guarantees | sbom) echo "== $tool" >&2 && "$tool" ;;
    *)
      echo "lint.sh: unknown tool '$tool': one of buildifier, shellcheck, ruff, mypy, guarantees, sbom" >&2
      exit 2
      ;;
  esac
done
