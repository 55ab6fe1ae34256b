"""Writes trees of protos that are shaped like real ones, always the same for the same arguments.

    python3 bench/trees.py COUNT FOLDER [--cycles]

Prints the names of a leaf, which nothing imports, and of a hub, which half of the tree imports for its options. With
--cycles, folders import each other in cycles of several sizes; files never do.

Folders, imports, messages, fields, comments and rpcs are distributed as in googleapis, and everything compiles. One
protoc call for Python, with grpc and mypy-protobuf, takes 60 s of CPU for 7,000 of these protos (60 MB, 53,000
messages, 300,000 comments), and 64 s for the 7,234 of googleapis (63 MB, 45,000 messages, 288,000 comments).
"""

import argparse
import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tree_text import OPTIONS, PAIRS, WORDS, Proto, Writer

# Hubs define the options that most files use, and types that many do. Small trees have only the first of them.
HUBS = [f"common/options/{name}.proto" for name in OPTIONS] + [
    f"common/types/{name}.proto"
    for name in ("call_status", "long_operation", "money_amount", "civil_date", "lat_lng", "time_interval")
]
HUB, HUB_TYPE = HUBS[0], "common.options.ResourceDescriptor"

# Half of a tree are four large products of four folders each: their names, the kind of their files, their shares.
PRODUCTS = 4
PRODUCT = (
    ("enums", "enum", 0.052),
    ("errors", "enum", 0.024),
    ("resources", "message", 0.027),
    ("services", "service", 0.016),
)
# The other folders: how many files they have, a quantile each; the kinds of their files, with weights.
FOLDER_SIZES = (1,) * 9 + (2,) * 6 + (3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 13, 17, 25, 42)
KINDS = {"enum": 6, "message": 62, "service": 32}
FILLERS = "a the the of of to to and is are for in by with that this which only not if `name`"
VERSIONS = ("v1", "v1beta1", "v2", "v3")
CYCLES = (2, 1, 3, 1, 1, 2, 1, 5, 1, 2, 1, 1, 12, 1)  # folders of each cycle; 1 is none


@dataclass
class Folder:
    """A folder: its name, its files, and the folders whose files it may import."""

    path: str
    protos: list[Proto]
    imports: list["Folder"]


@dataclass(frozen=True)
class Tree:
    """What a benchmark edits.

    `leaf` is a file that nothing imports; `hub` one that half of the tree imports for its options, and `hub_type` a
    message in it; `types` is one that many import for its messages, or the hub in small trees.
    """

    leaf: str
    types: str
    hub: str = HUB
    hub_type: str = HUB_TYPE


def protos(rng: random.Random, path: str, kinds: Sequence[str]) -> list[Proto]:
    """Returns the files of a folder, one of each kind; the first has types for the others to import."""
    first = "message" if len(kinds) > 1 and kinds[0] == "service" else kinds[0]
    return [
        Proto(
            f"{path}/{name}.proto",
            kind,
            round(rng.lognormvariate(math.log(4), 1.1)) if kind == "message" and rng.random() < 0.55 else 0,
        )
        for name, kind in zip(rng.sample(PAIRS, len(kinds)), (first, *kinds[1:]), strict=True)
    ]


def plan_folders(rng: random.Random, count: int) -> list[Folder]:
    """Returns folders with so many protos, in an order in which each may import those before it."""
    folders: list[Folder] = []
    names = iter(rng.sample(PAIRS, len(PAIRS)))
    for _ in range(PRODUCTS if count > 60 else 0):
        path, product = f"acme/{WORDS[0]}/{next(names)}/{rng.choice(VERSIONS)}", list[Folder]()
        for name, kind, share in PRODUCT:
            folder = f"{path}/{name}"
            product.append(Folder(folder, protos(rng, folder, [kind] * round(share * count)), [*product]))
        folders += product
    left = count - sum(len(folder.protos) for folder in folders)
    areas, area = rng.sample(WORDS[1:], 40), list[Folder]()
    while left:
        area = area if len(area) < 50 else []
        path = f"acme/{areas[len(folders) // 50]}/{next(names)}/{rng.choice(VERSIONS)}"
        path += f"/{rng.choice(WORDS)}s" if rng.random() < 0.3 else ""
        size = min(left, rng.choice(FOLDER_SIZES))
        kinds = rng.choices([*KINDS], [*KINDS.values()], k=size)
        reach = rng.choices((0, 1, 2, 3, 6), (25, 35, 25, 13, 2))[0]
        area.append(Folder(path, protos(rng, path, kinds), area[-reach:] if reach else []))
        folders.append(area[-1])
        left -= size
    folders[-1].protos[-1].kind, folders[-1].protos[-1].others = "message", count // 4  # googleapis has one such file
    return folders


def plan_imports(rng: random.Random, folders: Sequence[Folder], types: Sequence[Proto]) -> None:
    """Has files import each other: in a folder those before them, and those of a few folders before."""
    imported: set[str] = set()
    for folder in folders:
        pool = [proto for other in folder.imports for proto in other.protos if proto.kind != "service"]
        for number, proto in enumerate(folder.protos):
            if types and proto.kind != "enum" and rng.random() < 0.3:
                proto.uses.append(types[min(int(rng.expovariate(0.7)), len(types) - 1)])
            if number and proto.kind != "enum":
                wanted = min(int(rng.lognormvariate(math.log(2), 1.1)), len(pool))
                fresh = [other for other in pool if other.path not in imported][:wanted]
                proto.uses += fresh or rng.sample(pool, wanted)
                imported.update(used.path for used in proto.uses)
            if proto.kind != "service":
                pool.append(proto)


def plan_cycles(folders: Sequence[Folder]) -> None:
    """Makes cycles of folders: the last file of each imports the first of the next, which imports hubs only."""
    able = [folder.protos for folder in folders if len(folder.protos) > 1 and folder.protos[-1].kind != "enum"]
    for size in itertools.cycle(CYCLES):
        cycle, able = able[:size], able[size:]
        if not cycle:
            return
        if len(cycle) > 1:
            for folder, following in itertools.pairwise([*cycle, cycle[0]]):
                if following[0] not in folder[-1].uses:
                    folder[-1].uses.append(following[0])


def write(count: int, folder: Path, cycles: bool = False) -> Tree:
    """Writes a tree of so many protos to a folder; cycles take about twenty protos."""
    rng = random.Random(count)
    hubs = HUBS[: max(1, min(len(HUBS), count // 3))]
    common = [Proto(path, "options" if path.startswith("common/options/") else "message") for path in hubs]
    folders = plan_folders(rng, count - len(hubs))
    plan_imports(rng, folders, [proto for proto in common if proto.kind == "message"])
    if cycles:
        plan_cycles(folders)
    vocabulary = [*WORDS, *FILLERS.split()]
    prose = [" ".join(rng.choices(vocabulary, k=13))[:73] for _ in range(5000)]
    imported = {used.path for folder in folders for proto in folder.protos for used in proto.uses} | {*hubs}
    leaves = []
    for proto in [*common, *(proto for each in folders for proto in each.protos)]:
        text = Writer(random.Random(proto.path), proto, hubs, prose).text()
        path = folder / proto.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if proto.path not in imported and proto.kind != "enum":
            leaves.append((len(text), proto.path))
    types = next((path for path in hubs if path.startswith("common/types/")), HUB)
    return Tree(leaf=sorted(leaves)[len(leaves) // 2][1], types=types)


def main() -> None:
    """Reads the command line, writes the tree and names its leaf and hub."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cycles", action="store_true")
    arguments = parser.parse_args()
    tree = write(arguments.count, arguments.folder, arguments.cycles)
    print(f"leaf: {tree.leaf}\nhub: {tree.hub}\nhub of types: {tree.types}")


if __name__ == "__main__":
    main()
