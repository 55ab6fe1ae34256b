"""The expected contents of each case's package."""

from typing import NamedTuple


class Expected(NamedTuple):
    """The files without their four suffixes, and the number of messages (including nested ones) and services."""

    stems: str
    messages: int
    services: int = 0


CASES = {
    "builtin_names": Expected("messages service", 37, 2),
    "capitalised_names": Expected("Capitalised/Proto_File capitalised", 2, 1),
    "comments": Expected("comments", 6, 1),
    "custom_options": Expected("options user", 2, 1),
    "dashes_and_dots": Expected("a/b dash_ed dash_folder/x_y/z_1 dot/com/c under_score__x", 5, 1),
    "deprecated": Expected("deprecated file user", 6, 4),
    "editions": Expected("delimited edition_2023 edition_2024 keywords_2024", 8, 2),
    "field_names": Expected("fields object_members", 8),
    "generated_proto": Expected("fields service", 1, 1),
    "installed_protos": Expected("shop", 1, 1),
    "keyword_enums": Expected("enums", 1),
    "keyword_extensions": Expected("extensions user", 3),
    "keyword_fields": Expected("fields", 3),
    "keyword_files": Expected("None _ class match", 4, 1),
    "keyword_folders": Expected(
        "None_/x as_/x deep/class_/lambda_/x deep/class_/x deep/class_/y in_/dotted in_/x match/x type/case/x", 9, 2
    ),
    "keyword_messages": Expected("messages service type_words type_words_user", 43, 2),
    "keyword_rpcs": Expected("rpcs", 2, 3),
    "keyword_services": Expected("services", 2, 4),
    "library_names": Expected(
        "abc asyncio builtins collections collections/abc google google/x grpc grpc/x typing typing/x", 11, 10
    ),
    "many_services": Expected("many", 2, 12),
    "names_in_use": Expected("messages service", 6, 6),
    "nested_packages": Expected("a/b/c/d/deep a/b/middle a/b/neighbour all top x/y/across", 7, 1),
    "oneofs_and_maps": Expected("oneofs_and_maps", 3),
    "optional_fields": Expected("optional", 1),
    "other_languages": Expected("features user", 2, 1),
    "prefixes": Expected(
        "added/deeper/both added/tests/cases/prefixes/prefixed stripped tests/cases/prefixes/neither", 4, 1
    ),
    "proto2": Expected("base extender", 6, 1),
    "public_imports": Expected("a c folder/b newest only_public older two user user_of_two", 9, 3),
    "recursive_messages": Expected("recursive", 4, 1),
    "rpc_types": Expected("rpc_types", 2, 5),
    "same_names": Expected("both left/common right/common thing thing/part", 7, 1),
    "shared_type_names": Expected("own own_and_well_known well_known", 4, 2),
    "sparse_files": Expected("empty no_package only_enums only_message only_service public_empty", 3, 3),
    "type_stub_fallback": Expected("odd user", 6, 1),
    "transitive": Expected("requests service types", 2, 1),
    "well_known_types": Expected("well_known", 1, 1),
    "wide_types": Expected("containers presence wide", 5),
}
ENDINGS = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")


def files(case: str) -> set[str]:
    """Returns the exact files of a case's package: four per proto, a marker in every folder, two at the top."""
    stems = CASES[case].stems.split()
    folders = {"/".join(stem.split("/")[:end]) + "/" for stem in stems for end in range(1, stem.count("/") + 1)}
    markers = {folder + "__init__.py" for folder in folders}
    return {
        "__init__.py",
        "py.typed",
        "requirements.txt",
        *markers,
        *(stem + ending for stem in stems for ending in ENDINGS),
    }
