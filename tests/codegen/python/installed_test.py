"""The protos of installed packages: which ones there are, and what must agree."""

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import EDITION_2024, FileDescriptorProto

from codegen.errors import CodegenError
from codegen.python.installed import check_installed, collisions, find_provided, read_descriptor, use_options_beside
from tests.codegen.python.packages import compile_protos, generate

MONEY = 'syntax = "proto3"; package acme; message Money { int64 units = 1; }'
ORDER = 'syntax = "proto3"; package acme; import "acme/money.proto"; message Order { Money price = 1; }'
PROTOS = {"acme/money.proto": MONEY, "acme/order.proto": ORDER}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The modules that protoc generates, by path, with absolute imports as protoc writes them."""
    folder = tmp_path_factory.mktemp("protos")
    texts = generate(
        folder, PROTOS, provided=["google/protobuf/", "acme/money.proto"], files=["acme/order.proto"]
    ).texts
    texts = {**texts, **generate(folder, PROTOS, files=["acme/money.proto"]).texts}
    return {path: text for path, text in texts.items() if path.endswith("_pb2.py")}


def _site_packages(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def _compiled(folder: Path, text: str) -> FileDescriptorProto:
    return compile_protos(folder, {"acme/money.proto": text}).file[0]


def test_without_sources_they_are_printed(modules: dict[str, str], tmp_path: Path) -> None:
    provided = find_provided(_site_packages(tmp_path / "site", modules), tmp_path / "out", {})
    assert [tuple(each) for each in provided] == [
        ("acme/money.proto", "acme/money_pb2.py", [], ""),
        ("acme/order.proto", "acme/order_pb2.py", ["acme/money.proto"], ""),
    ]
    assert "int64 units = 1;" in (tmp_path / "out/acme/money.proto").read_text()


@pytest.mark.parametrize("source", ["acme/money.proto", "acme/other.proto"])
def test_a_source_by_import_path_or_beside_the_module_is_used(
    source: str, modules: dict[str, str], tmp_path: Path
) -> None:
    # As in google/longrunning: the module to import re-exports that which has the descriptor.
    files = {"acme/other_pb2.py": modules["acme/money_pb2.py"], "acme/money_pb2.py": "from acme.other_pb2 import *"}
    provided = find_provided(_site_packages(tmp_path / "site", {**files, source: "// a"}), tmp_path / "out", {})
    assert [tuple(each) for each in provided] == [("acme/money.proto", "acme/money_pb2.py", [], "")]
    assert (tmp_path / "out/acme/money.proto").read_text() == "// a"


def test_a_copy_under_another_name_provides_nothing(modules: dict[str, str], tmp_path: Path) -> None:
    files = {f"vendored/{path}": text for path, text in modules.items()}
    files["google/protobuf/any_pb2.py"] = modules["acme/money_pb2.py"]
    assert find_provided(_site_packages(tmp_path / "site", files), tmp_path / "out", {}) == []


@pytest.mark.parametrize("copy", ["acme/a/money_pb2.py", "vendored/acme/money_pb2.py"])
def test_the_imported_module_wins_over_a_copy(copy: str, modules: dict[str, str], tmp_path: Path) -> None:
    other = FileDescriptorProto(name="acme/money.proto", package="acme").SerializeToString()
    site = _site_packages(tmp_path / "site", {**modules, copy: f"pool.AddSerializedFile({other!r})"})
    find_provided(site, tmp_path / "out", {})
    assert "int64 units = 1;" in (tmp_path / "out/acme/money.proto").read_text()


def test_an_option_import_is_an_import(modules: dict[str, str], tmp_path: Path) -> None:
    user = FileDescriptorProto(
        name="user.proto", syntax="editions", edition=EDITION_2024, option_dependency=["acme/money.proto"]
    ).SerializeToString()
    site = _site_packages(tmp_path / "site", {**modules, "user_pb2.py": f"pool.AddSerializedFile({user!r})"})
    (found,) = (each for each in find_provided(site, tmp_path / "out", {}) if each.proto == "user.proto")
    assert (found.deps, found.problem) == (["acme/money.proto"], "")
    assert 'import option "acme/money.proto";' in (tmp_path / "out/user.proto").read_text()


def test_an_import_from_another_site_packages(modules: dict[str, str], tmp_path: Path) -> None:
    other = _site_packages(tmp_path / "other", {"acme/money_pb2.py": modules["acme/money_pb2.py"]})
    site = _site_packages(tmp_path / "site", {"acme/order_pb2.py": modules["acme/order_pb2.py"]})
    (order,) = find_provided(site, tmp_path / "out", {"acme/money.proto": other})
    assert order.problem == "" and (tmp_path / "out/acme/order.proto").is_file()


def test_an_import_that_no_package_provides_is_a_problem(modules: dict[str, str], tmp_path: Path) -> None:
    site = _site_packages(tmp_path / "site", {"acme/order_pb2.py": modules["acme/order_pb2.py"]})
    (order,) = find_provided(site, tmp_path / "out", {})
    assert order.problem.startswith("acme/order_pb2.py: its proto imports acme/money.proto, which no package")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AddSerializedFile(b'\\n\\x03a", id="cut-off"),
        pytest.param("pool.AddSerializedFile(b'\\n\\x7fa')", id="no-descriptor"),
        pytest.param("pool.AddSerializedFile(data)", id="no-literal"),
    ],
)
def test_a_module_that_cannot_be_read_is_a_problem(text: str, tmp_path: Path) -> None:
    site = _site_packages(tmp_path / "site", {"acme/bad_pb2.py": text})
    (bad,) = find_provided(site, tmp_path / "out", {})
    assert bad.proto == "acme/bad.proto"
    assert bad.problem.startswith("acme/bad_pb2.py: no descriptor can be read from it (")
    assert bad.problem.endswith("). Lock another version of it.") and "\n" not in bad.problem


def test_a_source_that_disagrees_with_its_module(modules: dict[str, str], tmp_path: Path) -> None:
    check_installed(
        {"acme/money.proto": _compiled(tmp_path, MONEY)}, {"acme/money.proto": modules["acme/money_pb2.py"]}
    )
    changed = _compiled(tmp_path, MONEY.replace("units = 1", "units = 2"))
    with pytest.raises(CodegenError, match=r"^acme/money\.proto and acme/money_pb2\.py of the package .* disagree"):
        check_installed({"acme/money.proto": changed}, {"acme/money.proto": modules["acme/money_pb2.py"]})


def test_json_names_count_unless_they_are_the_derived_ones(tmp_path: Path) -> None:
    text = 'syntax = "proto2"; message M { optional int32 a_b1__c_ = 1; extensions 5; } '
    text += "extend M { optional int32 x_y = 5; }"
    module = generate(tmp_path, {"m.proto": text}).texts["m_pb2.py"]
    check_installed({"m.proto": compile_protos(tmp_path, {"m.proto": text}).file[0]}, {"m.proto": module})
    named = compile_protos(tmp_path, {"m.proto": text.replace("= 1;", '= 1 [json_name = "other"];')}).file[0]
    with pytest.raises(CodegenError, match="disagree"):
        check_installed({"m.proto": named}, {"m.proto": module})


OPTION = MONEY.replace("message", 'option java_package = "com.acme"; message')


@pytest.mark.parametrize(
    ("text", "adopts", "warning"),
    [
        pytest.param(MONEY, True, None, id="same"),
        pytest.param("// a comment\n" + MONEY, True, None, id="comment"),
        pytest.param(OPTION, True, "only its options differ", id="java_package"),
        pytest.param(MONEY.replace("units", "nanos"), False, "it differs", id="field"),
        pytest.param(
            MONEY.replace("message", "option deprecated = true; message"), False, "it differs", id="deprecated"
        ),
    ],
)
def test_a_copy_beside_the_installed_one(
    text: str, adopts: bool, warning: str | None, modules: dict[str, str], tmp_path: Path
) -> None:
    installed = modules["acme/money_pb2.py"]
    compiled = _compiled(tmp_path, text)
    warnings = collisions({"acme/money.proto": compiled}, {"acme/money.proto": installed})
    assert [(proto, each.startswith(str(warning))) for proto, each in warnings.items()] == (
        [("acme/money.proto", True)] if warning else []
    )
    assert all("provided_by" in each and "--exclude" in each for each in warnings.values())
    (tmp_path / "acme/money_pb2.py").write_text(installed)
    beside = {"acme/money.proto": tmp_path / "acme/money_pb2.py"}
    generated = generate(tmp_path / "own", {"acme/money.proto": text}, beside=beside)
    assert dict(generated.warnings) == warnings
    module = generated.texts["acme/money_pb2.py"]
    # Then Python's descriptor pool takes both.
    assert (read_descriptor(module) == read_descriptor(installed)) == adopts


def test_options_are_not_adopted_under_another_name(modules: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "money_pb2.py").write_text(modules["acme/money_pb2.py"])
    beside = {"acme/money.proto": tmp_path / "money_pb2.py"}
    generated = generate(tmp_path, {"acme/money.proto": OPTION}, beside=beside, descriptor_prefix="own")
    assert not generated.warnings
    own = read_descriptor(generated.texts["acme/money_pb2.py"])
    assert own and own.options.java_package == "com.acme"


def test_installed_options_replace_own_ones(modules: dict[str, str], tmp_path: Path) -> None:
    own = _compiled(tmp_path, OPTION)
    use_options_beside(own, modules["acme/money_pb2.py"])
    assert not own.HasField("options")
