"""Where mounting is not permitted, the full-disk tests cannot run, and they say so."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.copy_out_runs import CopyOut
from tests.faults.mounts import mounted
from tests.namespaces import VARIABLE

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CopyOut:
    """A machine without user namespaces."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/unshare").write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n")
    (tmp_path / "bin/unshare").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    return CopyOut(tmp_path)


def test_it_fails(copy: CopyOut, figures: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception)) as caught, mounted(copy, "true"):
        pass
    assert caught.type is pytest.fail.Exception, "a test that is skipped says nothing"
    assert str(caught.value).startswith("Nobody may mount anything here: unshare failed: Operation not permitted. ")
    assert str(caught.value).endswith("or leave out the tests that need them: --test_env=WITHOUT_USER_NAMESPACES=1")
    figures["machines without namespaces named"] += 1


def test_it_is_skipped_on_request(copy: CopyOut, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(pytest.skip.Exception, match="Nobody may mount anything here: "), mounted(copy, "true"):
        pass


def test_nothing_in_this_repository_requests_that() -> None:
    files = [ROOT / ".ci/run", *(path for path in (ROOT / "tools").rglob("*") if path.is_file())]
    assert len(files) > 2 and not [path for path in files if VARIABLE.encode() in path.read_bytes()]
