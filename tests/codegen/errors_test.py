"""The messages that a user sees when protoc rejects a file, or the operating system does."""

import errno
import os
from pathlib import Path

import pytest

from codegen.errors import CodegenError, errors_of, explain, report, source_path

PREFIXES = [("out/bin/protos/_virtual_imports/common_proto", "protos"), ("out/bin/q/_virtual_imports/x/top", "")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("out/bin/protos/_virtual_imports/common_proto/common.proto", "protos/common.proto"),
        ("out/bin/q/_virtual_imports/x/top/a/b.proto", "a/b.proto"),
        ("plain/a.proto", "plain/a.proto"),
        (
            "out/bin/protos/_virtual_imports/common_proto2/a.proto",
            "out/bin/protos/_virtual_imports/common_proto2/a.proto",
        ),
    ],
)
def test_source_path(path: str, expected: str) -> None:
    assert source_path(path, PREFIXES) == expected


def test_locations_point_into_the_source_tree() -> None:
    message = f"{PREFIXES[0][0]}/common.proto:52:20: Expected field name.\n"
    assert explain(message, "//p:l", PREFIXES) == "protos/common.proto:52:20: Expected field name."


def test_an_import_that_no_dependency_provides() -> None:
    messages = 'nope.proto: File not found.\na.proto:8:1: Import "nope.proto" was not found or had errors.\n'
    assert explain(messages, "//p:a_proto", PREFIXES) == (
        "nope.proto: no dependency of //p:a_proto has this file: add the proto_library that has it to deps.\n"
        'a.proto:8:1: Import "nope.proto" was not found or had errors.'
    )


def test_follow_up_errors_of_a_bad_import_are_dropped() -> None:
    messages = (
        "c.proto:1:1: Expected field name.\n"
        'a.proto:7:1: Import "c.proto" was not found or had errors.\n'
        'a.proto:9:3: "c.Decimal" is not defined.\n'
    )
    assert explain(messages, "//p:a_proto", []).splitlines() == messages.splitlines()[:2]


def test_protoc_log_lines_lose_their_timestamps() -> None:
    messages = (
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
        "W0000 00:00:1795570228.072893       2 parser.cc:659] No edition or syntax specified: a.proto.\n"
        "a.proto:1:9: Expected message name.\n"
    )
    assert explain(messages, "//p:a_proto", []).splitlines() == [
        "No edition or syntax specified: a.proto.",
        "a.proto:1:9: Expected message name.",
    ]


WARNINGS = """\
No edition or syntax specified for the proto file: a.proto. Please use 'syntax = "proto2";'.
a/b.proto:3:1: warning: Import c.proto is unused.
"""


@pytest.mark.parametrize(
    ("messages", "errors"),
    [
        pytest.param(f"{WARNINGS}a.proto:4:1: Expected }}.", "a.proto:4:1: Expected }.", id="behind"),
        pytest.param(f"a.proto:4:1: Expected }}.\n{WARNINGS}", "a.proto:4:1: Expected }.", id="before"),
        pytest.param("a.proto:4:1: x.\nb.proto:5:1: y.", "a.proto:4:1: x.\nb.proto:5:1: y.", id="none"),
        pytest.param(WARNINGS, WARNINGS, id="nothing-else"),
    ],
)
def test_warnings_do_not_hide_errors(messages: str, errors: str) -> None:
    assert errors_of(messages) == errors


def test_an_undefined_name_without_a_bad_import_is_kept() -> None:
    assert (
        explain('a.proto:9:3: "Decimal" is not defined.\n', "//p:a_proto", [])
        == 'a.proto:9:3: "Decimal" is not defined.'
    )


COPY = """\
b.proto:2:20: "p.M" is already defined in file "a.proto".
b.proto:3:20: "p.N" is already defined in file "a.proto".
b.proto:4:3: "p.ZERO" is already defined in file "a.proto".
b.proto:4:3: Note that enum values use C++ scoping rules, meaning that they are siblings of their type.
b.proto:5:3: "p.E" seems to be defined in "a.proto", which is not imported by "b.proto".  To use it here, import it.
"""
OTHERS = """\
c.proto:2:20: "p.M" is already defined in file "a.proto".
b.proto:9:1: Expected field name.
b.proto:4:3: Note that there is more to it.
"""


def test_two_files_with_the_same_definition_are_named_once() -> None:
    assert explain(COPY + OTHERS, "//p:l", []) == COPY.splitlines()[0] + "\n" + OTHERS.rstrip()


def test_the_note_of_a_kept_error_is_kept() -> None:
    lines = COPY.splitlines()[2:]
    assert explain("\n".join(lines), "//p:l", []).splitlines() == lines[:2]


def _printed(error: Exception, capfd: pytest.CaptureFixture[str]) -> str:
    """Returns what is printed for an error."""

    def fail() -> None:
        raise error

    assert report(fail, "//t:t", {"a.proto": "//a:a"}) == 1
    return capfd.readouterr().err


def test_an_error_has_the_label_of_what_it_is_about(capfd: pytest.CaptureFixture[str]) -> None:
    assert _printed(CodegenError("wrong"), capfd) == "//t:t: wrong\n"
    assert _printed(CodegenError("wrong", proto="b.proto"), capfd) == "//t:t: wrong\n"
    assert _printed(CodegenError("wrong", proto="a.proto"), capfd) == "//a:a: wrong\n"
    assert _printed(CodegenError("wrong", proto="a.proto", label="//b:b"), capfd) == "//b:b: wrong\n"


def test_a_defect_is_not_hidden(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="a defect"):
        _printed(ValueError("a defect"), capfd)


def test_the_status_is_that_of_the_function() -> None:
    assert [report(lambda: None, ""), report(lambda: 0, ""), report(lambda: 3, "")] == [0, 0, 3]


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EROFS, "permissions"),
        (errno.EACCES, "permissions"),
        (errno.EISDIR, "Delete or rename it"),
        (errno.ENOENT, "If something removed it, build again"),
        (errno.EIO, "Fix that"),
    ],
)
def test_the_fix_of_an_error_of_the_system(number: int, fix: str, capfd: pytest.CaptureFixture[str]) -> None:
    printed = _printed(OSError(number, os.strerror(number), "a/b"), capfd)
    assert printed.startswith(f"//t:t: a/b: {os.strerror(number)}. ") and fix in printed and printed.count("\n") == 1


def test_an_error_of_the_system_without_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # As when tempfile finds no folder to use: asking it for one fails again.
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", None)
        patch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "absent")])
        printed = _printed(FileNotFoundError(errno.ENOENT, "No usable temporary directory found"), capfd)
    assert "No usable temporary directory found. Free some space" in printed
