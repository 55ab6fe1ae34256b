# shellcheck shell=bash
# Writes down what the Bazel that is used wants to be told. Sourced by the scripts, from the top of a workspace.

# Brings .bazelrc.version up to date: tools/bazel7.bazelrc for Bazel 5 and newer, nothing for Bazel 4, whose version
# Debian's build does not know. $1: the Bazel.
write_bazel_version_rc() {
  local text="" version
  version=$("$1" --version 2>/dev/null) || return 0
  if [[ $version =~ ^bazel\ ([5-9]|[1-9][0-9])\. ]]; then
    text=$(cat tools/bazel7.bazelrc)
    # Only Debian has the rules at hand.
    [[ -d /usr/share/bazel/rules ]] || text=$(sed '/--override_repository=/d' tools/bazel7.bazelrc)
  fi
  if [[ -z $text ]]; then
    [[ ! -e .bazelrc.version ]] || rm -f .bazelrc.version
  elif [[ ! -e .bazelrc.version || $(<.bazelrc.version) != "$text" ]]; then
    printf '%s\n' "$text" >.bazelrc.version
  fi
}
