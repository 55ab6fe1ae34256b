"""How the page of messages is read and held against the code."""

import pytest

from tests.messages.said import Said, canonical, is_own, order
from tests.messages.table import Row, differences, read_rows

HEADER = "# Messages\n\n## One\n\n| message | cause | cure |\n| --- | --- | --- |\n"
SAID = [Said("a.py", 3, "{path} is bad: mend it"), Said("b.sh", 7, "{0}: no {tool}")]
PAGE = HEADER + "| `{file} is bad: mend it` | a slip | mend it |\n| `{script}: no {program}` | it went | install it |\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("no holes", "no holes", id="plain"),
        pytest.param("{path} of {label}", "{} of {}", id="names"),
        pytest.param("%s is imported", "{} is imported", id="percent"),
        pytest.param("names{where}{more}", "names{}", id="side-by-side"),
        pytest.param("\nfails:\n  {error}", "fails: {}", id="line-breaks"),
        pytest.param("{file:line:column}: bad", "{}: bad", id="anything-in-braces"),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{label}: {error}", False, id="hands-on"),
        pytest.param("warning: {label}: {error}", False, id="hands-on-with-a-word"),
        pytest.param("tool.sh: {error}", False, id="hands-on-with-a-name"),
        pytest.param("== {tool}", False, id="no-word"),
        pytest.param("{path} is missing", True, id="words"),
        pytest.param("cannot read: {error}", True, id="words-before-a-colon"),
        pytest.param("is missing", True, id="words-alone"),
    ],
)
def test_is_own(text: str, expected: bool) -> None:
    assert is_own(text) is expected


def test_order_goes_by_words() -> None:
    texts = ['{path}: "b" is bad', "Z is bad", "{x} A is bad"]
    assert sorted(texts, key=order) == ["{x} A is bad", '{path}: "b" is bad', "Z is bad"]


def test_rows_are_read() -> None:
    assert read_rows(PAGE) == (
        [Row(7, "One", "{file} is bad: mend it"), Row(8, "One", "{script}: no {program}")],
        [],
    )


def test_a_bar_in_a_message_is_escaped() -> None:
    assert read_rows(r"| `a \| b` | c | d |")[0] == [Row(1, "", "a | b")]


def test_the_same() -> None:
    assert differences(SAID, PAGE, "m.md") == []


@pytest.mark.parametrize(
    ("said", "page", "expected"),
    [
        pytest.param(
            [*SAID, Said("c.bzl", 2, "no {x}")],
            PAGE,
            "c.bzl:2: m.md has no row for this message. Add it to the section of who says it, with its cause and its "
            "cure: | `no {x}` | … | … |",
            id="a-message-without-a-row",
        ),
        pytest.param(
            SAID[:1],
            PAGE,
            "m.md:8: no code says this any more. Remove or mend the row: `{script}: no {program}`",
            id="a-row-without-a-message",
        ),
        pytest.param(
            SAID,
            PAGE + "| `{any}: no {thing}` | it went | install it |\n",
            "m.md:9: line 8 has this message already. Remove one of them.",
            id="a-row-twice",
        ),
        pytest.param(
            [*SAID, Said("c.py", 1, "all is lost")],
            PAGE + "| `all is lost` | x | y |\n",
            "m.md:9: this row goes above line 8: a section is sorted by words.",
            id="a-row-in-the-wrong-place",
        ),
        pytest.param(
            SAID,
            PAGE + "| `{any}: no` | no cure |\n",
            "m.md:9: no row: it has to be | `message` | cause | cure |",
            id="a-row-without-a-cure",
        ),
        pytest.param(
            SAID,
            PAGE + "| no quotes | x | y |\n",
            "m.md:9: no row: it has to be | `message` | cause | cure |",
            id="a-row-without-a-message-in-it",
        ),
    ],
)
def test_a_difference_names_its_place_and_what_to_do(said: list[Said], page: str, expected: str) -> None:
    assert differences(said, page, "m.md") == [expected]


def test_a_message_that_two_places_say_has_one_row() -> None:
    assert differences([*SAID, Said("c.py", 9, "{other} is bad: mend it")], PAGE, "m.md") == []


def test_of_two_places_without_a_row_the_first_is_named() -> None:
    said = [*SAID, Said("c.py", 9, "no {x}"), Said("d.py", 1, "no {y}")]
    assert [line.split(" ")[0] for line in differences(said, PAGE, "m.md")] == ["c.py:9:"]


def test_sections_are_sorted_each_for_itself() -> None:
    page = PAGE + "\n## Two\n\n| `all is lost` | x | y |\n"
    assert differences([*SAID, Said("c.py", 1, "all is lost")], page, "m.md") == []
