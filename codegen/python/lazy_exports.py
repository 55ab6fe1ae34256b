"""Re-exports names from the folders of a package and loads their modules on first use. Pure functions.

At run time a module-level `__getattr__` (https://peps.python.org/pep-0562/) does it: importing the package alone loads
neither protobuf nor grpc. Type checkers and editors read ordinary imports, which never run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from codegen.python.descriptors import own_names
from codegen.python.legal_names import use_legal_names
from codegen.python.name_fixes import async_stub_names
from codegen.python.names import modules_of

# Type checkers treat a variable named TYPE_CHECKING as true. Importing the one in typing would load typing.
_SOURCE = '''\
"""What the modules of this package define, each loaded when it is first asked for."""

__all__ = [
{names}
]

TYPE_CHECKING = False
if TYPE_CHECKING:
{imports}
else:
    _MODULES = {{
{modules}
    }}

    def __getattr__(name):
        # Not by their short names: a message or a value of an enum may be called like any of them.
        import builtins
        import importlib

        if name in _MODULES.values():
            return importlib.import_module(f"{{__name__}}.{{name}}")
        if name not in _MODULES:
            raise builtins.AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        value = builtins.getattr(importlib.import_module(f"{{__name__}}.{{_MODULES[name]}}"), name)
        builtins.globals()[name] = value
        return value

    def __dir__():
        import builtins

        return builtins.sorted({{*builtins.globals(), *_MODULES}})
'''

# The one name in the text above that may collide with a proto's.
_OWN_NAME = "TYPE_CHECKING"

# How many left-out names a warning lists.
_NAMED = 3


def exports_of(descriptors: FileDescriptorSet, files: Sequence[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Returns what each folder of a package re-exports: the names that its protos define.

    Args:
      descriptors: all files, in topological order.
      files: the import paths of the package's protos.

    Returns:
      By folder ("" or one that ends in a slash), from name to the module that defines it; and a warning for each
      folder that leaves out ambiguous names.
    """
    legal = {file.name: file for file in use_legal_names(descriptors, frozenset(files)).descriptors.file}
    originals = {file.name: file for file in descriptors.file}
    owners: dict[str, dict[str, set[str]]] = {}
    for path in files:
        for module_path, name in _names(legal[path], originals[path]):
            folder, _, module = module_path.replace(".", "/").rpartition("/")
            owners.setdefault(folder + "/" if folder else "", {}).setdefault(name, set()).add(module)
    taken = {*_modules_and_folders(files), *(folder + _OWN_NAME for folder in owners)}
    exports: dict[str, dict[str, str]] = {}
    reasons = []
    for folder, names in sorted(owners.items()):
        clear = {
            name: next(iter(where)) for name, where in names.items() if len(where) == 1 and folder + name not in taken
        }
        exports[folder] = dict(sorted(clear.items(), key=lambda item: (item[1], item[0])))
        if unclear := sorted(names.keys() - clear.keys()):
            reasons.append(_reason(folder, unclear))
    return exports, reasons


def init_source(header: str, exports: Mapping[str, str]) -> str:
    """Returns the `__init__.py` of a folder that re-exports names.

    Args:
      header: the first line, with its newline.
      exports: from name to the module that defines it; one value of exports_of.
    """
    if not exports:
        return header
    return header + _SOURCE.format(
        names="\n".join(f'    "{name}",' for name in exports),
        imports="\n".join(f"    from .{module} import {name}" for name, module in exports.items()),
        modules="\n".join(f'        "{name}": "{module}",' for name, module in exports.items()),
    )


def _names(legal: FileDescriptorProto, original: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yields what the modules of a proto define, as pairs of module and name."""
    messages, services = modules_of(legal.name)
    for name in own_names(legal):
        yield messages, name
    # The classes of a service keep its name even if that is a keyword.
    for service, async_name in async_stub_names([service.name for service in original.service]).items():
        if not service.startswith("_"):
            for name in (f"{service}Stub", async_name, f"{service}Servicer", f"add_{service}Servicer_to_server"):
                yield services, name


def _modules_and_folders(files: Iterable[str]) -> Iterator[str]:
    """Yields the path of every module and folder of a package: "a", "a/x_pb2" and "a/x_pb2_grpc" for "a/x.proto"."""
    for module in (module for path in files for module in modules_of(path)):
        parts = module.split(".")
        yield from ("/".join(parts[:end]) for end in range(1, len(parts) + 1))


def _reason(folder: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    where = f" in {folder}" if folder else ""
    return f"lazy_exports leaves out ambiguous names{where}: {', '.join(names[:_NAMED])}{more}"
