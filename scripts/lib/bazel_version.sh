# shellcheck shell=bash
# Writes down what the Bazel that is used wants to be told. Sourced by the scripts, from the top of a workspace.

# Brings .bazelrc.version up to date: tools/bazel7.bazelrc for Bazel 7.1 and newer ones of 7, nothing for Bazel 4, whose
# version Debian's build does not know. $1: the Bazel.
write_bazel_version_rc() {
  local text="" version
  version=$("$1" --version 2>/dev/null) || return 0
  if [[ $version =~ ^bazel\ 7\.[1-9] ]]; then
    text=$(cat tools/bazel7.bazelrc)
    # Only Debian has the rules at hand.
    [[ -d /usr/share/bazel/rules ]] || text=$(sed '/--override_repository=/d' tools/bazel7.bazelrc)
  elif [[ $version =~ ^bazel\ [0-9] && $version != "bazel 4."* ]]; then
    echo "${0##*/}: $version cannot build this: it takes 4.2 or, from 7.1 on, 7. Install one, or name it: export BAZEL=/path/to/bazel" >&2
    return 2
  fi
  if [[ -z $text ]]; then
    [[ -e .bazelrc.version ]] || return 0
  elif [[ -e .bazelrc.version && $(<.bazelrc.version) == "$text" ]]; then
    return 0
  fi
  replace_bazel_version_rc "$text" && return
  echo "${0##*/}: $PWD/.bazelrc.version cannot be written, and this Bazel needs another one. Type 'chmod u+w $PWD', or run this once as somebody who may write there." >&2
  return 2
}

# Gives .bazelrc.version a text, or removes it for none. Another run may read it at any time: it is whole, or not there.
replace_bazel_version_rc() {
  local new=.bazelrc.version.$$.$RANDOM
  if [[ -z $1 ]]; then
    rm -f .bazelrc.version 2>/dev/null
  elif ! { printf '%s\n' "$1" >"$new" && mv -f "$new" .bazelrc.version; } 2>/dev/null; then
    rm -f "$new"
    return 1
  fi
}
