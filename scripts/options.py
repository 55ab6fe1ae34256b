"""The options of the script."""

import argparse
import ast
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

# The exit status if the script cannot do what it is told.
CANNOT = 2

WORKSPACE = Path(__file__).resolve().parents[1]

# The package of the contract, by default.
PROTOS = "protos"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Prints a one-line error and exits."""
        print(f"generate_grpc_stubs.sh: {message}. Type '{self.prog} --help'.", file=sys.stderr)
        sys.exit(CANNOT)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Parses the options. Help and usage errors end the run.

    Returns:
      `check` and `staged` (bool), `proto_root` and `import_root` (lists of absolute Paths), `exclude` and
      `provided_by` (lists of strings) and `packages`: a list of pairs of a package's label and the absolute folder to
      copy it to.
    """
    languages = read_languages()
    names = [language["name"] for language in languages]
    parser = _Parser(
        prog="scripts/generate_grpc_stubs.sh",
        allow_abbrev=False,
        description="Builds the stubs of //protos with Bazel and updates their folders. Works from any "
        "directory, and installs Bazel and pip from the distribution when they are missing.",
        epilog="Exit status: 0 done, or fresh; 1 --check found a difference; 2 a usage error, or it cannot run; "
        "3 the build failed. Unless it is 0, no package has changed.",
    )
    folders = "; ".join(f"{language['name']}: {language['folder']}" for language in languages)
    parser.add_argument(
        "--language",
        choices=[*names, "all"],
        default=names[0],
        help=f"the language to generate ({folders}); default: {names[0]}",
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; list every file that differs, is missing or is stale"
    )
    parser.add_argument(
        "--staged", action="store_true", help="with --check: check what git's index holds, for a pre-commit hook"
    )
    _add_proto_tree_options(parser)
    parser.add_argument("--out", type=_folder, metavar="DIR", help="write to DIR instead")
    parser.add_argument("--yes", action="store_true", help="install what is missing without asking")
    options = parser.parse_args(words)
    chosen = [language for language in languages if options.language in (language["name"], "all")]
    if options.out and len(chosen) > 1:
        parser.error("--out takes one language: run it once for each, with --language " + " or ".join(names))
    _check_combinations(parser, options)
    # By default the contract is this repository's own protos.
    protos = "@proto_root//" if options.proto_root else f"//{PROTOS}"
    options.packages = [
        (f"{protos}:{language['target']}", options.out or WORKSPACE / language["folder"]) for language in chosen
    ]
    return options


def _add_proto_tree_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that name other protos than the contract's. All of them may be repeated."""
    for name, kind, metavar, text in (
        (
            "--proto-root",
            _folder,
            "DIR",
            "take the protos from DIR, which needs no BUILD files; imports are relative to it",
        ),
        ("--import-root", _folder, "DIR", "take what they import from DIR, and nothing else"),
        ("--exclude", str, "PATTERN", "leave out a proto, by its import path, or a folder, with a trailing slash"),
        (
            "--provided-by",
            _requirement,
            "DISTRIBUTION==VERSION",
            "import what its modules provide instead of generating it. It is installed without a hash: for builds, "
            "lock it in a pip_repository",
        ),
    ):
        parser.add_argument(
            name, action="append", default=[], type=kind, metavar=metavar, help=f"{text}; may be repeated"
        )


def _check_combinations(parser: _Parser, options: argparse.Namespace) -> None:
    """Ends the run if options do not go together."""
    if options.staged and not options.check:
        parser.error("--staged only goes with --check")
    if options.staged and (options.proto_root or options.out):
        parser.error("--staged goes neither with --proto-root nor with --out: git's index holds no other folder")
    for option in ("--import-root", "--exclude", "--provided-by"):
        if getattr(options, option[2:].replace("-", "_")) and not options.proto_root:
            parser.error(f"{option} needs --proto-root DIR")


def read_languages() -> list[dict[str, Any]]:
    """Returns LANGUAGES from bazel/private/languages.bzl."""
    tree = ast.parse((WORKSPACE / "bazel/private/languages.bzl").read_text(encoding="utf-8"))
    (value,) = (statement.value for statement in tree.body if isinstance(statement, ast.Assign))
    languages: list[dict[str, Any]] = ast.literal_eval(value)
    return languages


def _folder(word: str) -> Path:
    """Returns the absolute path of the folder that an option names."""
    if not word:
        raise argparse.ArgumentTypeError("needs a folder")
    return Path(word) if os.path.isabs(word) else Path.cwd() / word


def _requirement(word: str) -> str:
    """Returns the requirement that an option names."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.!+-]+", word, re.ASCII):
        raise argparse.ArgumentTypeError(f"{word!r} is not like grpc-google-iam-v1==0.14.6")
    return word
