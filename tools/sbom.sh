#!/usr/bin/env bash
# Prints what the toolchain pulls in, from its locks, as a CycloneDX SBOM (https://cyclonedx.org): the same bytes each
# time. It installs what it needs on first use, as tools/lint.sh does.
# Usage: tools/sbom.sh > sbom.json
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=tools/lib/install_tools.sh
source tools/lib/install_tools.sh

if (($#)); then
  echo "sbom.sh: unknown argument '$1': type 'tools/sbom.sh > sbom.json'" >&2
  exit 2
fi
install_tools
locks=(third_party/requirements.txt third_party/requirements_node.txt)
# Wherever a person has the wheels from is no part of it, hence the relative index. -W: the tool misses dependencies
# between the packages, which a lock does not have.
cat "${locks[@]}" | PYTHONWARNINGS=ignore run_module cyclonedx_py requirements --output-reproducible --short-PURLs \
  --index-url . --pyproject pyproject.toml - | run_module tools.sbom "${locks[@]}" third_party/npm/package-lock.json "$npm_lock"
