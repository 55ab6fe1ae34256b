"""What counts as a message of a shell script, and what cannot be read."""

import pytest

from tests.messages.said import Said, UnreadableError
from tests.messages.shell_messages import shell_messages


def _texts(code: str) -> list[str]:
    return [said.text for said in shell_messages({"x.sh": code})]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('echo "all is lost" >&2', "all is lost", id="echo"),
        pytest.param("printf 'all is lost\\n' >&2", "all is lost", id="printf"),
        pytest.param('echo "${0##*/}: no $tool" >&2', "{0}: no {tool}", id="variables"),
        pytest.param('echo "to ${tools#"$PWD"/}" >&2', "to {tools}", id="quotes-in-a-variable"),
        pytest.param('echo "no ${!variable} here" >&2', "no {variable} here", id="indirect"),
        pytest.param('echo "has $(id -u)" >&2', "has {text}", id="a-command"),
        pytest.param('echo "a \\"b\\" costs \\$5" >&2', 'a "b" costs $5', id="escapes"),
        pytest.param('echo "it\'s lost" >&2', "it's lost", id="another-quote"),
        pytest.param('[[ -e x ]] || echo "all is lost" >&2', "all is lost", id="behind-a-test"),
        pytest.param('echo "all is lost" \\\n  >&2', "all is lost", id="two-lines"),
        pytest.param("cat >&2 <<EOF\nno $tool\nhere\nEOF\nx=1", "no {tool} here", id="a-here-document"),
        pytest.param("f() {\n  echo 'all is lost' >&2\n}\nf x", "all is lost", id="in-a-function"),
    ],
)
def test_a_message(code: str, expected: str) -> None:
    assert _texts(code) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('echo "3 updated"', id="output"),
        pytest.param('# echo "all is lost" >&2', id="a-comment"),
        pytest.param('cat "$log" >&2', id="another-programs"),
        pytest.param("(cd x && npm ci >&2)", id="another-programs-in-a-subshell"),
        pytest.param('echo "== $tool" >&2', id="no-words"),
        pytest.param("tool >log 2>&1", id="into-a-file"),
        pytest.param('diff <(echo "$a") <(echo "$b") >&2', id="for-another-program"),
        pytest.param('exec tool "$@"', id="another-program-instead"),
        pytest.param("x=${y:-all is lost}", id="a-default"),
        pytest.param('cat <<EOF\necho "all is lost" >&2\nEOF', id="a-here-document-of-output"),
    ],
)
def test_no_message(code: str) -> None:
    assert _texts(code) == []


@pytest.mark.parametrize(
    "body", ["{\n  echo \"x.sh: $1. Type 'x'.\" >&2\n  exit 2\n}", "{ echo \"x.sh: $1. Type 'x'.\" >&2; exit 2; }"]
)
def test_a_function_that_says_its_argument(body: str) -> None:
    code = f"wrong_use() {body}\n[[ $2 ]] || wrong_use \"$1 needs one\"\ncase x in\n  *) wrong_use 'no way' ;;\nesac\n"
    assert _texts(code) == ["x.sh: {1} needs one. Type 'x'.", "x.sh: no way. Type 'x'."]


def test_an_argument_outside_of_functions_is_the_scripts_own() -> None:
    assert _texts("f() { true; }\necho \"unknown '$1'\" >&2") == ["unknown '{1}'"]


def test_file_and_line_are_named() -> None:
    assert shell_messages({"a.sh": "", "b/c.sh": '#!/bin/sh\n\necho "lost it" >&2'}) == [Said("b/c.sh", 3, "lost it")]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("echo all is lost >&2", id="no-quotes"),
        pytest.param('echo "all" "is lost" >&2', id="two-strings"),
        pytest.param('{\n  echo "all is lost"\n} >&2', id="a-group"),
        pytest.param('echo "all is lost" >/dev/stderr', id="a-device"),
        pytest.param(">&2 echo 'all is lost'", id="redirected-first"),
        pytest.param('echo "$@" >&2', id="all-arguments"),
        pytest.param('echo "$msg" >&2', id="a-variable"),
        pytest.param("printf '%s\\n' $msg >&2", id="a-format"),
        pytest.param(': "${X:?all is lost}"', id="unset-or-empty"),
        pytest.param(': "${X?all is lost}"', id="unset"),
        pytest.param('exec >&2\necho "all is lost"', id="from-now-on"),
        pytest.param('exec 3>&2\necho "all is lost" >&3', id="another-descriptor"),
        pytest.param('echo "all is lost" | tee /dev/stderr', id="tee"),
        pytest.param('cat <<<"all is lost" >&2', id="a-here-string"),
    ],
)
def test_another_way_to_say_it_is_refused(code: str) -> None:
    with pytest.raises(UnreadableError, match=r'^x\.sh:\d+: this says something in another way than: echo "…" >&2'):
        _texts(code)
