#!/usr/bin/env bash
# Regenerates the lock file of every package.json, with a hash for every package and no registry URLs. Keeps pinned
# versions, except the given packages, which are updated to their newest versions first, wherever they are pinned.
# Usage: tools/update_npm.sh [PACKAGE…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=tools/lib/install_tools.sh
source tools/lib/install_tools.sh

folders=(
  bench
  clients/typescript
  third_party
  third_party/npm
  third_party/npm/test
)

# Prints the packages pinned in a folder's package.json.
pinned() { sed -nE 's|^    "([^"]+)": "[0-9][^"]*",?$|\1|p' "$1/package.json"; }

known=$(for folder in "${folders[@]}"; do pinned "$folder"; done | sort -u)
for package in "$@"; do
  if ! grep -qxF -- "$package" <<<"$known"; then
    echo "update_npm.sh: no package.json pins '$package': one of ${known//$'\n'/, }" >&2
    exit 2
  fi
done

install_tools

# Runs npm with the same options as the rules, but updates the lock.
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
    # Work in a temporary folder, so the old lock survives if npm fails.
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    cp "$folder/package.json" "$made"
    # Without the old lock, all unpinned packages are updated.
    if (($#)); then cp "$folder/package-lock.json" "$made"; fi
    cd "$made"
    lock ${moving[@]+"${moving[@]}"}
    # Drop funding entries, because they contain URLs.
    run_node node -e '
      const fs = require("node:fs"), lock = JSON.parse(fs.readFileSync("package-lock.json"));
      Object.values(lock.packages).forEach((entry) => delete entry.funding);
      fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");'
    cp package.json package-lock.json "$OLDPWD/$folder"
  )
done
