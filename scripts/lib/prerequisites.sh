# shellcheck shell=bash
# Makes sure that what the build needs is on the machine: Bazel, Python, pip. Sourced by the scripts.

# Prints the Bazel to use: $BAZEL, or else bazel or bazelisk, whichever is there first.
find_bazel() {
  if [[ -n ${BAZEL:-} ]]; then
    command -v "$BAZEL"
  else
    command -v bazel || command -v bazelisk
  fi
}

# Makes sure that the programs a person has named are there: nothing can be installed in their place.
check_named_programs() {
  local variable
  for variable in BAZEL PY_GRPC_PYTHON; do
    if [[ -n ${!variable:-} ]] && ! command -v "${!variable}" >/dev/null; then
      echo "${0##*/}: $variable=${!variable} is not a program. Name one that is, or type 'unset $variable'." >&2
      return 2
    fi
  done
}

# Prints the Debian packages of what is missing, in one line.
missing_packages() {
  local python=${PY_GRPC_PYTHON:-python3} missing=""
  find_bazel >/dev/null || missing+=" bazel-bootstrap"
  command -v "$python" >/dev/null || missing+=" python3"
  "$python" -I -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("pip"))' 2>/dev/null ||
    missing+=" python3-pip"
  echo "${missing# }"
}

# Installs what is missing, or says how to and fails.
install_prerequisites() {
  local missing install log
  check_named_programs || return
  missing=$(missing_packages)
  [[ -n $missing ]] || return 0

  install="apt-get install -y --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null; then
    echo "${0##*/}: missing: $missing (as Debian names them). Install Bazel (or bazelisk) and Python 3 with pip, and run this again." >&2
    return 2
  fi
  if (($(id -u))) && ! command -v sudo >/dev/null; then
    echo "${0##*/}: missing: $missing. Type as root: apt-get update && $install" >&2
    return 2
  fi
  echo "Installing what is missing: $install" >&2
  log=$(mktemp)
  # shellcheck disable=SC2086  # the command is made of words
  if ! { as_root apt-get update && as_root $install; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "${0##*/}: apt-get could not install $missing (see above). Mend that, or install them yourself, and run this again." >&2
    return 2
  fi
  rm -f "$log"
  missing=$(missing_packages)
  if [[ -n $missing ]]; then
    echo "${0##*/}: still missing after the installation: $missing. Put it on PATH, or name it: export BAZEL=… PY_GRPC_PYTHON=…" >&2
    return 2
  fi
}

# Runs a command as root, without questions from apt.
as_root() {
  if (($(id -u))); then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}
