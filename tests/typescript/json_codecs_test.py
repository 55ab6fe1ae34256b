"""The JSON that generated TypeScript refuses, value by value. It is what Python refuses, which is asked too."""

import json

import pytest
from google.protobuf import json_format, wrappers_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from codegen.typescript.json_codecs import PIECES, pieces_for
from tests.typescript.project import Project

# From a codec to the message of the same JSON.
MESSAGES: dict[str, type[Message]] = {
    "$bytes": wrappers_pb2.BytesValue,
    "$double": wrappers_pb2.DoubleValue,
    "$duration": Duration,
    "$fieldMask": FieldMask,
    "$float": wrappers_pb2.FloatValue,
    "$int32": wrappers_pb2.Int32Value,
    "$int64": wrappers_pb2.Int64Value,
    "$timestamp": Timestamp,
    "$uint64": wrappers_pb2.UInt64Value,
}

# From a codec to texts of JSON that it takes, and to those that it refuses.
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "$bytes": (
        ['""', '"AA"', '"AA=="', '"AAA"', '"-_+/"', '"AAAA"'],
        ['"A"', '"AAAAA"', "1", '["AA=="]', "{}"],
    ),
    "$double": (
        ["1e308", "-0.0", '"1.5"', '"NaN"', '"Infinity"', '"-Infinity"', "1"],
        ["1e400", "-1e400", '"x"', '""', "[1]", '["1"]', "{}"],
    ),
    "$duration": (
        ['"1s"', '"-1.5s"', '"0.000000001s"', '"315576000000s"'],
        ['["1s"]', '"1"', "1", "{}", '"315576000001s"'],
    ),
    "$fieldMask": (['""', '"a"', '"fooBar,b.c"'], ['"foo_bar"', '["a"]', "1"]),
    "$float": (["1e38", '"NaN"', "0.1"], ["1e39", "1e400", '["1"]']),
    "$int32": (["1", "1.0", "-2147483648", "1e2"], ["1.5", "2147483648", "1e400", '["1"]', '"x"']),
    "$int64": (
        ["9007199254740991", '"9223372036854775807"', '"-1"'],
        ['"9223372036854775808"', "1.5", "1e300", "1e400", '["1"]'],
    ),
    "$timestamp": (
        [
            *('"2024-02-29T00:00:00Z"', '"1969-12-31T23:59:59.5Z"', '"2024-01-31T09:00:00+09:00"'),
            *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"'),
        ],
        [
            *('"2024-02-30T00:00:00Z"', '"2023-02-29T00:00:00Z"', '"2024-01-31T24:00:00Z"', '"2024-13-01T00:00:00Z"'),
            *('"0000-12-31T23:59:59Z"', '"0000-12-31T23:59:59-01:00"', '"0001-01-01T00:00:00+00:01"'),
            *('"9999-12-31T23:59:59-00:01"', '["2024-01-31T09:00:00Z"]', "1", '"2024-01-31"'),
        ],
    ),
    "$uint64": (['"18446744073709551615"', "0"], ["-1", '"-1"', '"18446744073709551616"']),
}

# What JSON.parse has rounded, base64 with other characters, which Python drops, and what is no number.
STRICTER = {
    "$double": ["true", '"1e400"'],
    "$int64": ["9007199254740993"],
    "$bytes": ['"AA AA"', '"A*AA"', '"AA==AA"'],
}

SCRIPT = """
const codecs: {{ [name: string]: $Codec }} = {{ {} }};
for (const [name, text] of JSON.parse(process.argv[2]!)) {{
  let result = "taken";
  try {{
    codecs[name]!.from(JSON.parse(text));
  }} catch (error) {{
    result = `${{error}}`.startsWith("Error: expected ") ? "refused" : `${{error}}`;
  }}
  console.log(result);
}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("codecs") / "project", "esm")
    project.install()
    script = SCRIPT.format(", ".join(MESSAGES))
    project.write({"codecs.ts": "\n".join(pieces_for(script)) + script + "export {};\n"})
    assert project.compile() == []
    return project


def results_of(project: Project, rows: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Returns the rows, each with what its codec does with its text."""
    results = project.output("node", "dist/codecs.js", json.dumps(rows)).split("\n")
    return [(*row, result) for row, result in zip(rows, results, strict=False)]


@pytest.mark.parametrize(("index", "result"), [(0, "taken"), (1, "refused")])
def test_refused_as_in_python(project: Project, index: int, result: str) -> None:
    rows = [(name, text) for name, texts in TEXTS.items() for text in texts[index]]
    assert results_of(project, rows) == [(*row, result) for row in rows]
    assert [(*row, _in_python(*row)) for row in rows] == [(*row, result) for row in rows]


def test_stricter_than_python(project: Project) -> None:
    rows = [(name, text) for name, texts in STRICTER.items() for text in texts]
    assert results_of(project, rows) == [(*row, "refused") for row in rows]


def test_all_pieces_are_typescript(project: Project) -> None:
    project.write({"pieces.ts": "\n".join(pieces_for(" ".join(PIECES))) + "export {};\n"})
    assert project.compile() == []


def _in_python(name: str, text: str) -> str:
    try:
        json_format.Parse(text, MESSAGES[name]())
    except json_format.ParseError:
        return "refused"
    return "taken"
