// The client of NestJS, as a process: calls the server whose port it is given, and prints what it saw, a JSON a line.
import "reflect-metadata";
import { ClientGrpcProxy } from "@nestjs/microservices";
import { from, lastValueFrom, type Observable, of, toArray } from "rxjs";
import {
  AGREEMENT_PACKAGE_NAME,
  AGREEMENT_SERVICE_NAME,
  type AgreementServiceClient,
  AgreementServiceService,
  type Exchange,
  Values,
} from "./nestjs/tests/agreement/agreement.js";
import { Empty } from "./nestjs/google/protobuf/empty.js";
import { FieldMask } from "./nestjs/google/protobuf/field_mask.js";
import { ListValue, Struct, Value } from "./nestjs/google/protobuf/struct.js";
import { BytesValue, Int64Value, StringValue } from "./nestjs/google/protobuf/wrappers.js";
import { ALL_BYTES, CASES as THEIRS, PATHS, TEXT } from "./values.js";

// The messages of both flavors are the same but for their enums, of which TypeScript goes by the name.
const CASES = THEIRS as unknown as { [name: string]: Values };
const names = Object.keys(CASES);

const exchange = (name: string): Exchange => ({ values: CASES[name], json: "", read: undefined });
const encoded = (values?: Values) => Buffer.from(Values.encode(values ?? Values.create()).finish()).toString("base64");

function say(about: string, name: string, answer: Exchange): void {
  console.log(JSON.stringify({ about, case: name, received: encoded(answer.values) }));
}

const client = new ClientGrpcProxy({
  package: AGREEMENT_PACKAGE_NAME,
  packageDefinition: { "agreement.AgreementService": AgreementServiceService },
  url: `127.0.0.1:${process.argv[2]}`,
});
const service = client.getService<AgreementServiceClient>(AGREEMENT_SERVICE_NAME);

for (const name of names) {
  say("unary", name, await lastValueFrom(service.unary(exchange(name))));
  say("server stream", name, await lastValueFrom(service.serverStream(exchange(name))));
}
const { exchanges } = await lastValueFrom(service.clientStream(from(names.map(exchange))));
exchanges.forEach((answer, place) => say("client stream", names[place]!, answer));
const answers = await lastValueFrom(service.bidiStream(from(names.map(exchange))).pipe(toArray()));
answers.forEach((answer, place) => say("bidi stream", names[place]!, answer));

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array };
}

async function sayWhole<T>(name: string, type: Encoder<T>, answers: Observable<T>): Promise<void> {
  const messages = await lastValueFrom(answers.pipe(toArray()));
  const bytes = messages.map((message) => Buffer.from(type.encode(message).finish()).toString("base64"));
  console.log(JSON.stringify({ about: "whole messages", case: name, answers: bytes }));
}

await sayWhole("empty", Empty, service.doNothing({}));
await sayWhole("empty stream", Empty, service.doNothingTwice({}));
await sayWhole("empty both ways", Empty, service.doNothingEach(of({}, {}, {})));
await sayWhole("greatest number", Int64Value, service.increment({ value: 2n ** 63n - 2n }));
await sayWhole("number becomes zero", Int64Value, service.increment({ value: -1n }));
await sayWhole("bytes", BytesValue, service.reverse(of({ value: ALL_BYTES }, { value: Buffer.alloc(0) })));
await sayWhole("text", StringValue, service.join(of({ value: TEXT }, { value: "" }, { value: "x" })));
await sayWhole("list of an object", ListValue, service.listOf(Value.wrap({ x: [TEXT, 1.5] })));
await sayWhole("list of null", ListValue, service.listOf(Value.wrap(null)));
await sayWhole("first is an object", Value, service.firstOf({ values: [{ x: [TEXT] }, 2] }));
await sayWhole("first is null", Value, service.firstOf({ values: [null] }));
await sayWhole("mask to struct", Struct, service.structOf({ paths: PATHS }));
await sayWhole("struct to mask", FieldMask, service.keysOf({ fields: new Map(PATHS.map((path) => [path, true])) }));
client.close();
console.log(JSON.stringify({ about: "done" }));
