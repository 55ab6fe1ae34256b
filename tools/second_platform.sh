#!/usr/bin/env bash
# Runs tests of the committed state on the second platform: Debian unstable in a folder, with its Bazel 7 and its
# Python, and compares what is built there with what is built here, byte by byte.
# Usage: tools/second_platform.sh [TARGET…]   default: //tests/...
# Exit status: 0 passed; 77 the platform cannot be had here, which a line says; otherwise Bazel's own.
set -euo pipefail
readonly CANNOT=77

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
root=${SECOND_PLATFORM:-${XDG_CACHE_HOME:-$HOME/.cache}/jts-grpc/debian-unstable}
(($#)) || set -- //tests/...

# Says why the platform cannot be had, and shows the end of a log.
cannot() {
  [[ -z ${2:-} ]] || tail -n 5 "$2" >&2
  echo "second_platform.sh: Debian unstable cannot be had here: $1" >&2
  exit "$CANNOT"
}

(($(id -u) == 0)) || cannot "it takes root: type 'sudo tools/second_platform.sh'"
command -v debootstrap >/dev/null || cannot "debootstrap is missing: type 'apt-get install debootstrap'"

# Mounts are this process's own, and gone with it.
if [[ -z ${SECOND_PLATFORM_NAMESPACE:-} ]]; then
  unshare --mount true 2>/dev/null || cannot "no mount namespaces"
  SECOND_PLATFORM_NAMESPACE=1 exec unshare --mount -- "${BASH_SOURCE[0]}" "$@"
fi

install_platform() {
  local log=$root.log
  [[ ! -e $root/complete ]] || return 0
  echo "Installing Debian unstable" >&2
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase unstable "$root" >"$log" 2>&1 || cannot "debootstrap failed" "$log"
  mount_system
  # How this machine reaches the network counts there too.
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  [[ ! -d /etc/apt/apt.conf.d ]] || cp -r /etc/apt/apt.conf.d "$root/etc/apt/"
  {
    chroot "$root" apt-get -o Acquire::Check-Valid-Until=false update &&
      chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        bazel-bootstrap ca-certificates git python3-pip
  } >"$log" 2>&1 || cannot "its packages cannot be installed" "$log"
  touch "$root/complete"
}

mount_system() {
  local folder
  for folder in dev proc sys; do
    mountpoint --quiet "$root/$folder" || mount --bind "/$folder" "$root/$folder"
  done
}

# Makes the folder the root of this process: in a chroot Bazel's sandbox, and with it the ban on the network, does not
# work.
enter() {
  mount --bind "$root" "$root"
  cd "$root"
  mount_system
  pivot_root . mnt
  cd /checkout
  umount --lazy /mnt
  unset BAZEL PY_GRPC_PYTHON
  export HOME=/root USER=root
}

# Builds the stubs and the wheel of the clone in this folder and prints the SHA-256 of every file.
output_sums() {
  scripts/generate_grpc_stubs.sh --check >&2 || return
  bazel build --output_groups=default,package_manifest,package_warnings //protos:py_stubs //:wheel >&2 || return
  (cd bazel-bin && find -L protos/py_stubs* ./*.whl -type f -exec sha256sum {} + | LC_ALL=C sort --key=2)
}

# A clone for each platform: what is not committed must not make the difference.
clone() {
  rm -rf "$1"
  git clone --quiet "$checkout" "$1"
}

install_platform
clone "$root.here"
here=$(cd "$root.here" && output_sums)
clone "$root/checkout"
# After ca-certificates, which brings its own: an index behind a private authority is trusted here.
cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
[[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$root/etc/pip.conf"
enter

status=0
there=$(output_sums) || status=$?
if ((!status)) && [[ $here != "$there" ]]; then
  diff <(echo "$here") <(echo "$there") >&2 || status=$?
fi
((status)) || bazel test "$@" || status=$?
bytes=$(cd bazel-bin && find -L protos/py_stubs* ./*.whl -type f -exec cat {} + | wc --bytes)
bazel shutdown 2>/dev/null || true
echo "second platform: Debian unstable, $(bazel --version), $(python3 --version): status $status;" \
  "$(wc --lines <<<"$there") files, $bytes bytes compared with those of the first"
exit "$status"
