"""Test cases for the pure functions behind the rules."""

load("//bazel/private:label_text.bzl", "apparent_name", "label_text", "repository_text")
load("//bazel/private:proto_libraries.bzl", "library_deps", "undeclared")
load("//bazel/private:python_program.bzl", "exec_import_root")
load("//bazel/private/engine:proto_paths.bzl", "import_path", "matches", "source_prefix")
load("//bazel/private/python:py_grpc_wheel.bzl", "relative_path", "wheel_name")
load("//bazel/private/python:py_names.bzl", "package_folders", "stub_paths", "unimportable_part")
load("//bazel/private/repositories:module_tags.bzl", "choose_toolchain", "collect_repositories")
load("//bazel/private/repositories:pip_repository.bzl", "distribution_name", "explain_failure", "record_files")
load("//bazel/private/repositories:proto_build_files.bzl", "proto_build_files")
load("//bazel/private/repositories:protobuf_repository.bzl", "imports_of", "proto_library_name", "proto_library_rule")
load("//bazel/private/typescript:ts_grpc_language.bzl", "ts_outputs")
load("//bazel/toolchains:py_grpc_toolchain.bzl", "outdated")

LABEL_TEXT = {
    "of Bazel 4": (label_text("//p:t"), "//p:t"),
    "of Bazel 6": (label_text("@//p:t"), "//p:t"),
    "of Bazel 7": (label_text("@@//p:t"), "//p:t"),
    "in another repository": (label_text("@x//p:t"), "@x//p:t"),
    "in another repository, canonical": (label_text("@@x//:t"), "@x//:t"),
    "in a module": (label_text("@@rules~//p:t"), "@rules//p:t"),
    "in what an extension makes": (label_text("@@rules~~py_grpc~wheels//:six"), "@wheels//:six"),
    "a name in a WORKSPACE": (apparent_name("py_grpc_wheels"), "py_grpc_wheels"),
    "a module of one version": (apparent_name("rules~"), "rules"),
    "a module of several versions": (apparent_name("rules~1.0"), "rules"),
    "by an extension of the main module": (apparent_name("_main~py_grpc~wheels"), "wheels"),
    "by an extension of a module of several versions": (apparent_name("rules~1.0~py_grpc~wheels"), "wheels"),
    "by an extension, with plus signs": (apparent_name("rules++py_grpc+wheels"), "wheels"),
    "a Label": (label_text(Label("//:BUILD.bazel")), "//:BUILD.bazel"),
    "the main repository of Bazel 4": (repository_text("//p:t"), "@"),
    "the main repository of Bazel 6": (repository_text("@//p:t"), "@"),
    "the main repository of Bazel 7": (repository_text("@@//p:t"), "@@"),
    "another repository": (repository_text("@x//p:t"), "@x"),
}

def _module(name, toolchain = [], ts_toolchain = [], npm = [], pip = [], protos = [], is_root = False):
    return struct(
        name = name,
        is_root = is_root,
        tags = struct(
            toolchain = toolchain,
            ts_toolchain = ts_toolchain,
            npm_repository = [struct(name = repository) for repository in npm],
            pip_repository = [struct(name = repository) for repository in pip],
            proto_repository = [struct(name = repository) for repository in protos],
        ),
    )

def _names(*modules):
    """Returns the repositories that modules request, each as "KIND NAME", or the problem."""
    found, problem = collect_repositories(
        modules,
        ["npm_repository", "pip_repository", "proto_repository"],
        reserved = ["own"],
    )
    return problem or ["{} {}".format(kind[:-len("_repository")], tag.name) for kind, tag in found]

MODULE_TAGS = {
    "nobody has a toolchain": (
        choose_toolchain([_module("a", is_root = True), _module("b")], "toolchain"),
        (None, None),
    ),
    "the root's toolchain counts": (
        choose_toolchain([_module("a", ["a's"], is_root = True), _module("b", ["b's"])], "toolchain"),
        ("a's", None),
    ),
    "another module's does not": (
        choose_toolchain([_module("a", is_root = True), _module("b", ["b's"])], "toolchain"),
        (None, None),
    ),
    "two toolchains": (
        choose_toolchain([_module("a", ["a's"], ts_toolchain = [1, 2], is_root = True)], "ts_toolchain"),
        (None, "MODULE.bazel has 2 tags \"ts_toolchain\": keep one"),
    ),
    "every module's repositories": (
        _names(_module("a", npm = ["w"], pip = ["x"], protos = ["y"], is_root = True), _module("b", protos = ["z"])),
        ["npm w", "pip x", "proto y", "proto z"],
    ),
    "one name of two modules": (
        _names(_module("a", npm = ["x"], is_root = True), _module("b", protos = ["x"])),
        "modules a and b both have a repository \"x\": rename one",
    ),
    "one name twice, of a root without a name": (
        _names(_module("", pip = ["x", "x"], is_root = True)),
        "module (root) has two repositories \"x\": rename one",
    ),
    "a name of the extension's own": (
        _names(_module("a", protos = ["own"])),
        "module a: the extension has a repository \"own\" of its own: rename yours",
    ),
}

def _outdated(*versions):
    return outdated(["x/demo_pkg-{}.dist-info/METADATA".format(version) for version in versions], {"demo-pkg": "1.72.1"})

TOOLCHAIN_VERSIONS = {
    "the oldest and newer": (_outdated("1.72.1", "1.72.1.post1", "1.72.2", "1.100", "2"), []),
    "older": (_outdated("1.72.0", "1.72", "1.9.9", "0.72.1"), ["demo-pkg 1.72.0", "demo-pkg 1.72", "demo-pkg 1.9.9", "demo-pkg 0.72.1"]),
    "a release candidate of it": (_outdated("1.72.1rc1"), ["demo-pkg 1.72.1rc1"]),
    "another distribution": (outdated(["x/other-1.0.dist-info/METADATA"], {"demo-pkg": "1.72.1"}), []),
}

PROTO_LIBRARIES = {
    "deps": (
        library_deps(["a/b.proto", "google/protobuf/any.proto", "google/api/http.proto"], ["a/b.proto"], "@protobuf", "@pip"),
        [":a.b_proto", "@protobuf//:any_proto", "@pip//:google/api/http_proto"],
    ),
    "the same protos": (undeclared(["a.proto", "b/c.proto"], ["b/c.proto", "a.proto"]), None),
    "a new one": (undeclared(["a.proto"], ["a.proto", "b/c.proto"]), "b/c.proto is in no proto_library"),
    "a removed one": (undeclared(["a.proto", "b/c.proto"], ["a.proto"]), "there is no b/c.proto in this package"),
    "hidden ones": (undeclared(["a.proto"], ["a.proto", ".b.proto", ".c/d.proto", "e/.f/g.proto"]), None),
    "copies of well-known ones": (undeclared(["a.proto"], ["a.proto", "google/protobuf/any.proto"]), None),
}

PROTO_PATHS = {
    "a source file": (import_path("p/a.proto", "", "."), "p/a.proto"),
    "a source file, root spelled empty": (import_path("p/a.proto", "", ""), "p/a.proto"),
    "a source file of another repository": (import_path("external/x/p/a.proto", "", "external/x"), "p/a.proto"),
    "a link below _virtual_imports": (
        import_path("bazel-out/k8/bin/p/_virtual_imports/t/a.proto", "bazel-out/k8/bin", "bazel-out/k8/bin/p/_virtual_imports/t"),
        "a.proto",
    ),
    "a generated file": (import_path("bazel-out/k8/bin/p/a.proto", "bazel-out/k8/bin", "."), "p/a.proto"),
    "a generated file of another repository": (
        import_path("bazel-out/k8/bin/external/x/a.proto", "bazel-out/k8/bin", "external/x"),
        "a.proto",
    ),
    "stubs": (
        stub_paths("a/b/x.proto"),
        ["a/b/x_pb2.py", "a/b/x_pb2.pyi", "a/b/x_pb2_grpc.py", "a/b/x_pb2_grpc.pyi"],
    ),
    "a dash becomes an underscore": (stub_paths("a-b/x-y.proto")[0], "a_b/x_y_pb2.py"),
    "a dot becomes a folder": (stub_paths("a.b/x.y.proto")[0], "a/b/x/y_pb2.py"),
    "a folder named after a keyword": (stub_paths("in/None/x.proto")[1], "in_/None_/x_pb2.pyi"),
    "a folder that a dot makes": (stub_paths("a.in/class.proto")[3], "a/in_/class_pb2_grpc.pyi"),
    "a folder named after a soft keyword": (stub_paths("match/x.proto")[0], "match/x_pb2.py"),
    "a prefix matches": (matches("google/protobuf/any.proto", ["google/protobuf/"]), True),
    "a longer name does not": (matches("google/protobuf2/any.proto", ["google/protobuf/"]), False),
    "a file matches": (matches("a/b.proto", ["x/", "a/b.proto"]), True),
    "the beginning of a file's name does not": (matches("a/b.proto.proto", ["a/b.proto"]), False),
    "no pattern, no match": (matches("google/protobuf/any.proto", []), False),
    "all can be imported": (unimportable_part("a/_b-c1/cafÃ©.proto"), None),
    "a keyword can": (unimportable_part("in/x.proto"), None),
    "a space cannot": (unimportable_part("a/b c.proto"), "b c"),
    "a digit at the start cannot": (unimportable_part("3rd/x.proto"), "3rd"),
    "a digit at the start of a file cannot": (unimportable_part("a/2.proto"), "2"),
    "a plus cannot": (unimportable_part("a/b+c.proto"), "b+c"),
    "two dots in a row cannot": (unimportable_part("a/b..c.proto"), ""),
    "the root always is a package": (package_folders(["x_pb2.py"]), [""]),
    "TypeScript": (ts_outputs("a.b/x-y.proto"), ["a.b/x-y_pb.ts"]),
    "every folder is a package": (package_folders(["a/b/x_pb2.py", "a/c/y_pb2.py"]), ["", "a/", "a/b/", "a/c/"]),
}

SOURCE_PREFIX = {
    "strip_import_prefix": (
        source_prefix("out/p/_virtual_imports/t/a.proto", "p/a.proto"),
        struct(staged = "out/p/_virtual_imports/t", source = "p"),
    ),
    "import_prefix": (
        source_prefix("out/p/_virtual_imports/t/top/b/a.proto", "p/b/a.proto"),
        struct(staged = "out/p/_virtual_imports/t/top", source = "p"),
    ),
    "everything in common": (source_prefix("out/p/a.proto", "p/a.proto"), struct(staged = "out", source = "")),
}

PYTHON_PROGRAM = {
    "another repository's root": (exec_import_root("wheels/site-packages", "ws"), "external/wheels/site-packages"),
    "a folder of this workspace": (exec_import_root("ws/src", "ws"), "src"),
    "the root of this workspace": (exec_import_root("ws", "ws"), "."),
}

WHEEL_RECORD = {
    "a name": (distribution_name("grpcio-tools"), "grpcio_tools"),
    "a name to normalise": (distribution_name("Zope.Interface__X"), "zope_interface_x"),
    "files": (
        record_files("b/x.py,sha256=1,2\na.so,sha256=3,4\n"),
        ["a.so", "b/x.py"],
    ),
    "what is left out": (
        record_files("../../bin/tool,sha256=1,2\n/abs.py,,\na/__pycache__/x.cpython-311.pyc,,\na/manifest (dev).xml,sha256=1,2\n" +
                     "a-1.dist-info/RECORD,,\na-1.dist-info/INSTALLER,sha256=1,2\n\"a,b.py\",sha256=1,2\na/ok.py,sha256=1,2\n"),
        ["a/ok.py"],
    ),
    "an empty record": (record_files(""), []),
}

WELL_KNOWN_PROTOS = {
    "a name": (proto_library_name("google/protobuf/timestamp.proto"), "timestamp_proto"),
    "a name with underscores": (proto_library_name("google/protobuf/field_mask.proto"), "field_mask_proto"),
    "a name in a folder": (proto_library_name("google/protobuf/compiler/plugin.proto"), "compiler_plugin_proto"),
    "imports": (
        imports_of("// import \"no.proto\";\nimport \"a.proto\";\n  import public \"b.proto\";\nmessage Import {}\n"),
        ["a.proto", "b.proto"],
    ),
    "a rule": (
        proto_library_rule("google/protobuf/type.proto", "import \"google/protobuf/any.proto\";\n"),
        "\nproto_library(\n    name = \"type_proto\",\n    srcs = [\"google/protobuf/type.proto\"],\n    deps = [\":any_proto\"],\n)\n",
    ),
}

_LANGUAGES = [
    {"attributes": {"lazy": True}, "name": "b", "rule": "b_library", "target": "b_stubs"},
    {"attributes": {}, "name": "a", "rule": "a_library", "target": "a_stubs"},
]

def _build_files(libraries):
    return proto_build_files(
        [dict({"aliases": [], "provided": []}, **library) for library in libraries],
        _LANGUAGES,
        repository = "@me",
        rules = "@rules",
        protobuf = "@protobuf",
        provided = {"google/api/http.proto": "@wheels"},
    )

_ROOT = """\
load("@rules//bazel:defs.bzl", "a_library", "b_library")

package(default_visibility = ["//visibility:public"])

proto_library(
    name = "root_proto",
    srcs = ["r.proto"],
    deps = ["//a/b:b_proto", "@protobuf//:any_proto"],
)

proto_library(
    name = "protos",
    deps = ["//:root_proto", "//a/b:b_proto"],
)

b_library(
    name = "b_stubs",
    lazy = True,
    deps = [":protos"],
)

a_library(
    name = "a_stubs",
    deps = [":protos"],
)
"""
_NESTED = "package(default_visibility = [\"//visibility:public\"])\n\nproto_library(\n    name = \"b_proto\",\n    srcs = [\"x.proto\"],\n    deps = [],\n)\n"

_CYCLE = """\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "a_proto_srcs",
    srcs = ["x.proto", "@me//external/c:y.proto", "@me//external/c:z.proto"],
)

proto_library(
    name = "a_proto",
    srcs = [":a_proto_srcs"],
    deps = ["//:root_proto"],
)
"""
_IN_CYCLE = """\
package(default_visibility = ["//visibility:public"])

exports_files(["y.proto", "z.proto"])

alias(
    name = "c_proto",
    actual = "//a:a_proto",
)
"""

def _cycle():
    files = _build_files([
        {"deps": [], "folder": "", "name": "root_proto", "srcs": ["r.proto"]},
        {
            "aliases": [["external/c", "c_proto"]],
            "deps": [["", "root_proto"]],
            "folder": "a",
            "name": "a_proto",
            "srcs": ["a/x.proto", "external/c/y.proto", "external/c/z.proto"],
        },
    ])
    return [files["a/BUILD.bazel"], files["external/c/BUILD.bazel"], files["BUILD.bazel"].count("//:root_proto\", \"//a:a_proto\"]")]

PROTO_BUILD_FILES = {
    "a cycle of folders": (_cycle(), [_CYCLE, _IN_CYCLE, 1]),
    "a root and a folder": (
        _build_files([
            {"deps": [["a/b", "b_proto"]], "folder": "", "name": "root_proto", "provided": ["google/protobuf/any.proto"], "srcs": ["r.proto"]},
            {"deps": [], "folder": "a/b", "name": "b_proto", "srcs": ["a/b/x.proto"]},
        ]),
        {"BUILD.bazel": _ROOT, "a/b/BUILD.bazel": _NESTED},
    ),
    "a folder that Bazel 4 takes for something else": (
        _build_files([
            {"deps": [], "folder": "external/x", "name": "x_proto", "srcs": ["external/x/a.proto"]},
            {"deps": [["external/x", "x_proto"]], "folder": "y", "name": "y_proto", "srcs": ["y/b.proto"]},
        ])["y/BUILD.bazel"].split("deps = ")[1],
        "[\"@me//external/x:x_proto\"],\n)\n",
    ),
    "what wheels provide": (
        _build_files([
            {"deps": [], "folder": "a", "name": "a_proto", "provided": ["google/api/http.proto", "google/protobuf/compiler/plugin.proto"], "srcs": ["a/x.proto"]},
        ])["a/BUILD.bazel"].split("deps = ")[1],
        "[\"@wheels//:google/api/http_proto\", \"@protobuf//:compiler_plugin_proto\"],\n)\n",
    ),
    "two libraries of one folder are in one file": (
        _build_files([
            {"deps": [], "folder": "a", "name": "a_proto.x", "srcs": ["a/x.proto"]},
            {"deps": [], "folder": "a", "name": "a_proto.y", "srcs": ["a/y.proto"]},
        ])["a/BUILD.bazel"].count("proto_library("),
        2,
    ),
}

def _explain(*lines):
    python = struct(path = "/usr/bin/python3", version = "3.11")
    return explain_failure("//:lock.txt", python, "\n".join(lines)).split("\n")

def _cause(*lines):
    """Returns the problem, without the fix and pip's output."""
    return _explain(*lines)[0].partition("cannot install //:lock.txt: ")[2].partition(". To fix it: ")[0]

PIP_MESSAGES = {
    "who, what, why, how to fix it, and what pip says": (
        _explain("Traceback", "ERROR: [Errno 28] No space left on device"),
        [
            "/usr/bin/python3 (Python 3.11) cannot install //:lock.txt: the disk is full. To fix it: free some space in Bazel's output base (bazel info output_base).",
            "ERROR: [Errno 28] No space left on device",
        ],
    ),
    "no lock": (_cause("ERROR: Could not open requirements file: [Errno 2]"), "there is no such file"),
    "no pip": (_cause("Traceback", "ModuleNotFoundError: No module named 'pip'"), "it has no pip"),
    "a wrong hash": (
        _cause("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."),
        "a file is not the one that was locked, and was not used",
    ),
    "a wrong hash, and whose": (
        _explain("ERROR: DO NOT MATCH THE HASHES", "    six==1.17.0 from x.whl (from -r lock.txt (line 3)):", "        Expected sha256 00")[1:],
        ["ERROR: DO NOT MATCH THE HASHES", "    six==1.17.0 from x.whl (from -r lock.txt (line 3)):"],
    ),
    "a missing hash": (
        _cause("ERROR: Hashes are required in --require-hashes mode, but they are missing"),
        "the lock does not name a version and a hash for every file",
    ),
    "a missing hash, and whose": (
        _explain("ERROR: Hashes are required", "    six==1.17.0 --hash=sha256:00", "  other")[1:],
        ["ERROR: Hashes are required", "    six==1.17.0 --hash=sha256:00"],
    ),
    # Without a network, pip also reports that nothing matches; the cause must come first.
    "no network": (
        _cause("Failed to establish a new connection: Temporary failure in name resolution", "ERROR: No matching distribution found"),
        "the package index cannot be reached",
    ),
    # pip 25 and newer keep trying, and report at the end that there is no index left.
    "a download that ends early": (
        _cause("WARNING: NewConnectionError: Connection refused", "error: incomplete-download"),
        "the download of a package was cut off",
    ),
    "a connection that is reset": (
        _cause("ProtocolError: (\"Connection broken: ConnectionResetError(104)\")"),
        "the download of a package was cut off",
    ),
    "no wheel": (
        _cause("ERROR: No matching distribution found for grpcio-tools==1.85.1"),
        "the index has no wheel of a locked version for this Python and platform",
    ),
    "an untrusted certificate": (
        _cause("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))"),
        "the package index's certificate is not trusted",
    ),
    "anything else": ([_cause("boom")] + _explain("boom")[1:], ["pip failed", "boom"]),
}

WHEEL_NAME = {
    "a name is normalised": (wheel_name("Jts.Grpc--stubs", "0.1.0"), "jts_grpc_stubs-0.1.0-py3-none-any.whl"),
    "a path in a folder": (relative_path("python/a/b.py", "python"), "a/b.py"),
    "a path in another repository's folder": (relative_path("../x_protos/protos/a.py", "../x_protos/protos"), "a.py"),
    "a path beside a folder": (relative_path("pythons/a.py", "python"), None),
    "a path at the top": (relative_path("a.py", ""), "a.py"),
    "a path of another repository": (relative_path("../x/a.py", ""), None),
}
