"""docs/messages.md has a row for every message of the code, and the code has every message of a row."""

import os
from pathlib import Path

from tests.messages.python_messages import python_messages, starlark_messages
from tests.messages.said import Said
from tests.messages.shell_messages import shell_messages
from tests.messages.table import differences, read_rows

ROOT = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"])
PAGE = "docs/messages.md"

# What nobody meets as a message of this project: its tests, what it shows and what it has generated.
OUTSIDE = ("examples", "external", "src", "tests")


def _sources(*endings: str) -> dict[str, str]:
    files = (path for folder, _, names in os.walk(ROOT) for path in (Path(folder, name) for name in names))
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(files)
        if path.relative_to(ROOT).parts[0] not in OUTSIDE and path.as_posix().endswith(endings)
    }


# From a file to how strings in it begin that are no message: what is written to files, run or shown in a table.
OTHER = {
    "bazel/private/engine/aspect.bzl": ("Gives every ",),
    "bazel/private/engine/generate.bzl": ("Generating ",),
    "bazel/private/engine/info.bzl": ("(depset[",),
    "bazel/private/engine/language.bzl": ("{} @generated ",),
    "bazel/private/native_rules_repository.bzl": ("genrule(",),
    "bazel/private/nodejs_binary.bzl": ("#!/bin/sh",),
    "bazel/private/npm_messages.bzl": (" A complete ", " Log files ", "npm error"),
    "bazel/private/npm_repository.bzl": ("const fs ",),
    "bazel/private/python_host.bzl": ("import sys; ",),
    "bench/generate.py": ("first run, ", "nothing changed", "one proto edited, "),
    "bench/startup.py": ("from ", "grpc and ", "import ", "one message ", "the package alone", "| import "),
    "codegen/header.py": (". Do not edit.", " from "),
    "codegen/python/aliases.py": ("# What a proto ", "builtins.setattr(", "def add_", "lambda self, "),
    "codegen/python/async_stubs.py": ("# The same stub, ",),
    "codegen/python/lazy_exports.py": ('"""What the modules ',),
    "codegen/python/requirements.py": ("# What it takes ",),
    "codegen/python/type_stubs.py": ("from typing import ",),
    "codegen/typescript/json_codecs.py": ("// Assigning ", "const $", "function $", "interface $", "type $"),
    "codegen/typescript/json_mapping.py": ("$fromJson(object, ", "// JSON as ", ".wrap("),
    "codegen/typescript/json_text.py": ("    case ", "case null:", "if (globalThis.", "return null;", "return object;"),
    "codegen/typescript/large_messages.py": ("// @ts-nocheck: ",),
    "codegen/typescript/legal_types.py": ("Array BigInt ", "any arguments "),
    "codegen/typescript/wire_values.py": (
        " as any[] ",
        "    if (object.",
        "    result.paths",
        "globalThis.Object",
        "object[key]",
        "wrap(paths",
    ),
}


def _said() -> list[Said]:
    return [
        *python_messages(_sources(".py"), OTHER),
        *starlark_messages(_sources(".bzl", ".bazel"), OTHER),
        *shell_messages(_sources(".sh", "/.ci/run")),
    ]


def test_the_page_and_the_code_have_the_same_messages() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    said = _said()
    assert not (found := differences(said, page, PAGE)), "\n" + "\n".join(found)
    print(f"{len(said)} messages in {len({message.path for message in said})} files, {len(read_rows(page)[0])} rows")


def test_what_is_no_message_is_there() -> None:
    sources = _sources(".py", ".bzl")
    assert not [(path, start) for path, starts in OTHER.items() for start in starts if start not in sources[path]]


def test_all_rooms_are_read() -> None:
    rooms = {message.path.split("/")[0] for message in _said()}
    assert rooms == {".ci", "bazel", "bench", "codegen", "proto_tree", "scripts", "tools"}
