"""How the script reads the protos of the contract if they import what an installed package provides."""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import generate_grpc_stubs
import pytest

import proto_tree.folder
import record

ANNOTATED = 'syntax = "proto3"; import "google/api/annotations.proto";'


class Checkout:
    """A checkout whose Bazel only knows what the packages of the lock provide."""

    def __init__(self, root: Path) -> None:
        self.root, self.calls = root, root / "calls"
        self.lock, self.fetched = root / "third_party/requirements.txt", root / "base/external"
        for folder in (root / "protos", self.lock.parent, self.fetched / "py_grpc_wheels"):
            folder.mkdir(parents=True)
        (root / "protos/a.proto").write_text(ANNOTATED)
        for file in (self.lock, root / "WORKSPACE"):
            file.touch()
        program = root / "bazel"
        program.write_text(
            "#!/bin/sh\n"
            f"cd {root}; echo $1 >> calls\n"
            "[ $1 != query ] || [ -e base/external/py_grpc_wheels/protos.json ] ||\n"
            """  echo '["google/api/annotations.proto"]' > base/external/py_grpc_wheels/protos.json\n"""
            f"[ $1 != info ] || echo {root}/base\n"
        )
        program.chmod(0o755)

    def settle(self) -> None:
        """Returns when all files are older than the file system's clock ticks."""
        deadline = time.monotonic() + 30
        while not all(record.is_settled(file.stat()) for file in self.root.rglob("*")):
            assert time.monotonic() < deadline

    def run(self) -> list[str]:
        """Reads the protos. Returns the calls of Bazel."""
        self.calls.write_text("")
        options = argparse.Namespace(proto_root=[])
        assert generate_grpc_stubs._declared(self.root, str(self.root / "bazel"), options) == ["a.proto"]
        assert "google/api/annotations.proto" in (self.root / "protos/imports.bzl").read_text()
        return self.calls.read_text().split()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path / "checkout")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(generate_grpc_stubs, "WORKSPACE", made.root)
    monkeypatch.chdir(made.root)
    return made


def test_bazel_is_asked_once(checkout: Checkout) -> None:
    checkout.settle()
    assert [checkout.run() for _ in range(3)] == [["query", "info"], [], []]


def _fetch(checkout: Checkout) -> None:
    (checkout.fetched / "@py_grpc_wheels.marker").write_text("1")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda checkout: checkout.lock.write_text("six==1.17.0\n"), id="lock"),
        pytest.param(lambda checkout: (checkout.root / "WORKSPACE").write_text("#"), id="workspace"),
        pytest.param(_fetch, id="fetched-again"),
        pytest.param(lambda checkout: (checkout.fetched / "py_grpc_wheels/protos.json").unlink(), id="removed"),
        pytest.param(lambda checkout: os.environ.update(PY_GRPC_PYTHON="python3.12"), id="python"),
    ],
)
def test_it_is_asked_again_if_the_answer_may_have_changed(
    checkout: Checkout, change: Callable[[Checkout], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PY_GRPC_PYTHON", "python3")
    checkout.settle()
    assert [checkout.run() for _ in range(2)] == [["query", "info"], []]
    change(checkout)
    checkout.settle()
    assert [checkout.run() for _ in range(2)] == [["query", "info"], []]


def test_it_is_asked_again_if_the_lock_has_just_changed(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another change in the same tick of the clock would not show.
    monkeypatch.setattr(record, "_TICK_NS", 10**12)
    assert [checkout.run() for _ in range(2)] == [["query", "info"]] * 2


def test_protos_are_not_read_again(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    text = proto_tree.folder._text

    def text_of(path: str) -> str:
        read.append(path)
        return text(path)

    monkeypatch.setattr(proto_tree.folder, "_text", text_of)
    # A proto is read again for as long as it is new.
    monkeypatch.setattr(proto_tree.folder, "settled_time", lambda: time.time_ns() + 10**9)
    for _ in range(3):
        checkout.run()
    assert read == [f"{checkout.root}/protos/a.proto"]
