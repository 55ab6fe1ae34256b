// Values as bytes and as JSON, in one process. It prints the values of values.ts. Then, for each line that it reads
// (the name of a type, and JSON to parse or bytes to print as JSON), it prints the result.
import { createInterface } from "node:readline";
import {
  createRegistry,
  type DescFile,
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import * as wkt from "@bufbuild/protobuf/wkt";
import { file_tests_agreement_agreement, NewerSchema, ValuesSchema } from "./stubs/tests/agreement/agreement_pb.js";
import { CASES, NEWER } from "./values.js";

interface Question {
  type: string;
  json?: string;
  bytes?: string;
  /** Passed to the runtime, which cannot resolve what is in an Any without a registry. */
  options?: { ignoreUnknownFields?: boolean; registry?: undefined };
}

const wellKnown = Object.values<object>(wkt).filter((it): it is DescFile => "kind" in it && it.kind === "file");
const registry = createRegistry(file_tests_agreement_agreement, ...wellKnown);
const inBytes = (schema: DescMessage, message: Message) => base64Encode(toBinary(schema, message));
const say = (what: unknown) => console.log(JSON.stringify(what));

function answer({ type, json, bytes, options }: Question): object {
  const schema = registry.getMessage(type)!;
  const all = { registry, ...options };
  try {
    return json === undefined
      ? { json: toJsonString(schema, fromBinary(schema, base64Decode(bytes!)), all) }
      : { bytes: inBytes(schema, fromJsonString(schema, json, all)) };
  } catch (error) {
    return { refused: `${error}` };
  }
}

const cases = Object.entries(CASES).map(([name, values]) => [name, inBytes(ValuesSchema, values)]);
say({ ...Object.fromEntries(cases), newer: inBytes(NewerSchema, NEWER) });
for await (const line of createInterface({ input: process.stdin })) {
  say(answer(JSON.parse(line)));
}
