#!/usr/bin/env bash
# Prints a CycloneDX SBOM (https://cyclonedx.org) of the toolchain's dependencies, generated from its locks. The output
# is reproducible. Installs its tools on first use, like tools/lint.sh.
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
# Use a relative index, so the SBOM does not contain the user's index. PYTHONWARNINGS: the tool warns about missing
# dependencies between packages, which a lock does not have.
cat "${locks[@]}" | PYTHONWARNINGS=ignore run_module cyclonedx_py requirements --output-reproducible --short-PURLs \
  --index-url . --pyproject pyproject.toml - | run_module tools.sbom "${locks[@]}" third_party/npm/package-lock.json "$npm_lock"
