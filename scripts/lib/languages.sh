# shellcheck shell=bash
# What each language copies. Sourced by generate_grpc_stubs.sh.

# Sets packages to the options of copy_out.py that say what to build, and where each of it goes. $1: python, typescript
# or all. It takes $workspace, and of the command line $out and $proto_root.
list_packages() {
  packages=()
  [[ $1 == typescript ]] || add_package py_stubs src/infrastructure/grpc/generated
  [[ $1 == python ]] || add_package ts_stubs clients/typescript/src/generated
}

# $1: the name of a target, $2: a folder. The contract is the protos of this repository, if no others are named.
add_package() {
  local protos=//protos
  [[ -z $proto_root ]] || protos=@proto_root//
  packages+=(--package "$protos:$1" "${out:-$workspace/$2}")
}
