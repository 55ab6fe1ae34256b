"""Updates the tables of docs/rules.md from what the rules say of their attributes, as Bazel 7 extracts it.

To run it: bazel run //tools:update_rules_page
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tools.stardoc import stardoc_pb2 as stardoc

# From the comment that names a rule or function to the one that ends its table.
_TABLE = re.compile(r"(?<=<!-- generated: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)

# What every rule has, with Bazel's own text.
_COMMON = ("name", "repo_mapping")


def read_modules(files: Iterable[Path]) -> dict[str, str]:
    """Returns the tables of all rules and functions in the files that starlark_doc_extract writes, by name."""
    modules = [stardoc.Module.FromString(file.read_bytes()) for file in files]
    tables = {}
    for module in modules:
        for rule in (*module.rules, *module.repository_rules):
            tables[rule.name] = _table("attribute", (row for row in rule.attributes if row.name not in _COMMON))
        for function in module.functions:
            tables[function.name] = _table("argument", function.parameters)
    return tables


def _table(kind: str, rows: Iterable[stardoc.Attribute | stardoc.Parameter]) -> str:
    mandatory_first = sorted(rows, key=lambda row: not row.mandatory)
    lines = (f"| `{row.name}` | {_cell(row.doc)} | {_default(row)} |\n" for row in mandatory_first)
    return f"| {kind} | takes | default |\n| --- | --- | --- |\n{''.join(lines)}"


def _cell(text: str) -> str:
    # Bazel 7 takes the bytes of its files for Latin-1.
    return " ".join(text.encode("latin-1").decode().split()).replace("|", "\\|")


def _default(row: stardoc.Attribute | stardoc.Parameter) -> str:
    if row.mandatory:
        return "mandatory"
    if not row.default:
        return ""
    label = re.fullmatch(r'Label\((".*")\)', row.default)
    return f"`{label[1] if label else row.default}`"


def updated(page: str, tables: dict[str, str]) -> str:
    """Returns the page with up-to-date tables.

    Raises:
      KeyError: if the page names a rule or function that does not exist.
    """
    return _TABLE.sub(lambda found: f"{found[1]}{found[2]}\n{tables[found[1]]}\n", page)


def main(files: list[str]) -> None:
    """Updates the page in the workspace that `bazel run` was started in."""
    page = Path(os.environ["BUILD_WORKSPACE_DIRECTORY"], "docs/rules.md")
    page.write_text(updated(page.read_text(encoding="utf-8"), read_modules(map(Path, files))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
