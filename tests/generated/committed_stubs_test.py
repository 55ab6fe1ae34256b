"""The committed packages are byte-for-byte what the protos generate."""

import os
import shutil
from pathlib import Path

import pytest

from copy_record import CopyRecord
from package_sync import Manifest, findings, make_plan

RUNFILES = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
PACKAGES = {
    "py_stubs": "src/infrastructure/grpc/generated",
    "ts_stubs": "clients/typescript/src/generated",
}


@pytest.mark.parametrize(("target", "folder"), PACKAGES.items(), ids=PACKAGES)
def test_the_committed_package_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, folder: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "records"))
    # Runfiles are symlinks; a committed symlink would be reported.
    committed = shutil.copytree(RUNFILES / folder, tmp_path / "committed")
    manifest = Manifest.read(RUNFILES / f"protos/{target}.manifest.json", RUNFILES)
    assert manifest.files, "the manifest names no file"
    record = CopyRecord(committed)
    record.read_built(manifest.files, manifest.output)
    plan = make_plan(manifest, committed, record)
    stale = "\n".join(f"{folder}/{path}: {finding}" for path, finding in findings(plan))
    assert not stale, f"{stale}\nTo update it, type: scripts/generate_grpc_stubs.sh --language all"
