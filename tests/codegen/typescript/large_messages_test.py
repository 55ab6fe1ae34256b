"""Files with messages that are too large for tsc."""

from pathlib import Path

import pytest

from codegen.errors import CodegenError
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


@pytest.mark.parametrize(("fields", "is_error"), [(500, False), (501, True)])
def test_another_ts_proto_is_an_error(tmp_path: Path, fields: int, is_error: bool) -> None:
    body = "".join(f"int32 f{number} = {number};" for number in range(1, fields + 1))
    (file,) = compile_protos(tmp_path, a=f'syntax = "proto3"; message A {{ {body} }}').file
    source = SOURCE.replace("/* eslint-disable */", "")
    if not is_error:
        assert leave_large_unchecked(source, file) == source
        return
    with pytest.raises(
        CodegenError, match=r"^a\.proto: ts-proto wrote .*: no comment /\* eslint-disable \*/\. Use the "
    ):
        leave_large_unchecked(source, file)
