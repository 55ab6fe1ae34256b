# shellcheck shell=bash
# Ensures that the build's prerequisites are installed: Bazel, Python, pip. Sourced by the scripts.

# Prints the Bazel to use: $BAZEL, else bazel, else bazelisk.
find_bazel() {
  local found
  if [[ -n ${BAZEL:-} ]]; then
    found=$(command -v "$BAZEL") || return
  else
    found=$(command -v bazel || command -v bazelisk) || return
  fi
  # The script changes its directory.
  [[ $found != */* || $found == /* ]] || found=$PWD/$found
  echo "$found"
}

# Checks that the programs the user named exist: nothing can be installed in their place.
check_named_programs() {
  local variable python
  for variable in BAZEL PY_GRPC_PYTHON; do
    if [[ -n ${!variable:-} ]] && ! command -v "${!variable}" >/dev/null; then
      refuse "$variable=${!variable} is not a program. Name one that is, or type 'unset $variable'."
      return 2
    fi
  done
  # Debian's python3-pip is for Debian's Python only.
  python=$(command -v "${PY_GRPC_PYTHON:-python3}") || return 0
  if [[ -n ${PY_GRPC_PYTHON:-} && $python != /usr/bin/* ]] && lacks_pip; then
    refuse "PY_GRPC_PYTHON=$PY_GRPC_PYTHON has no pip. Type '$PY_GRPC_PYTHON -m ensurepip', or name another Python."
    return 2
  fi
}

# pip is only for fetching wheels. Asking Python takes time: it is not asked if Bazel has fetched them, as its own link,
# bazel-out, shows.
lacks_pip() {
  [[ ! -e ${BASH_SOURCE[0]%/*}/../bazel-out/../../../external/@py_grpc_wheels.marker ]] &&
    ! "${PY_GRPC_PYTHON:-python3}" -I -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("pip"))' 2>/dev/null
}

# Prints the missing Debian packages, on one line.
missing_packages() {
  local missing=""
  find_bazel >/dev/null || missing+=" bazel-bootstrap"
  command -v "${PY_GRPC_PYTHON:-python3}" >/dev/null || missing+=" python3"
  if lacks_pip; then missing+=" python3-pip"; fi
  echo "${missing# }"
}

# Installs what is missing, or prints how to and fails.
# $1: "yes" to install without asking, "no" to install nothing, "" to ask on a terminal.
install_prerequisites() {
  local missing sudo="" log
  missing=$(missing_packages)
  local install="apt-get install -y --no-install-recommends $missing"
  if ! command -v apt-get >/dev/null; then
    refuse "missing: $missing (Debian package names). Install Bazel (or bazelisk) and Python 3 with pip, and run this again."
    return 2
  fi
  if (($(id -u))); then
    sudo="sudo "
    if ! command -v sudo >/dev/null; then
      refuse "missing: $missing. Type as root: apt-get update && $install"
      return 2
    fi
  fi
  if [[ $1 == no ]] || { [[ -z $1 && -t 0 ]] && ! agreed "Install what is missing with '$sudo$install'?"; }; then
    refuse "missing: $missing. Type: ${sudo}apt-get update && $sudo$install"
    return 2
  fi
  echo "Installing what is missing: $install" >&2
  log=$(mktemp)
  # shellcheck disable=SC2086  # word splitting is intended
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

# Asks a question on the terminal. Enter means yes; the option --yes skips it.
agreed() {
  local answer
  read -r -p "$1 [Y/n] " answer || return
  [[ -z $answer || $answer == [Yy]* ]]
}

refuse() { echo "${0##*/}: $1" >&2; }
