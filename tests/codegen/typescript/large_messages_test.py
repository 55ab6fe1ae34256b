"""Files with messages that are too large for tsc."""

from pathlib import Path

import pytest

from codegen.typescript.large_messages import leave_large_unchecked
from tests.codegen.typescript.protos import compile_protos

SOURCE = "// source: a.proto\n\n/* eslint-disable */\nimport {} from 'x';\n"


@pytest.mark.parametrize(("fields", "unchecked"), [(500, False), (501, True)])
def test_a_large_message(tmp_path: Path, fields: int, unchecked: bool) -> None:
    body = "".join(f"int32 f{number} = {number};" for number in range(1, fields + 1))
    (file,) = compile_protos(tmp_path, a=f'syntax = "proto3"; message A {{ message B {{ {body} }} }}').file
    text = leave_large_unchecked(SOURCE, file)
    assert ("/* eslint-disable */\n// @ts-nocheck" in text) == unchecked
    assert leave_large_unchecked(text, file) == text
    assert text.replace("// @ts-nocheck: a message has too many fields for tsc to follow\n", "") == SOURCE
