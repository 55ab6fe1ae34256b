"""The docstring equals the comment exactly, whatever the comment contains."""

import inspect
from typing import reveal_type

from comments import comments_pb2_grpc
from comments.comments_pb2 import Text

SERVICE = (
    'Detached from the service: """. '
    'On the service: """three""", \'\'\'three\'\'\', \\n \\d \\u \\x \\N, 株価, "quoted"'
)
RPCS = {
    "Quotes": "A comment with \"double\" and 'single' quotes.",
    "TrailingQuote": 'Ends in a "quote"',
    "TrailingBackslash": "Ends in a backslash \\",
    "Escapes": "Escapes: \\n \\d+ \\u00e9 \\x \\N{x} \\' \\\" C:\\new\\table",
    "ThreeQuotes": "\"\"\"three double\"\"\" and '''three single'''",
    "OnlyQuotes": '"""',
    "OnlyQuote": '"',
    "NotAscii": "Größe, 株価, naïve, 😀",
    "AllPlaces": 'Detached: """ and \\ Leading: \'\'\' and " Trailing: \\ and """"',
    "Block": 'A block: """ \'\'\' \\ "',
    "TwoLines": 'Two lines, the first ends in a backslash \\ the second is indented and ends in two ""',
    "NoComment": "Missing associated documentation comment in .proto file.",
}


def words(holder: object) -> str:
    return " ".join((inspect.getdoc(holder) or "").split())


for name, comment in RPCS.items():
    assert words(getattr(comments_pb2_grpc.CommentsServicer, name)) == comment, name
assert words(comments_pb2_grpc.CommentsStub) == words(comments_pb2_grpc.CommentsServicer) == SERVICE
reveal_type(Text().text)  # str
