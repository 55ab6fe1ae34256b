"""A registry of the modules that Bazel itself depends on, so that nothing is downloaded.

Debian ships the modules whose files a build reads next to its Bazel, and its system rc overrides the registry with
them. The other modules only have to exist.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

_SHIPPED = Path("/usr/share/bazel")


def make_registry(folder: Path) -> int:
    """Creates a registry of empty modules in an empty folder. Returns the number of modules.

    Raises:
      FileNotFoundError: if this is not Debian's Bazel 7.
    """
    folder.joinpath("bazel_registry.json").write_text("{}", encoding="utf-8")
    folder.joinpath("empty").mkdir()
    files = sorted(_SHIPPED.rglob("MODULE.bazel"))
    if not files:
        raise FileNotFoundError(f"{_SHIPPED} has no modules: this is not Debian's Bazel 7")
    modules = {dep for file in files for dep in _dependencies(file.read_text(encoding="utf-8"))}
    for name, version in modules:
        _add_empty_module(folder, name, version)
    return len(modules)


def _dependencies(text: str) -> Iterator[tuple[str, str]]:
    """Yields the name and version of every module that a MODULE.bazel depends on, except dev dependencies."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "bazel_dep":
            values = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            if not values.get("dev_dependency"):
                yield values["name"], values["version"]


def _add_empty_module(registry: Path, name: str, version: str) -> None:
    folder = registry / "modules" / name / version
    folder.mkdir(parents=True)
    folder.joinpath("MODULE.bazel").write_text(f'module(name = "{name}", version = "{version}")\n', encoding="utf-8")
    where = {"type": "local_path", "path": str(registry / "empty")}
    folder.joinpath("source.json").write_text(json.dumps(where), encoding="utf-8")
