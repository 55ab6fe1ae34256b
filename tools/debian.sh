#!/usr/bin/env bash
# Runs a command on the current commit in a bare Debian. See usage().
set -euo pipefail
readonly CANNOT=77

usage() {
  cat <<EOF
Usage: tools/debian.sh SUITE COMMAND [ARGUMENT…]

Installs a minimal Debian with git, curl and ca-certificates in a folder, clones the commit that is
checked out to /srv/checkout in it, and runs the command there as root, with the distribution's own
programs. SUITE is a release, bookworm for example. It needs root and debootstrap.

DEBIAN_ROOT names the folder, a new one or one that this script made; default: $HOME/.cache/jts-grpc/SUITE.
The system in it is used again. Delete the folder for a fresh one.

Exit status: the command's own; 77 when such a system cannot be had here, with the reason in one line;
2 wrong usage.
EOF
}

wrong_usage() {
  echo "debian.sh: $1" >&2
  exit 2
}

case ${1:-} in
  --help | -h)
    usage
    exit
    ;;
  "" | -* | */*) wrong_usage "name a release and a command, as in 'tools/debian.sh bookworm bash'" ;;
esac
(($# > 1)) || wrong_usage "name a command, as in 'tools/debian.sh $1 bash'"

suite=$1
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
root=${DEBIAN_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/jts-grpc/$suite}
[[ $root == /* ]] || root=$PWD/$root
# Marks the folder as created by this script, and records whether the installation is complete.
mark=$root/.jts_grpc_debian

# Prints why the system cannot be set up, and the end of a log.
cannot() {
  [[ -z ${2:-} ]] || tail -n 5 "$2" >&2
  echo "debian.sh: Debian $suite cannot be had here: $1" >&2
  exit "$CANNOT"
}

[[ ! -e $root || -e $mark || -z $(ls -A "$root") ]] ||
  wrong_usage "$root has other files in it. Name another folder: export DEBIAN_ROOT=/path/to/folder"
commit=$(git -C "$checkout" rev-parse HEAD) || wrong_usage "git cannot read $checkout, see above"
(($(id -u) == 0)) || cannot "it takes root: type 'sudo' before the command"

# Use a private mount namespace, so all mounts disappear when this process exits.
if [[ -z ${JTS_GRPC_MOUNT_NAMESPACE:-} ]]; then
  unshare --mount true 2>/dev/null || cannot "mount namespaces are not allowed"
  JTS_GRPC_MOUNT_NAMESPACE=1 exec unshare --mount -- "${BASH_SOURCE[0]}" "$@"
fi
unset JTS_GRPC_MOUNT_NAMESPACE

mount_system() {
  local folder
  for folder in dev proc sys; do
    mountpoint --quiet "$root/$folder" || mount --rbind "/$folder" "$root/$folder" || cannot "mounts are not allowed"
  done
}

# Copies this machine's network settings: name servers, mirrors, certificates.
copy_network_settings() {
  [[ ! -e /etc/resolv.conf ]] || cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  [[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$root/etc/pip.conf"
  mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/ssl/certs"
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' >"$root/etc/apt/apt.conf.d/99network" || true
  # Also trust mirrors with certificates from a private CA.
  [[ ! -e /etc/ssl/certs/ca-certificates.crt ]] ||
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
}

install_system() {
  local log=$root/.jts_grpc_debian.log
  [[ ! -e $mark || $(<"$mark") != complete ]] || return 0
  command -v debootstrap >/dev/null || cannot "debootstrap is missing: type 'apt-get install debootstrap'"
  echo "Installing Debian $suite in $root" >&2
  # Delete leftovers of an interrupted run.
  find "$root" -xdev -mindepth 1 -delete
  echo installing >"$mark"
  debootstrap --variant=minbase --include=ca-certificates,curl,git "$suite" "$root" >"$log" 2>&1 ||
    cannot "debootstrap failed" "$log"
  echo complete >"$mark"
}

# Clones the commit, so uncommitted files have no effect.
clone() {
  rm -rf "$root/srv/checkout"
  git clone --quiet "$checkout" "$root/srv/checkout"
  git -C "$root/srv/checkout" checkout --quiet --detach "$commit"
}

mkdir -p "$root"
# pivot_root requires the new root to be a mount point.
mount --bind "$root" "$root" || cannot "mounts are not allowed"
[[ -z $(git -C "$checkout" status --porcelain) ]] || echo "debian.sh: files that are not committed are left out" >&2
install_system
mount_system
copy_network_settings
clone

# Not chroot: Bazel's sandbox, and with it the network block, does not work there.
cd "$root"
pivot_root . mnt || cannot "its folder cannot be made the root"
cd /srv/checkout
umount --lazy /mnt
unset BAZEL PY_GRPC_PYTHON XDG_CACHE_HOME
export HOME=/root USER=root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec "${@:2}"
