"""The trees of protos that bench/trees.py writes."""

import re
from pathlib import Path

import pytest
from grpc_tools import protoc

from trees import write

WELL_KNOWN = Path(protoc.__file__).with_name("_proto")


def importers(folder: Path) -> dict[str, set[str]]:
    """Returns the files that import each file, by its name."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.proto")]
    found: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        for imported in re.findall(r'^import "(.*)";$', (folder / name).read_text(), re.MULTILINE):
            found.setdefault(imported, set()).add(name)
    return found


@pytest.mark.parametrize("cycles", [False, True], ids=["acyclic", "cycles"])
@pytest.mark.parametrize("count", [3, 100])
def test_every_file_compiles(tmp_path: Path, count: int, cycles: bool) -> None:
    write(count, tmp_path, cycles)
    files = [str(path) for path in tmp_path.rglob("*.proto")]
    assert len(files) == count
    assert protoc.main(["protoc", f"-I{tmp_path}", f"-I{WELL_KNOWN}", "--descriptor_set_out=/dev/null", *files]) == 0


@pytest.mark.parametrize("count", [3, 100])
def test_nothing_imports_the_leaf_and_much_the_hub(tmp_path: Path, count: int) -> None:
    tree = write(count, tmp_path)
    found = importers(tmp_path)
    assert found[tree.leaf] == set()
    assert len(found[tree.hub]) > count / 3


def test_the_same_arguments_give_the_same_tree(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert write(100, one) == write(100, other)
    files = sorted(path.relative_to(one) for path in one.rglob("*.proto"))
    assert files == sorted(path.relative_to(other) for path in other.rglob("*.proto"))
    assert all((one / file).read_bytes() == (other / file).read_bytes() for file in files)


@pytest.mark.parametrize("cycles", [False, True], ids=["acyclic", "cycles"])
def test_folders_import_each_other_in_cycles_if_wanted(tmp_path: Path, cycles: bool) -> None:
    write(100, tmp_path, cycles)
    folders: dict[str, set[str]] = {}
    for imported, files in importers(tmp_path).items():
        folder = str(Path(imported).parent)
        folders.setdefault(folder, set()).update({str(Path(file).parent) for file in files} - {folder})
    while free := {folder for folder, above in folders.items() if not above & folders.keys()}:
        folders = {folder: above for folder, above in folders.items() if folder not in free}
    assert bool(folders) == cycles
