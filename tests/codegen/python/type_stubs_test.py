"""Which generator writes type stubs, and what happens when one fails."""

import ast
import warnings
from collections.abc import Sequence

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen import plugins
from codegen.errors import CodegenError, GeneratorError
from codegen.language import Warned
from codegen.python.type_stubs import (
    MESSAGE_GENERATORS,
    MYPY_PROTOBUF,
    Generator,
    add_reexports,
    service_generators,
    write_stubs,
)

FILES = ["a.proto", "b.proto", "c.proto"]
DESCRIPTORS = FileDescriptorSet(file=[FileDescriptorProto(name=file) for file in FILES])


class _Fake:
    """A generator that crashes on some files, writes invalid stubs for others, and records its requests."""

    def __init__(self, name: str, dies_on: str = "", bad: str = "") -> None:
        self.name = name
        self.dies_on = dies_on
        self.bad = bad
        self.asked: list[list[str]] = []

    def generator(self) -> Generator:
        return Generator(self.name, self._generate)

    def _generate(self, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
        assert descriptors is DESCRIPTORS
        self.asked.append(list(files))
        for file in files:
            if file[0] in self.dies_on:
                raise GeneratorError(f"died of {file}")
        return {file: f"bad {self.name}" if file[0] in self.bad else self.name for file in files}


def _write(*fakes: _Fake, files: Sequence[str] = FILES) -> tuple[dict[str, str], list[str]]:
    def finish(file: str, text: str) -> str:
        if text.startswith("bad"):
            raise GeneratorError(f"{file}:1: {text}")
        return text

    texts, warnings = write_stubs([fake.generator() for fake in fakes], files, DESCRIPTORS, finish)
    return texts, [f"{proto}: {text}" for proto, text in warnings]


def test_the_first_generator_runs_once_for_all_files_and_no_other_runs() -> None:
    first, second = _Fake("first"), _Fake("second")
    assert _write(first, second) == (dict.fromkeys(FILES, "first"), [])
    assert (first.asked, second.asked) == ([FILES], [])


@pytest.mark.parametrize(
    ("fakes", "writers", "warnings"),
    [
        pytest.param(
            [_Fake("1", dies_on="b"), _Fake("2"), _Fake("3")],
            "121",
            ["b.proto: 1 failed (died of b.proto). Fell back to 2."],
            id="one-file-dies-and-the-others-keep-theirs",
        ),
        pytest.param(
            [_Fake("1", bad="b"), _Fake("2"), _Fake("3")],
            "121",
            ["b.proto: 1 failed (b.proto:1: bad 1). Fell back to 2."],
            id="what-is-not-accepted-counts-as-failure",
        ),
        pytest.param(
            [_Fake("1", dies_on="a", bad="c"), _Fake("2"), _Fake("3")],
            "212",
            [
                "a.proto: 1 failed (died of a.proto). Fell back to 2.",
                "c.proto: 1 failed (c.proto:1: bad 1). Fell back to 2.",
            ],
            id="two-files-two-warnings",
        ),
        pytest.param(
            [_Fake("1", dies_on="b"), _Fake("2", bad="b"), _Fake("3")],
            "131",
            ["b.proto: 1 failed (died of b.proto). Fell back to 3."],
            id="the-last-resort-and-the-first-cause",
        ),
        pytest.param(
            [_Fake("1", dies_on="abc"), _Fake("2", dies_on="c"), _Fake("3")],
            "223",
            [
                "a.proto: 1 failed (died of a.proto). Fell back to 2.",
                "b.proto: 1 failed (died of b.proto). Fell back to 2.",
                "c.proto: 1 failed (died of c.proto). Fell back to 3.",
            ],
            id="all-three",
        ),
    ],
)
def test_each_file_falls_back_on_its_own(fakes: list[_Fake], writers: str, warnings: list[str]) -> None:
    assert _write(*fakes) == (dict(zip(FILES, writers, strict=True)), warnings)


def test_the_second_generator_gets_only_the_remaining_files() -> None:
    second = _Fake("2")
    _write(_Fake("1", dies_on="b", bad="c"), second)
    assert second.asked == [["b.proto", "c.proto"]]


def test_one_file_is_not_tried_twice() -> None:
    first = _Fake("1", dies_on="a")
    _write(first, _Fake("2"), files=["a.proto"])
    assert first.asked == [["a.proto"]]


def test_no_files_no_stubs() -> None:
    first = _Fake("1")
    assert _write(first, files=[]) == ({}, [])
    assert first.asked == []


def test_it_is_an_error_if_every_generator_fails() -> None:
    with pytest.raises(CodegenError) as caught:
        _write(_Fake("1", dies_on="ab"), _Fake("2", dies_on="b", bad="a"))
    assert str(caught.value) == (
        "a.proto: no type stubs: 1 failed (died of a.proto).; b.proto: no type stubs: 1 failed (died of b.proto)."
    )


def test_a_warning_quotes_protoc_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "run_protoc", lambda _: (1, "first\n  second\n"))
    _, warnings = write_stubs(MESSAGE_GENERATORS["protoc"], ["a.proto"], DESCRIPTORS, lambda _, text: text)
    text = f"protoc failed (first second). Fell back to {MYPY_PROTOBUF}."
    assert warnings == [Warned("a.proto", text)]


LAST = "untyped stubs (Any)"


@pytest.mark.parametrize(
    ("generators", "order"),
    [
        pytest.param(MESSAGE_GENERATORS["mypy-protobuf"], [MYPY_PROTOBUF, "protoc", LAST], id="mypy-protobuf"),
        pytest.param(MESSAGE_GENERATORS["protoc"], ["protoc", MYPY_PROTOBUF, LAST], id="protoc"),
        pytest.param(service_generators(False), [MYPY_PROTOBUF, LAST], id="services"),
        pytest.param(service_generators(True), [MYPY_PROTOBUF, LAST], id="abstract-services"),
    ],
)
def test_the_order(generators: Sequence[Generator], order: list[str]) -> None:
    assert [generator.name for generator in generators] == order


@pytest.mark.parametrize(
    "generators",
    [*MESSAGE_GENERATORS.values(), service_generators(False)],
    ids=[*MESSAGE_GENERATORS, "services"],
)
def test_the_last_resort_types_everything_as_any(generators: Sequence[Generator]) -> None:
    texts = generators[-1].generate(["a.proto", "b.proto"], DESCRIPTORS)
    assert list(texts) == ["a.proto", "b.proto"]
    imported, function = ast.parse(texts["a.proto"]).body
    assert ast.unparse(imported) == "from typing import Any as _Any"
    assert ast.unparse(function) == "def __getattr__(name: str) -> _Any:\n    ..."


@pytest.mark.parametrize("name", ["x.proto", "in/k-w.proto", "dot.ted/a.b.proto"])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("generators", MESSAGE_GENERATORS.values(), ids=MESSAGE_GENERATORS)
def test_texts_are_keyed_by_import_path(generators: Sequence[Generator], place: int, name: str) -> None:
    descriptors = FileDescriptorSet(file=[FileDescriptorProto(name=name)])
    assert list(generators[place].generate([name], descriptors)) == [name]


def test_our_own_errors_do_not_trigger_the_fallback() -> None:
    def finish(file: str, text: str) -> str:
        raise CodegenError(f"{file}: an import is not relative")

    with pytest.raises(CodegenError, match=r"^a\.proto: an import is not relative$"):
        write_stubs([_Fake("1").generator(), _Fake("2").generator()], ["a.proto"], DESCRIPTORS, finish)


def test_one_bad_file_is_found_by_bisection() -> None:
    files = [f"{'b' if number == 37 else 'x'}{number}.proto" for number in range(64)]
    first, second = _Fake("1", dies_on="b"), _Fake("2")
    accepted, warnings = _write(first, second, files=files)
    assert len(warnings) == 1 and len(accepted) == 64
    # Bisection: two runs per level, plus the first run for all files.
    assert len(first.asked) == 1 + 2 * 6


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        pytest.param(" C:\\data", "C:\\data", id="backslash"),
        pytest.param(" /\\* {", "/\\* {", id="no-escape"),
        pytest.param(" \\\\ twice", "\\\\ twice", id="an-escape"),
        pytest.param(' """ # \\', '""" # \\', id="an-empty-string-and-a-comment-of-python"),
        pytest.param(' Say "no"\n more', 'Say "no"\nmore', id="two-lines"),
    ],
)
def test_a_comment_on_something_deprecated_is_a_string(comment: str, meant: str) -> None:
    file = FileDescriptorProto(name="a.proto")
    file.message_type.add(name="M").options.deprecated = True
    file.source_code_info.location.add(path=[4, 0, 7, 3], leading_comments=comment)
    (generator, *_) = MESSAGE_GENERATORS["mypy-protobuf"]
    text = generator.generate(["a.proto"], FileDescriptorSet(file=[file]))["a.proto"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = ast.parse(text)
    (cls,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    (decorator,) = (node for node in cls.decorator_list if "deprecated(" in ast.unparse(node))
    assert isinstance(decorator, ast.Call)
    assert ast.literal_eval(decorator.args[0]) == meant


@pytest.mark.parametrize(
    ("path", "top", "line"),
    [
        pytest.param("a.proto", "M", "        m: M", id="no-module"),
        pytest.param("in/b-c.proto", "M", "        m: M", id="no-module-that-no-statement-could-name"),
        pytest.param("a.proto", "a_pb2", "        m: a_pb2.N", id="a-message-that-is-called-like-the-module"),
    ],
)
def test_protocs_stub_does_not_name_its_own_module(path: str, top: str, line: str) -> None:
    """It would if a field's type had the same name as the nested message that contains the field."""
    file = FileDescriptorProto(name=path)
    message, outer = file.message_type.add(name=top), file.message_type.add(name="Outer")
    message.nested_type.add(name="N")
    type_name = f".{top}.N" if top == "a_pb2" else f".{top}"
    outer.nested_type.add(name=top).field.add(name="m", number=1, label=1, type=11, type_name=type_name)
    (generator, *_) = MESSAGE_GENERATORS["protoc"]
    text = generator.generate([path], FileDescriptorSet(file=[file]))[path]
    assert line in text.splitlines() and ast.parse(text)


def test_reexports_are_at_the_end() -> None:
    assert add_reexports("class M: ...\n", {"Z": "a/b.proto", "A": "c.proto", "B": "a/b.proto"}) == (
        "class M: ...\n\nfrom a.b_pb2 import B as B\nfrom a.b_pb2 import Z as Z\nfrom c_pb2 import A as A\n"
    )
    assert add_reexports("class M: ...\n", {}) == "class M: ...\n"
