"""The committed package is, byte for byte, what the protos give."""

import os
import shutil
from pathlib import Path

from package_sync import Manifest, findings, make_plan

RUNFILES = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
GENERATED = "src/infrastructure/grpc/generated"


def test_the_committed_package_is_fresh(tmp_path: Path) -> None:
    # Runfiles are links; a committed link would be a finding.
    committed = shutil.copytree(RUNFILES / GENERATED, tmp_path / "committed")
    manifest = Manifest.read(RUNFILES / "protos/py_stubs.manifest.json")
    assert manifest.files, "the manifest names no file"
    plan = make_plan(manifest, RUNFILES / "protos/py_stubs", committed)
    stale = "\n".join(f"{GENERATED}/{path}: {finding}" for path, finding in findings(plan))
    assert not stale, f"{stale}\nTo bring it up to date, type: scripts/generate_grpc_stubs.sh"
