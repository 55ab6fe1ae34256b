// The TypeScript program that the conformance runner talks to: it parses and serializes with the generated code.
//
// conformance.proto documents requests and responses. Each is preceded by its length as 4 little-endian bytes.

import { readSync, writeSync } from "node:fs";
import {
  create,
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import {
  type ConformanceRequest,
  ConformanceRequestSchema,
  type ConformanceResponse,
  ConformanceResponseSchema,
  file_tests_conformance_conformance,
  TestCategory,
  WireFormat,
} from "./stubs/tests/conformance/conformance_pb.js";
import { file_tests_conformance_test_messages_edition2023 } from "./stubs/tests/conformance/test_messages_edition2023_pb.js";
import { file_tests_conformance_test_messages_proto2_editions } from "./stubs/tests/conformance/test_messages_proto2_editions_pb.js";
import { file_tests_conformance_test_messages_proto2 } from "./stubs/tests/conformance/test_messages_proto2_pb.js";
import { file_tests_conformance_test_messages_proto3_editions } from "./stubs/tests/conformance/test_messages_proto3_editions_pb.js";
import { file_tests_conformance_test_messages_proto3 } from "./stubs/tests/conformance/test_messages_proto3_pb.js";

type Result = ConformanceResponse["result"];

const FILES = [
  file_tests_conformance_conformance, // the first request asks for a FailureSet
  file_tests_conformance_test_messages_edition2023,
  file_tests_conformance_test_messages_proto2,
  file_tests_conformance_test_messages_proto2_editions,
  file_tests_conformance_test_messages_proto3,
  file_tests_conformance_test_messages_proto3_editions,
];
// The types that an Any can hold, and extensions.
const registry = createRegistry(...FILES.flatMap((file) => [file, ...file.dependencies]));
// Not generated: protoc rejects the edition.
const UNSTABLE = "protobuf_test_messages.edition_unstable.TestAllTypesEditionUnstable";

/** Returns a request's message in the requested output format, or the reason why that is impossible. */
function answer(request: ConformanceRequest): Result {
  if (request.messageType === UNSTABLE) {
    return { case: "skipped", value: "edition UNSTABLE" };
  }
  const schema = registry.getMessage(request.messageType);
  if (schema === undefined) {
    return { case: "runtimeError", value: `no message ${request.messageType}` };
  }
  let message: Message | undefined;
  try {
    message = read(request, schema);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  if (message === undefined) {
    return { case: "skipped", value: `${request.payload.case}` };
  }
  try {
    return written(message, schema, request.requestedOutputFormat);
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

/** Returns a request's message, or undefined if its format has no parser. */
function read({ payload, testCategory }: ConformanceRequest, schema: DescMessage): Message | undefined {
  switch (payload.case) {
    case "protobufPayload":
      return fromBinary(schema, payload.value);
    case "jsonPayload":
      return fromJsonString(schema, payload.value, {
        ignoreUnknownFields: testCategory === TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST,
        registry,
      });
    default:
      return undefined;
  }
}

function written(message: Message, schema: DescMessage, format: WireFormat): Result {
  switch (format) {
    case WireFormat.PROTOBUF:
      return { case: "protobufPayload", value: toBinary(schema, message) };
    case WireFormat.JSON:
      return { case: "jsonPayload", value: toJsonString(schema, message, { registry }) };
    default:
      return { case: "skipped", value: WireFormat[format] };
  }
}

/** Returns the next bytes of standard input, or undefined at the end. */
function take(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const taken = readSync(0, bytes, filled, length - filled, null);
    if (taken === 0) {
      return undefined;
    }
    filled += taken;
  }
  return bytes;
}

function put(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(1, bytes, done);
  }
}

for (let header = take(4); header !== undefined; header = take(4)) {
  const request = take(header.readUInt32LE());
  if (request === undefined) {
    break;
  }
  const result = answer(fromBinary(ConformanceRequestSchema, request));
  const response = toBinary(ConformanceResponseSchema, create(ConformanceResponseSchema, { result }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(response.length);
  put(length);
  put(response);
}
