"""The Python program that the conformance runner talks to: it parses and serializes messages with the generated code.

conformance.proto documents requests and responses. Each is preceded by its length as 4 little-endian bytes.
"""

import sys
from typing import BinaryIO

from google.protobuf import json_format, text_format
from google.protobuf.message import DecodeError, Message
from tests.conformance.conformance_py.tests.conformance.conformance_pb2 import (
    JSON,
    JSON_IGNORE_UNKNOWN_PARSING_TEST,
    JSPB,
    PROTOBUF,
    ConformanceRequest,
    ConformanceResponse,
    FailureSet,
    WireFormat,
)
from tests.conformance.conformance_py.tests.conformance.test_messages_edition2023_pb2 import TestAllTypesEdition2023
from tests.conformance.conformance_py.tests.conformance.test_messages_proto2_editions_pb2 import (
    TestAllTypesProto2 as TestAllTypesProto2Editions,
)
from tests.conformance.conformance_py.tests.conformance.test_messages_proto2_pb2 import TestAllTypesProto2
from tests.conformance.conformance_py.tests.conformance.test_messages_proto3_editions_pb2 import (
    TestAllTypesProto3 as TestAllTypesProto3Editions,
)
from tests.conformance.conformance_py.tests.conformance.test_messages_proto3_pb2 import TestAllTypesProto3

_MESSAGES: dict[str, type[Message]] = {
    message.DESCRIPTOR.full_name: message
    for message in (
        FailureSet,  # the first request asks for one
        TestAllTypesEdition2023,
        TestAllTypesProto2,
        TestAllTypesProto2Editions,
        TestAllTypesProto3,
        TestAllTypesProto3Editions,
    )
}
# Not generated: protoc rejects the edition.
_UNSTABLE = "protobuf_test_messages.edition_unstable.TestAllTypesEditionUnstable"


def answer(request: ConformanceRequest) -> ConformanceResponse:
    """Returns a request's message in the requested output format, or the reason why that is impossible."""
    if request.message_type == _UNSTABLE:
        return ConformanceResponse(skipped="edition UNSTABLE")
    if request.WhichOneof("payload") == "jspb_payload" or request.requested_output_format == JSPB:
        return ConformanceResponse(skipped="JSPB")
    message = _MESSAGES[request.message_type]()
    try:
        _read(request, message)
    except (DecodeError, json_format.ParseError, text_format.ParseError) as error:
        return ConformanceResponse(parse_error=str(error))
    try:
        return _written(message, request.requested_output_format, request.print_unknown_fields)
    except (json_format.SerializeToJsonError, TypeError, ValueError) as error:
        return ConformanceResponse(serialize_error=str(error))


def _read(request: ConformanceRequest, message: Message) -> None:
    payload = request.WhichOneof("payload")
    if payload == "json_payload":
        ignore_unknown = request.test_category == JSON_IGNORE_UNKNOWN_PARSING_TEST
        json_format.Parse(request.json_payload, message, ignore_unknown_fields=ignore_unknown)
    elif payload == "text_payload":
        text_format.Parse(request.text_payload, message)
    else:
        message.ParseFromString(request.protobuf_payload)


def _written(message: Message, wire_format: WireFormat, print_unknown_fields: bool) -> ConformanceResponse:
    if wire_format == PROTOBUF:
        return ConformanceResponse(protobuf_payload=message.SerializeToString())
    if wire_format == JSON:
        return ConformanceResponse(json_payload=json_format.MessageToJson(message))
    text = text_format.MessageToString(message, print_unknown_fields=print_unknown_fields)
    return ConformanceResponse(text_payload=text)


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers requests until there are no more."""
    while header := source.read(4):
        request = ConformanceRequest.FromString(source.read(int.from_bytes(header, "little")))
        response = answer(request).SerializeToString()
        sink.write(len(response).to_bytes(4, "little") + response)
        sink.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
