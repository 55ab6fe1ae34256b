"""In an editor without settings, the stubs in `src` resolve, complete, and show the protos' comments."""

import asyncio
import os
import shutil
import venv
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from tests.editors.editor import Editor
from tests.type_checkers import RUNFILES, TYPES

# pygls uses an asyncio function that Python 3.14 deprecates in favor of inspect's.
pytestmark = pytest.mark.filterwarnings("ignore:'asyncio.iscoroutinefunction' is deprecated:DeprecationWarning")

ROOT = RUNFILES / os.environ["TEST_WORKSPACE"]
KINDS = ["_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi"]
HEADER = """\
import grpc

from infrastructure.grpc.generated import common_pb2, market_data_pb2, market_data_pb2_grpc


def quote(channel: grpc.Channel) -> common_pb2.Decimal:
    \"\"\"Asks for a price.\"\"\"
    stub = market_data_pb2_grpc.MarketDataServiceStub(channel)
    return stub.GetQuote(market_data_pb2.GetQuoteRequest(symbol="005930", exchange="KRX")).tick.price


"""


class Session(NamedTuple):
    """An open editor, and how to await its answers."""

    editor: Editor
    wait: Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Opens an editor in a project that contains only `src`, in an environment that has the libraries."""
    scratch = tmp_path_factory.mktemp("scratch")
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "src/infrastructure", project / "src/infrastructure")
    venv.create(scratch / "venv", symlinks=True)
    (installed,) = (scratch / "venv/lib").glob("python*/site-packages")
    for folder, names in TYPES.items():
        for name in names:
            (installed / name).symlink_to(folder / name)
    path = f"{scratch / 'venv/bin'}:{os.environ['PATH']}"
    with asyncio.Runner() as runner:
        editor = Editor(project)
        runner.run(editor.start({**os.environ, "HOME": str(scratch), "PATH": path}))
        yield Session(editor, runner.run)
        runner.run(editor.stop())


def test_one_build_yields_all_four_kinds() -> None:
    package = ROOT / "protos/py_stubs"
    files = {path.name for path in package.iterdir()}
    stems = ["common", "market_data", "trading"]
    assert files == {"__init__.py", "py.typed", "requirements.txt", *(stem + kind for stem in stems for kind in KINDS)}


def test_a_correct_file_has_no_diagnostics(session: Session) -> None:
    assert session.wait(session.editor.open("correct.py", HEADER)) == []


def test_an_unresolved_import_is_reported(session: Session) -> None:
    text = HEADER.replace("common_pb2, ", "commons_pb2, ").replace("005930", '1", symbl="2')
    diagnostics = session.wait(session.editor.open("wrong.py", text))
    for message in ('"commons_pb2" is unknown import symbol', 'No parameter named "symbl"'):
        assert any(message in diagnostic for diagnostic in diagnostics), diagnostics


def test_a_stub_completes_to_its_rpcs(session: Session) -> None:
    text = HEADER + "def more(channel: grpc.Channel):\n    market_data_pb2_grpc.MarketDataServiceStub(channel)."
    offered = session.wait(session.editor.complete("rpcs.py", text))
    assert {"ListSymbols", "GetQuote", "GetCandles", "ImportCandles", "Subscribe"} <= set(offered)


def test_a_message_completes_to_its_fields(session: Session) -> None:
    offered = session.wait(session.editor.complete("fields.py", f"{HEADER}market_data_pb2.GetQuoteRequest("))
    assert {"symbol=", "exchange="} <= set(offered)


def test_pycharm_finds_the_source_root() -> None:
    """PyCharm resolves imports from the source folders in its project files, and ships no checker to run."""
    (module,) = ElementTree.parse(ROOT / ".idea/modules.xml").iter("module")
    path = module.attrib["filepath"].replace("$PROJECT_DIR$", str(ROOT))
    folders = [folder.attrib["url"] for folder in ElementTree.parse(path).iter("sourceFolder")]
    assert "file://$MODULE_DIR$/src" in folders and (ROOT / "src/infrastructure/grpc/generated").is_dir()


@pytest.mark.parametrize(
    ("code", "comment"),
    [
        ("market_data_pb2_grpc.MarketDataServiceStub", "Everything that a client can learn about the market."),
        ("market_data_pb2_grpc.MarketDataServiceStub.GetQuote", "Returns the last tick of a symbol."),
        ("market_data_pb2_grpc.MarketDataServiceServicer.GetQuote", "Returns the last tick of a symbol."),
        ("market_data_pb2.PriceTick", "One trade or quote change of a symbol."),
        ("market_data_pb2.PriceTick().vwap", "The volume-weighted average price of the day so far."),
        ("market_data_pb2.PriceTick().trade_count", "How many trades this tick sums up."),
        ("market_data_pb2.MARKET_DATA_KIND_TICK", "PriceTick events."),
    ],
)
def test_a_comment_of_the_proto_shows_on_hover(code: str, comment: str, session: Session) -> None:
    assert comment in session.wait(session.editor.hover(f"{code.replace('.', '_')}.py", HEADER + code))
