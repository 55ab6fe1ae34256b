"""What counts as a message of Python and Starlark, and what cannot be read."""

import pytest

from tests.messages.python_messages import python_messages, starlark_messages
from tests.messages.said import Said, UnreadableError

CLASSES = "class ToolError(Exception): pass\nclass NarrowError(ToolError): pass\nclass Notice(str): pass\n"


def _python(code: str) -> list[str]:
    return [said.text for said in python_messages({"classes.py": CLASSES, "x.py": code})]


def _starlark(code: str) -> list[str]:
    return [said.text for said in starlark_messages({"x.bzl": code})]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("raise ToolError('all is lost')", "all is lost", id="raise"),
        pytest.param("raise NarrowError('all is lost')", "all is lost", id="a-class-below"),
        pytest.param("raise ValueError('all is lost')", "all is lost", id="a-class-of-python"),
        pytest.param("error = ToolError('all is lost')", "all is lost", id="made-and-not-raised"),
        pytest.param("x = [Notice(f'{p.name} is bad')]", "{name} is bad", id="a-str"),
        pytest.param("print('all is lost', file=sys.stderr)", "all is lost", id="print"),
        pytest.param("sys.stderr.write('all is lost')", "all is lost", id="write"),
        pytest.param("sys.exit('all is lost')", "all is lost", id="exit"),
        pytest.param("raise SystemExit('all is lost')", "all is lost", id="system-exit"),
        pytest.param("warnings.warn('all is lost')", "all is lost", id="warn"),
        pytest.param("parser.error('all is lost')", "all is lost", id="argparse"),
        pytest.param("raise ToolError('all ' 'is lost')", "all is lost", id="strings-side-by-side"),
        pytest.param("raise ToolError('all ' + 'is lost')", "all is lost", id="plus"),
        pytest.param("raise ToolError(f'{a}: {b!r} is {c:02x}')", "{a}: {b} is {c}", id="f-string"),
        pytest.param("raise ToolError(f'no {sorted(circle)[0]}')", "no {circle}", id="a-call-is-named"),
        pytest.param("raise ToolError(f'{a}\\nbelow')", "{a} below", id="line-break"),
        pytest.param("raise ToolError('{} of {}'.format(a, b.c))", "{a} of {c}", id="format"),
        pytest.param("raise ToolError('; '.join(f'{a} fails' for a in x))", "{a} fails", id="join"),
        pytest.param("CURE = 'mend it'\nraise ToolError(f'{a}: {CURE}')", "{a}: mend it", id="a-constant"),
        pytest.param("def f():\n    raise ToolError(f'{g()} fails')\ndef g(): return 'x'", "{g} fails", id="a-name"),
        pytest.param("print(f'{a} is bad', file=sys.stderr)", "{a} is bad", id="print-f-string"),
        pytest.param("print(f'now type: {command}')", "now type: {command}", id="standard-output"),
        pytest.param("print('all', what, 'is lost', file=sys.stderr)", "all {what} is lost", id="all-arguments"),
        pytest.param("raise OSError(number, 'all is lost')", "{number} all is lost", id="a-later-argument"),
        pytest.param("raise ToolError(message='all is lost')", "all is lost", id="a-keyword"),
    ],
)
def test_a_message_of_python(code: str, expected: str) -> None:
    assert _python(code) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("print(json.dumps(x), end='')", id="output"),
        pytest.param("print(f'{label}: {error}', file=sys.stderr)", id="handed-on"),
        pytest.param("raise", id="raised-again"),
        pytest.param("raise error", id="a-variable"),
        pytest.param("raise ToolError(str(error))", id="somebody-elses"),
        pytest.param("raise AssertionError('cannot be')", id="what-nobody-meets"),
        pytest.param("sys.exit(main(sys.argv[1:]))", id="a-status"),
        pytest.param("'''raise ToolError('all is lost')'''", id="a-docstring"),
        pytest.param("def f():\n    '''All is lost.'''", id="a-functions-docstring"),
        pytest.param("x = re.compile('all is (lost)')", id="an-expression"),
        pytest.param("parser.add_argument('--x', help='all is lost')", id="a-help-text"),
        pytest.param("x = {'lost': 'found'}", id="single-words"),
    ],
)
def test_no_message_of_python(code: str) -> None:
    assert _python(code) == []


def test_file_and_line_are_named() -> None:
    assert python_messages({"a/x.py": CLASSES + "\nraise ToolError(\n    'all is lost'\n)"}) == [
        Said("a/x.py", 5, "all is lost")
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param('fail("all is lost")', "all is lost", id="fail"),
        pytest.param(
            'fail("\\n@{}: {} fails".format(ctx.name, label_text(ctx.label)))', "@{name}: {label} fails", id="fmt"
        ),
        pytest.param('fail("//{package}: bad".format(package = p))', "//{package}: bad", id="named"),
        pytest.param('fail(("{}: all " +\n      "is lost").format(x))', "{x}: all is lost", id="plus"),
        pytest.param('C = [struct(problem = message("all is lost"))]', "all is lost", id="message"),
        pytest.param('fail(msg = "all is lost", attr = "srcs")', "all is lost", id="a-keyword"),
        pytest.param('fail("all of", name, "is lost")', "all of {name} is lost", id="all-arguments"),
        pytest.param('print("all is lost")', "all is lost", id="print"),
        pytest.param('_BUILD = """\\\nfail("@{}: all is lost")\n"""', "@{}: all is lost", id="a-written-file"),
    ],
)
def test_a_message_of_starlark(code: str, expected: str) -> None:
    assert _starlark(code) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("fail(problem)", id="handed-on"),
        pytest.param('fail("\\n@{}: {}".format(ctx.name, result.stderr.strip()))', id="somebody-elses"),
        pytest.param('r = rule(doc = "What fail(x) does", progress_message = "Making it now")', id="documentation"),
        pytest.param('p = provider(fields = {"x": "What it is."})', id="fields"),
        pytest.param('c = [struct(signs = ["all is lost"])]', id="what-is-looked-for"),
        pytest.param('repository_ctx.report_progress("all is well")', id="progress"),
    ],
)
def test_no_message_of_starlark(code: str) -> None:
    assert _starlark(code) == []


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("def why(): return 'all is lost'\nraise ToolError(why())", id="a-function"),
        pytest.param("def why(): return 'all is lost'\nraise ToolError(f'bad: {why()}')", id="in-an-f-string"),
        pytest.param("class A:\n    def why(self): return 'all is lost'\nraise ToolError(A().why())", id="a-method"),
        pytest.param("def f():\n    text = 'all is lost'\n    raise ToolError(text)", id="a-variable"),
        pytest.param("def f():\n    text: str = 'all is lost'\n    raise ToolError(text)", id="an-annotated-one"),
        pytest.param("def f(text='all is lost'):\n    raise ToolError(text)", id="a-default"),
        pytest.param("def f(text):\n    raise ToolError(text)\nf('all is lost')", id="a-parameter"),
        pytest.param("CURES = {1: 'all is lost'}\nraise ToolError(CURES[1])", id="a-dict"),
        pytest.param("def f(x):\n    for t in ['all is lost']:\n        raise ToolError(t)", id="a-loop"),
        pytest.param("def f(x):\n    if t := 'all is lost':\n        raise ToolError(t)", id="a-walrus"),
        pytest.param("raise ToolError('all is lost' if x else 'bad luck')", id="one-of-two"),
        pytest.param("raise ToolError('all is lost %s' % x)", id="percent"),
        pytest.param("raise ToolError(f'{\"all is lost\" if x else y}')", id="in-a-hole"),
        pytest.param("class A(ToolError):\n    def __init__(self): super().__init__('all is lost')", id="super"),
        pytest.param("ap.error('all is lost')", id="another-way"),
        pytest.param("raise ToolError(text='all is lost')", id="another-keyword"),
    ],
)
def test_words_from_elsewhere_are_refused(code: str) -> None:
    with pytest.raises(UnreadableError, match=r"^x\.py:\d+: nothing that .* says the words \"all is lost"):
        _python(code)


def test_words_from_elsewhere_of_starlark_are_refused() -> None:
    for code in ('fail("all is lost %s" % x)', 'C = {"x": "all is lost"}', 'fail("bad" if x else "all is lost")'):
        with pytest.raises(UnreadableError, match=r"^x\.bzl:1: nothing that .* says the words \"all is lost"):
            _starlark(code)


def test_words_that_are_named_as_no_message() -> None:
    sources = {"x.py": "A = f'all is {x} and lost'", "y.py": "A = 'all is lost'"}
    assert python_messages(sources, {"x.py": ("all is ",), "y.py": ("all is lost",)}) == []
    with pytest.raises(UnreadableError, match=r"^y\.py:1: "):
        python_messages(sources, {"x.py": ("all is ",)})


def test_words_from_elsewhere_that_are_said_there_are_messages_of_their_own() -> None:
    code = "def why(): return Notice('all is lost')\nraise ToolError(f'bad: {why()} indeed')"
    assert sorted(_python(code)) == ["all is lost", "bad: {why} indeed"]
