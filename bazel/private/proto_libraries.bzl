"""proto_libraries: declares the targets of a folder of protos from what the protos import."""

load("//bazel/private:label_text.bzl", "label_text")
load("//bazel/private/repositories:protobuf_repository.bzl", "proto_library_name")
load("//bazel/private/repositories:provided_protos.bzl", "provided_library_name")

_DECLARE = Label("//proto_tree:declare")

def library_name(path):
    """Returns the name of a proto's library: "a/b.proto" gives "a.b_proto". Bazel 7 takes no slash in such a name."""
    return path[:-len(".proto")].replace("/", ".") + "_proto"

def library_deps(imports, own, protobuf, wheels):
    """Returns the deps of a proto_library.

    Args:
      imports: list of strings, what its proto imports.
      own: list of strings, the protos of the package.
      protobuf: string, the repository with the well-known types.
      wheels: string, the repository of the installed packages that provide all others.

    Returns:
      List of strings, labels.
    """
    return [_library_label(path, own, protobuf, wheels) for path in imports]

def _library_label(path, own, protobuf, wheels):
    if path in own:
        return ":" + library_name(path)
    if path.startswith("google/protobuf/"):
        return "{}//:{}".format(protobuf, proto_library_name(path))
    return "{}//:{}".format(wheels, provided_library_name(path))

def undeclared(declared, files):
    """Compares the protos of a package with the declared ones.

    Args:
      declared: list of strings, paths below the package.
      files: list of strings, the paths of the package's own protos. Hidden files and copies of google/protobuf/*.proto
        do not count, as in proto_tree.

    Returns:
      String: the first difference. None if there is none.
    """
    for path in files:
        skipped = path.startswith((".", "google/protobuf/")) or "/." in path or "node_modules" in path.split("/")
        if path not in declared and not skipped:
            return "{} is in no proto_library".format(path)
    for path in declared:
        if path not in files:
            return "there is no {} in this package".format(path)
    return None

def proto_libraries(imports, protobuf = "@com_google_protobuf", wheels = "@py_grpc_wheels", update = None, **kwargs):
    """Declares a `proto_library` for every proto of this package: `a/b.proto` is `:a.b_proto`.

    Fails, and says what to type, if a proto has been added or removed since `imports` was written.

    Args:
      imports: dict from the path of each proto to the list of what it imports. All paths are relative to this package.
        `IMPORTS` of the file imports.bzl that `bazel run @jts_grpc//proto_tree:declare -- FOLDER` writes.
      protobuf: string, the repository with the well-known types.
      wheels: string, the `pip_repository` that provides what is imported from no proto of the package.
      update: string, the command that writes that file, instead of the one above.
      **kwargs: attributes of every `proto_library`, `visibility` for example.

    Returns:
      List of strings: the labels of all of them, for the `deps` of `py_grpc_library`.
    """
    package = native.package_name()
    difference = undeclared(imports.keys(), native.glob(["**/*.proto"], allow_empty = True))
    if difference:
        update = update or "bazel run {} -- {}".format(label_text(_DECLARE), package or ".")
        fail("//{}: {}. Type: {}".format(package, difference, update))
    for path in imports:
        native.proto_library(
            name = library_name(path),
            srcs = [path],
            deps = library_deps(imports[path], imports, protobuf, wheels),
            strip_import_prefix = "/" + package,
            **kwargs
        )
    return [":" + library_name(path) for path in imports]
