"""Imports every module of a package in a clean interpreter, pickles every message and prints what it saw as JSON.

Usage: python -I -W error check_package.py SITE_PACKAGES PARENT PACKAGE PICKLES
"""

import ast
import importlib
import json
import pickle
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# Sample values by the type of a field's default.
VALUES = {bool: True, int: 1, float: 0.5, str: "Größe", bytes: b"\x00\xff"}


def main(site_packages: str, parent: str, package: str, pickles: str) -> None:
    """Checks one package, writes a pickle of an instance of each message and prints modules, messages and services."""
    sys.path[:0] = [parent, site_packages]
    folder = Path(parent, *package.split("."))
    names = sorted(".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*_pb2*.py"))
    for path in [*folder.rglob("*.py"), *folder.rglob("*.pyi")]:
        check_imports(path, set(names))
    modules = {name: importlib.import_module(f"{package}.{name}") for name in names}
    for name in {name.rpartition(".")[0] for name in names} | {""}:
        check_exports(importlib.import_module(f"{package}.{name}".rstrip(".")))
    instances = [instance for module in modules.values() for instance in check_messages(module)]
    services = [service for module in modules.values() for service in check_services(module)]
    Path(pickles).write_bytes(pickle.dumps(instances))
    messages = [instance.DESCRIPTOR.full_name for instance in instances]
    print(json.dumps({"modules": names, "messages": messages, "services": services}))


def check_imports(path: Path, siblings: set[str]) -> None:
    """Asserts that a file is valid Python and imports no sibling by an absolute name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        absolute = siblings.intersection(_absolute_names(node))
        assert not absolute, f"{path}:{getattr(node, 'lineno', 0)}: imports {absolute} by an absolute name"


def _absolute_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        return [str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)]
    return []


def check_exports(module: ModuleType) -> None:
    """Asserts that a package has every name that it claims to export, whatever the name is."""
    for name in getattr(module, "__all__", []):
        assert getattr(module, name) is not None, name
    assert set(getattr(module, "__all__", [])) <= set(dir(module)), module


def check_messages(module: ModuleType) -> Iterator[Any]:
    """Yields an instance of each message of a module, after a round trip through pickle."""
    if module.__name__.endswith("_pb2"):
        for cls in message_classes(module, module.DESCRIPTOR.message_types_by_name.values()):
            assert cls.__module__ == module.__name__, cls
            assert pickle.loads(pickle.dumps(cls)) is cls, cls
            instance = filled(cls)
            restored = pickle.loads(pickle.dumps(instance))
            assert type(restored) is cls and restored == instance, cls
            yield instance


def message_classes(holder: object, descriptors: Iterable[Any]) -> Iterator[Any]:
    """Yields the classes of descriptors and of their nested types, found as attributes of their containers."""
    for descriptor in descriptors:
        if not descriptor.GetOptions().map_entry:
            cls = getattr(holder, descriptor.name)
            assert cls.DESCRIPTOR is descriptor, cls
            yield cls
            yield from message_classes(cls, descriptor.nested_types)


def filled(cls: Any) -> Any:
    """Returns an instance with a value in every singular scalar field."""
    instance = cls()
    for field in cls.DESCRIPTOR.fields:
        if field.enum_type and not field.is_repeated:
            setattr(instance, field.name, field.enum_type.values[-1].number)
        elif not (field.message_type or field.is_repeated):
            setattr(instance, field.name, VALUES[type(field.default_value)])
    return instance


def check_services(module: ModuleType) -> Iterator[str]:
    """Yields the full name of each service after checking that its generated names exist."""
    if module.__name__.endswith("_pb2"):
        grpc_module = sys.modules[module.__name__ + "_grpc"]
        for name, descriptor in module.DESCRIPTOR.services_by_name.items():
            # A class of that name may collide with something that the module needs.
            assert callable(getattr(grpc_module, name, None)) or callable(getattr(grpc_module, name + "_")), name
            for attribute in (f"{name}Stub", f"{name}Servicer", f"add_{name}Servicer_to_server"):
                assert callable(getattr(grpc_module, attribute)), attribute
            yield descriptor.full_name


if __name__ == "__main__":
    main(*sys.argv[1:])
