"""Mends what ts-proto writes for NestJS. Pure functions.

ts-proto lets the handler of a stream of requests return a promise. NestJS passes the requests on once it has what the
handler returns, so that one that waits for them waits for ever: its type is an Observable, made from the requests.

    sum(request: Observable<N>): Promise<N> | Observable<N> | N;        sum(request: Observable<N>): Observable<N>;

And it tells protobufjs, which the stubs have no need of, how to convert a Struct.
"""

import re

_HANDLER = re.compile(
    r"(?P<head>\(\s*request: Observable<[^;]*?\):)\s*\|?\s*"
    r"Promise<(?P<answer>\w+)>\s*\|\s*Observable<(?P=answer)>\s*\|\s*(?P=answer);"
)

_PROTOBUFJS = re.compile(
    r"^import \{ wrappers \} from \"protobufjs\";\n|^wrappers\[\"\.google\.protobuf\.\w+\"\] = \{[^}]*\} as any;\n+",
    re.MULTILINE,
)


def mend_nestjs(source: str) -> str:
    """Returns the text of a file for NestJS as it should be; applied to its own result it changes nothing."""
    return _PROTOBUFJS.sub("", _HANDLER.sub(r"\g<head> Observable<\g<answer>>;", source))
