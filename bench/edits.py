"""The rows of the benchmark: what changes in a tree of protos before the stubs are generated."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trees import Tree


class Edits:
    """Edits a tree; no two edits are alike."""

    def __init__(self, folder: Path, tree: Tree) -> None:
        """Takes the folder of the tree, and what to edit in it."""
        self.leaf, self.hub, self.types = folder / tree.leaf, folder / tree.hub, folder / tree.types
        self.use_of_hub = f'import "{tree.hub}";\nmessage NewlyAdded {{ {tree.hub_type} value = 1; }}\n'
        self.new = self.leaf.with_name("newly_added.proto")
        self.number = 0

    def _insert(self, proto: Path, line: str) -> None:
        """Inserts a line at the beginning of a proto's first message."""
        self.number += 1
        line = line.format(name=f"added_{self.number}", number=1000 + self.number)
        text, count = re.subn(r"^message \w+ \{\n", rf"\g<0>  {line}\n", proto.read_text(), count=1, flags=re.MULTILINE)
        assert count == 1, f"{proto} has no message"
        proto.write_text(text)

    def nothing(self) -> None:
        """Changes nothing."""

    def leaf_field(self) -> None:
        """Adds a field to the leaf."""
        self._insert(self.leaf, "string {name} = {number};")

    def hub_comment(self) -> None:
        """Adds a comment to the hub."""
        self._insert(self.hub, "// {name}")

    def hub_field(self) -> None:
        """Adds a field to a message that many files use as a type."""
        self._insert(self.types, "string {name} = {number};")

    def option_field(self) -> None:
        """Adds a field to a message that half of the tree uses as a custom option."""
        self._insert(self.hub, "string {name} = {number};")

    def add(self) -> None:
        """Adds a proto that imports the hub, beside the leaf."""
        package = re.search(r"^package .*$", self.leaf.read_text(), re.MULTILINE)
        assert package, f"{self.leaf} has no package"
        self.new.write_text(f'syntax = "proto3";\n{package[0]}\n{self.use_of_hub}')

    def remove(self) -> None:
        """Removes that proto."""
        self.new.unlink()


@dataclass(frozen=True)
class Row:
    """A row: its name, the edit, and whether everything generated is forgotten before."""

    name: str
    edit: Callable[[Edits], None]
    first: bool = False


ROWS = (
    Row("first run", Edits.nothing, first=True),
    Row("nothing changed", Edits.nothing),
    Row("a field in a leaf", Edits.leaf_field),
    Row("a comment in a hub", Edits.hub_comment),
    Row("a field in a hub", Edits.hub_field),
    Row("a field in an option", Edits.option_field),
    Row("a proto added", Edits.add),
    Row("a proto removed", Edits.remove),
)
