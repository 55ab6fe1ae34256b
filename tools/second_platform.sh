#!/usr/bin/env bash
# Runs tests of the committed state on a second platform. See usage().
set -euo pipefail
readonly CANNOT=77

usage() {
  cat <<EOF
Usage: tools/second_platform.sh [ARGUMENT OF bazel test…]   default: //tests/...

Makes Debian unstable in a folder (2 GB, two minutes), with its Bazel 7 and its Python, builds the
commit that is checked out there and here, compares every byte, and runs the tests there. It takes
root and debootstrap. SECOND_PLATFORM names the folder, a new one or one that this has made;
default: $root
Delete it to have it made anew.

Exit status: 0 passed; 77 the platform cannot be had here, which a line says; 2 wrong use;
otherwise Bazel's own.
EOF
}

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
root=${SECOND_PLATFORM:-${XDG_CACHE_HOME:-$HOME/.cache}/jts-grpc/debian-unstable}
[[ $root == /* ]] || root=$PWD/$root
# Says that the folder is this script's, and how far it is.
mark=$root/.second_platform

wrong_use() {
  echo "second_platform.sh: $1" >&2
  exit 2
}

targets=//tests/...
for argument in "$@"; do
  case $argument in
    --help | -h)
      usage
      exit
      ;;
    -*) ;;
    *) targets="" ;;
  esac
done
[[ -z $targets ]] || set -- "$@" "$targets"

# Says why the platform cannot be had, and shows the end of a log.
cannot() {
  [[ -z ${2:-} ]] || tail -n 5 "$2" >&2
  trap - EXIT
  echo "second platform: Debian unstable cannot be had here: $1" >&2
  exit "$CANNOT"
}

[[ ! -e $root || -e $mark || -z $(ls -A "$root") ]] ||
  wrong_use "$root has other things in it. Name another folder: export SECOND_PLATFORM=/path/to/folder"
commit=$(git -C "$checkout" rev-parse --short HEAD) ||
  wrong_use "git cannot read $checkout, see above. Run it in a clone that is yours."
(($(id -u) == 0)) || cannot "it takes root: type 'sudo --preserve-env=SECOND_PLATFORM' before the command"

# Mounts are this process's own, and gone with it.
if [[ -z ${SECOND_PLATFORM_NAMESPACE:-} ]]; then
  unshare --mount true 2>/dev/null || cannot "no mount namespaces"
  SECOND_PLATFORM_NAMESPACE=1 exec unshare --mount -- "${BASH_SOURCE[0]}" "$@"
fi

# shellcheck source=scripts/prerequisites.sh
source "$checkout/scripts/prerequisites.sh"

mount_system() {
  local folder
  for folder in dev proc sys; do
    mountpoint --quiet "$root/$folder" || mount --bind "/$folder" "$root/$folder" || cannot "mounts are refused"
  done
}

# Copies how this machine reaches the network. Hooks of its apt are for programs that are not there.
copy_network_settings() {
  [[ ! -e /etc/resolv.conf ]] || cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  [[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$root/etc/pip.conf"
  mkdir -p "$root/etc/apt/apt.conf.d"
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$root/etc/apt/apt.conf.d/99network" || true
}

install_platform() {
  local log=$root/.second_platform.log
  [[ ! -e $mark || $(<"$mark") != complete ]] || return 0
  command -v debootstrap >/dev/null || cannot "debootstrap is missing: type 'apt-get install debootstrap'"
  echo "Installing Debian unstable in $root" >&2
  # What an earlier run has left half done.
  find "$root" -xdev -mindepth 1 -delete
  echo installing >"$mark"
  debootstrap --variant=minbase unstable "$root" >"$log" 2>&1 || cannot "debootstrap failed" "$log"
  mount_system
  copy_network_settings
  {
    chroot "$root" apt-get -o Acquire::Check-Valid-Until=false update &&
      chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        bazel-bootstrap ca-certificates git python3-pip
  } >"$log" 2>&1 || cannot "its packages cannot be installed" "$log"
  echo complete >"$mark"
}

# What is built and compared.
readonly TARGETS=(//protos:py_stubs //protos:ts_stubs //:wheel)

# Hands the files that were built to a command.
outputs() { (cd bazel-bin && find -L protos/{py,ts}_stubs* ./*.whl -type f -exec "$@" {} +); }

# Builds the stubs and the wheel of the clone in this folder and prints the SHA-256 of every file.
output_sums() {
  local bazel
  scripts/generate_grpc_stubs.sh --language all --check >&2 || return
  bazel=$(find_bazel)
  "$bazel" build --output_groups=default,package_manifest,package_warnings "${TARGETS[@]}" >&2 || return
  outputs sha256sum | LC_ALL=C sort --key=2
}

# What builds in this folder.
versions() { echo "$("$(find_bazel)" --version), $("${PY_GRPC_PYTHON:-python3}" --version)"; }

# A clone for each platform: what is not committed must not make the difference.
clone() {
  rm -rf "$1"
  git clone --quiet "$checkout" "$1"
}

# Makes the folder the root of this process: in a chroot Bazel's sandbox, and with it the ban on the network, does not
# work.
enter() {
  cd "$root"
  pivot_root . mnt || return
  cd /srv/second
  umount --lazy /mnt
  unset BAZEL PY_GRPC_PYTHON
  export HOME=/root USER=root
}

# Prints the last line, however it ends. Everything in it is known by then, or left out.
report() {
  local status=$?
  [[ -z ${second:-} ]] || "$(find_bazel)" shutdown 2>/dev/null || true
  echo "second platform: Debian unstable, ${second:-not entered}: status $status; commit $commit;" \
    "${compared:-nothing} compared with what ${first:-the first platform} builds"
}

mkdir -p "$root"
# A root that can be entered has to be a mount of its own.
mount --bind "$root" "$root" || cannot "mounts are refused"
trap report EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[[ -z $(git -C "$checkout" status --porcelain) ]] || echo "What is not committed is left out." >&2
install_platform
mount_system
first=$(versions)
clone "$root/srv/first"
here=$(cd "$root/srv/first" && output_sums)
(cd "$root/srv/first" && "$(find_bazel)" shutdown)
clone "$root/srv/second"
# After ca-certificates, which brings its own: an index behind a private authority is trusted there too.
[[ ! -e /etc/ssl/certs/ca-certificates.crt ]] ||
  cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
enter || cannot "its folder cannot be made the root"
second=$(versions)
[[ $second == "bazel 7."* ]] || cannot "it has another Bazel by now, $second"

there=$(output_sums)
compared="$(wc --lines <<<"$there") files, $(outputs cat | wc --bytes) bytes"
diff <(echo "$here") <(echo "$there") >&2
bazel test "$@"
