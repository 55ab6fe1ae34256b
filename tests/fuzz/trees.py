"""The strategy for trees of protos: paths, packages, imports and each file's definitions."""

import posixpath

from hypothesis import strategies as st

from codegen.python.names import modules_of
from tests.fuzz.comments import comments
from tests.fuzz.definitions import enum, extensions, message, service
from tests.fuzz.model import OPTIONS, SYNTAXES, WELL_KNOWN, Context, File
from tests.fuzz.names import Scope, folders, package_parts, stems
from tests.fuzz.proto_text import Statement, Tree, render

_MOST_FILES = 4


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Returns a tree that protoc nearly always accepts."""
    paths = draw(_paths())
    context = Context(draw, comments(paths))
    scopes = draw(_scopes())
    files: list[File] = []
    protos = {}
    for path in paths:
        file = File(path, draw(st.sampled_from(SYNTAXES)), draw(st.sampled_from(scopes)))
        protos[path] = _file(context, file, files)
        files.append(file)
    return Tree(
        protos,
        package=draw(st.sampled_from(["p_{:04x}", "x9.y2.p_{:04x}"])).format(draw(st.integers(0, 0xFFFF))),
        descriptor_prefix=draw(st.sampled_from(["", "", "jts/", "a-b/in/"])),
        type_stubs=draw(st.sampled_from(["mypy-protobuf", "mypy-protobuf", "protoc"])),
        abstract_servicers=draw(st.booleans()),
        lazy_exports=draw(st.booleans()),
        json_names=context.json_names,
    )


@st.composite
def _paths(draw: st.DrawFn) -> list[str]:
    """Returns import paths in few folders that map to distinct modules, none of which shadows another."""
    places = draw(st.lists(folders, min_size=1, max_size=3))
    wanted = draw(st.lists(st.tuples(st.sampled_from(places), stems), min_size=1, max_size=_MOST_FILES))
    paths: dict[tuple[str, ...], str] = {}
    for folder, stem in wanted:
        path = posixpath.join(folder, stem + ".proto")
        paths.setdefault(modules_of(path), path)
    # The rules reject a folder that would shadow a module.
    names = {module for modules in paths for module in modules}
    return [path for modules, path in paths.items() if names.isdisjoint(_parents(modules[0]))]


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


@st.composite
def _scopes(draw: st.DrawFn) -> list[Scope]:
    """Returns the scopes of one to three packages. No definition in one has the name of a package below it."""
    names = draw(st.lists(st.lists(package_parts, max_size=3).map(".".join), min_size=1, max_size=3, unique=True))
    scopes = {name: Scope(name) for name in names}
    for name in [*names, "google.protobuf"]:
        parts = name.split(".")
        for place, part in enumerate(parts):
            if parent := scopes.get(".".join(parts[:place])):
                parent.reserve(part)
    return list(scopes.values())


def _file(context: Context, file: File, earlier: list[File]) -> str:
    """Fills a file and returns its text."""
    draw = context.draw
    statements = [_syntax(file)] if file.syntax != "proto2" or draw(st.booleans()) else []
    if file.scope.full_name:
        statements.append(Statement(f"package {file.scope.full_name}", comment=context.comment()))
    if file.syntax == "2024":
        statements.append(Statement("option features.enforce_naming_style = STYLE_LEGACY"))
        statements.append(Statement("option features.default_symbol_visibility = EXPORT_ALL"))
    if context.some():
        statements.append(Statement("option deprecated = true"))
    statements += _imports(context, file, earlier)
    for make in draw(st.lists(st.sampled_from([message, message, enum]), max_size=3)):
        statements.append(make(context, file, file.scope))
    if context.some():
        statements += extensions(context, file, file.scope)
    for _ in range(draw(st.integers(0, 2))):
        statements += service(context, file)
    return render(statements)


def _syntax(file: File) -> Statement:
    return Statement(f'edition = "{file.syntax}"' if file.is_edition else f'syntax = "{file.syntax}"')


def _imports(context: Context, file: File, earlier: list[File]) -> list[Statement]:
    draw = context.draw
    siblings = draw(st.lists(st.sampled_from(earlier), max_size=3, unique_by=id)) if earlier else []
    well_known = draw(st.lists(st.sampled_from([*WELL_KNOWN, OPTIONS]), max_size=2, unique_by=id))
    statements = []
    for imported in (*siblings, *well_known):
        modifier = draw(st.sampled_from(["", "", "public ", *(["option "] if file.syntax == "2024" else [])]))
        statements.append(Statement(f"import {modifier}{draw(_spellings(imported.path))}", comment=context.comment()))
        if modifier != "option ":
            file.imports.append(imported)
        if modifier == "public ":
            file.handed_on.append(imported)
    # Edition 2024 requires option imports after the others.
    return sorted(statements, key=lambda statement: statement.text.startswith("import option"))


def _spellings(path: str) -> st.SearchStrategy[str]:
    """Returns the ways to write an import's string literal."""
    half = len(path) // 2
    return st.sampled_from(
        [
            f'"{path}"',
            f'"{path}"',
            f"'{path}'",
            f'/* "{{ */ "{path}"',
            f"\"{path[:half]}\" '{path[half:]}'",
            f'"{path[:half]}" // \'\n  "{path[half:]}"',
            f'"\\x{ord(path[0]):02x}" "\\{ord(path[1]):03o}{path[2:]}"',
        ]
    )
