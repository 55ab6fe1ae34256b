"""Runs generators on descriptors: protoc plugins, and protoc's built-in generators.

A plugin reads a request from standard input and writes a response to standard output. The contract is described at
https://protobuf.dev/reference/other/#plugins and in
https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/compiler/plugin.proto.
"""

import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError

from codegen.errors import CodegenError, GeneratorError
from codegen.protoc import run_protoc

# "RangeError: …", "Error [ERR_MODULE_NOT_FOUND]: …"
_ERROR = re.compile(r"\w*(Error|Exception)( \[\w+\])?:")


def make_request(files: Sequence[str], parameter: str, descriptors: FileDescriptorSet) -> CodeGeneratorRequest:
    """Returns a plugin's request.

    Args:
      files: the import paths to generate for.
      parameter: the plugin's parameter, protoc's `--NAME_opt`.
      descriptors: those files and their transitive imports, with source info, in topological order.
    """
    return CodeGeneratorRequest(file_to_generate=files, parameter=parameter, proto_file=descriptors.file)


def read_response(response: bytes, request: CodeGeneratorRequest) -> dict[str, str]:
    """Returns the files in a plugin's response, from name to content.

    Args:
      response: the plugin's standard output.
      request: the plugin's request.

    Raises:
      GeneratorError: if the plugin rejects a file or does not support a feature in it. The text is one line.
    """
    try:
        parsed = CodeGeneratorResponse.FromString(response)
    except DecodeError as error:
        raise GeneratorError("it wrote no CodeGeneratorResponse to standard output") from error
    if parsed.error:
        raise GeneratorError(" ".join(parsed.error.split()))
    _check_features(parsed, [file for file in request.proto_file if file.name in request.file_to_generate])
    texts: dict[str, str] = {}
    for file in parsed.file:
        if file.insertion_point:
            raise GeneratorError(f"it inserts into {file.name} of another plugin, which is not supported")
        if not file.name and not texts:
            raise GeneratorError("its first file has no name")
        # A file without a name continues the previous one.
        if file.name in texts:
            raise GeneratorError(f"it wrote {file.name} twice")
        name = file.name or next(reversed(texts))
        texts[name] = texts.get(name, "") + file.content
    return texts


def _check_features(response: CodeGeneratorResponse, files: Iterable[FileDescriptorProto]) -> None:
    """Rejects features that the plugin does not declare support for, as protoc does."""
    for file in files:
        if file.syntax == "editions":
            supported = response.supported_features & CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS
            if not supported or not response.minimum_edition <= file.edition <= response.maximum_edition:
                raise GeneratorError(f"it does not support the edition of {file.name}")
        elif not response.supported_features & CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL and _has_optional(
            file.message_type
        ):
            raise GeneratorError(f"it does not support proto3 optional, which {file.name} uses")


def _has_optional(messages: Iterable[DescriptorProto]) -> bool:
    return any(
        any(field.proto3_optional for field in message.field) or _has_optional(message.nested_type)
        for message in messages
    )


def run_program(plugin: Path, parameter: str, files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Runs a plugin executable and returns what it generates, from file name to content.

    Args:
      plugin: the executable.
      parameter: the plugin's parameter.
      files: the import paths to generate for.
      descriptors: those files and their transitive imports, with source info, in topological order.

    Raises:
      CodegenError: if the plugin rejects a file or crashes, naming the first such file and the reason.
    """
    try:
        return _run(plugin, make_request(files, parameter, descriptors))
    except GeneratorError as error:
        for file in files if len(files) > 1 else ():
            run_program(plugin, parameter, [file], descriptors)
        raise CodegenError(
            f"{', '.join(files)}: {plugin.name} failed: {error}. Change the proto, exclude it, or use another plugin.",
            proto=files[0],
        ) from error


def _run(plugin: Path, request: CodeGeneratorRequest) -> dict[str, str]:
    try:
        result = subprocess.run(
            [plugin.absolute()], input=request.SerializeToString(), capture_output=True, check=False
        )
    except OSError as error:
        raise CodegenError(
            f"{plugin} cannot be started: {error.strerror}. Fix the toolchain's plugin attribute."
        ) from error
    if result.returncode != 0:
        raise GeneratorError(_how_it_ended(result.returncode, result.stderr.decode("utf-8", "replace")))
    return read_response(result.stdout, request)


def _how_it_ended(status: int, stderr: str) -> str:
    """Returns one line: how a program failed, and the most telling line of its standard error."""
    how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    # Node and Python print the error on a line of its own. A stack trace and Node's version may surround it.
    errors = [line for line in lines if _ERROR.match(line)]
    return ": ".join([how, *(errors or lines)[-1:]]).rstrip(".")


def run_builtins(options: Sequence[str], files: Sequence[str], descriptors: FileDescriptorSet) -> dict[str, str]:
    """Runs some of protoc's built-in generators and returns their output, from path to text.

    Args:
      options: protoc's options for them, for example ["--python_out"].
      files: the import paths to generate for.
      descriptors: those files and their transitive imports, in topological order.

    Raises:
      GeneratorError: if one rejects a file, with protoc's message on one line.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "descriptors.binpb")
        source.write_bytes(descriptors.SerializeToString())
        # One file for each generator is faster than all of theirs.
        archives = {option: Path(scratch, f"{number}.zip") for number, option in enumerate(options)}
        outputs = [f"{option}={archive}" for option, archive in archives.items()]
        status, messages = run_protoc([f"--descriptor_set_in={source}", *outputs, *files])
        if status != 0:
            # The scratch folder has a different name on every run.
            raise GeneratorError(" ".join(messages.replace(scratch, "").split()))
        texts = {}
        for archive in archives.values():
            with zipfile.ZipFile(archive) as opened:
                texts.update({name: opened.read(name).decode("utf-8") for name in opened.namelist()})
        return texts
