"""docs/rules.md has the attributes that the rules have, and what they say of them."""

import os
import re
from pathlib import Path

from tools.rules_page import read_modules, updated

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
COMMAND = "bazel run //tools:update_rules_page"
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
TABLES = read_modules((ROOT / "tools").glob("*.binaryproto"))


def test_the_tables_are_fresh() -> None:
    assert updated(PAGE, TABLES) == PAGE, f"docs/rules.md is stale. Type '{COMMAND}'; with Bazel 4, see CONTRIBUTING.md"


def test_every_rule_has_a_table() -> None:
    rules = {name for name, table in TABLES.items() if table.startswith("| attribute |")}
    assert rules <= set(re.findall(r"<!-- generated: (\w+) -->", PAGE))
