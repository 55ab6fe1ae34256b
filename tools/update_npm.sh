#!/usr/bin/env bash
# Locks every package.json again: every package by hash, no registry address. What a package.json pins stays.
# Usage: tools/update_npm.sh [PACKAGE…]   these move to their newest versions first, in every package.json that has them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=tools/lib/install_tools.sh
source tools/lib/install_tools.sh

folders=(
  clients/typescript
  third_party
  third_party/npm
  third_party/npm/test
)

# Prints the names of the packages that a folder's package.json pins.
pinned() { sed -nE 's|^    "([^"]+)": "[0-9][^"]*",?$|\1|p' "$1/package.json"; }

known=$(for folder in "${folders[@]}"; do pinned "$folder"; done | sort -u)
for package in "$@"; do
  if ! grep -qxF -- "$package" <<<"$known"; then
    echo "update_npm.sh: no package.json pins '$package': one of ${known//$'\n'/, }" >&2
    exit 2
  fi
done

install_tools

# npm as the rules call it, but without a lock to hold it to.
lock() {
  run_node npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error \
    --omit-lockfile-registry-resolved --save-exact "$@"
}

for folder in "${folders[@]}"; do
  moving=()
  for package in "$@"; do
    if pinned "$folder" | grep -qxF -- "$package"; then moving+=("$package@latest"); fi
  done
  (($# == 0 || ${#moving[@]})) || continue
  (
    # Beside the folder: when npm fails, what is there stays.
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    cp "$folder/package.json" "$made"
    # Without one all move that nothing pins.
    if (($#)); then cp "$folder/package-lock.json" "$made"; fi
    cd "$made"
    lock ${moving[@]+"${moving[@]}"}
    # Where to send money is an address too.
    run_node node -e '
      const fs = require("node:fs"), lock = JSON.parse(fs.readFileSync("package-lock.json"));
      Object.values(lock.packages).forEach((entry) => delete entry.funding);
      fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");'
    cp package.json package-lock.json "$OLDPWD/$folder"
  )
done
