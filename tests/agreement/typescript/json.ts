// Values in bytes and in JSON, as one process. It prints the values of values.ts, and then what comes of each line that it
// reads: the name of a type, and JSON to read or bytes to write.
import { createInterface } from "node:readline";
import { createRegistry, type DescMessage, fromBinary, fromJsonString, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import {
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { file_tests_agreement_agreement, NewerSchema, ValuesSchema } from "./stubs/tests/agreement/agreement_pb.js";
import { CASES, NEWER } from "./values.js";

const registry = createRegistry(
  file_tests_agreement_agreement,
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

interface Question {
  type: string;
  json?: string;
  bytes?: string;
  ignoreUnknownFields?: boolean;
  withoutRegistry?: boolean;
}

const inBytes = (schema: DescMessage, message: Message) => base64Encode(toBinary(schema, message));

function answer({ type, json, bytes, ignoreUnknownFields = false, withoutRegistry = false }: Question): object {
  const schema = registry.getMessage(type)!;
  const options = { ignoreUnknownFields, ...(withoutRegistry ? {} : { registry }) };
  try {
    return json === undefined
      ? { json: toJsonString(schema, fromBinary(schema, base64Decode(bytes!)), options) }
      : { bytes: inBytes(schema, fromJsonString(schema, json, options)) };
  } catch (error) {
    return { refused: `${error}` };
  }
}

const say = (what: unknown) => console.log(JSON.stringify(what));
const cases = Object.entries(CASES).map(([name, values]) => [name, inBytes(ValuesSchema, values)]);
say({ ...Object.fromEntries(cases), newer: inBytes(NewerSchema, NEWER) });
for await (const line of createInterface({ input: process.stdin })) {
  say(answer(JSON.parse(line)));
}
