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
      refuse "$variable=${!variable} is not a program. Name one that is, or type 'unset $variable'."
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

# Installs what is missing, or says how to and fails. $1: not empty to install without asking.
install_prerequisites() {
  local missing sudo="" log
  missing=$(missing_packages)
  local install="apt-get install -y --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null; then
    refuse "missing: $missing (as Debian names them). Install Bazel (or bazelisk) and Python 3 with pip, and run this again."
    return 2
  fi
  if (($(id -u))); then
    sudo="sudo "
    if ! command -v sudo >/dev/null; then
      refuse "missing: $missing. Type as root: apt-get update && $install"
      return 2
    fi
  fi
  if [[ -z $1 && -t 0 ]] && ! agreed "Install what is missing with '$sudo$install'?"; then
    refuse "missing: $missing. Type: ${sudo}apt-get update && $sudo$install"
    return 2
  fi
  echo "Installing what is missing: $install" >&2
  log=$(mktemp)
  # shellcheck disable=SC2086  # the commands are made of words
  if ! { $sudo env DEBIAN_FRONTEND=noninteractive apt-get update &&
    $sudo env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    refuse "apt-get could not install $missing (see above). Fix that, or install them yourself, and run this again."
    return 2
  fi
  rm -f "$log"
  missing=$(missing_packages)
  if [[ -n $missing ]]; then
    refuse "still missing after the installation: $missing. Put it on PATH, or name it: export BAZEL=… PY_GRPC_PYTHON=…"
    return 2
  fi
}

# Asks a question on the terminal. Enter is a yes. The option --yes is one beforehand.
agreed() {
  local answer
  read -r -p "$1 [Y/n] " answer || return
  [[ -z $answer || $answer == [Yy]* ]]
}

refuse() { echo "${0##*/}: $1" >&2; }
