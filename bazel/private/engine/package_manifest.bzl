"""What the copy-out knows of a package: which files it has and how to tell a leftover from a hand-written file."""

def package_manifest(language, paths):
    """Returns the text of a package's manifest.

    Args:
      language: struct, from grpc_language (language.bzl).
      paths: list of strings, the files of the package.

    Returns:
      String, JSON: `files` are those paths, sorted; `marker` is how a generated file begins; `patterns` are the file
      names that generated files have and hand-written ones do not; `root` is a file at the top of every package.
    """
    return json.encode(struct(
        files = sorted(paths),
        marker = language.marker,
        patterns = language.patterns,
        root = language.root,
    )) + "\n"
