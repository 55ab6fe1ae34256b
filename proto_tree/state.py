"""Tells whether Bazel has to read folders of protos again. What did not change since the last run is not read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proto_tree.folder import read_folders
from proto_tree.libraries import read_libraries


def read_state(
    roots: Sequence[Path],
    import_roots: Sequence[Path] = (),
    exclude: Sequence[str] = (),
    record: Mapping[str, Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """Returns a digest of the libraries of folders and of where their protos lie, and the record of this call.

    Args:
      roots: as in read_folders.
      import_roots: likewise.
      exclude: likewise.
      record: that of an earlier call, of any folders. What is wrong in it is ignored.

    Raises:
      ProtoTreeError: as read_folders and read_libraries do.
    """
    known = record or {}
    protos = read_folders(roots, import_roots, exclude, record=known.get("read"))
    inputs = _digest([protos.record["program"], protos.imports, protos.roots, protos.aliases])
    state = known.get("state")
    if known.get("inputs") != inputs or not isinstance(state, str):
        state = _digest([read_libraries(protos), protos.roots, protos.aliases])
    return state, {"read": protos.record, "inputs": inputs, "state": state}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
