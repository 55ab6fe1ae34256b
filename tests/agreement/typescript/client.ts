// The client of grpc-js, as a process: calls the server whose port it is given, and prints what it saw, a JSON a line.
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MetadataValue,
  type ServiceError,
} from "@grpc/grpc-js";
import {
  AgreementServiceClient,
  type Exchange,
  Exchanges,
  type Failure,
  Newer,
  type Seen,
  Status,
  Values,
} from "./stubs/tests/agreement/agreement.js";
import { Empty } from "./stubs/google/protobuf/empty.js";
import { FieldMask } from "./stubs/google/protobuf/field_mask.js";
import { ListValue, Struct, Value } from "./stubs/google/protobuf/struct.js";
import { BytesValue, Int64Value, StringValue } from "./stubs/google/protobuf/wrappers.js";
import { ALL_BYTES, CASES, NEWER, PATHS, TEXT, WITHOUT_JSON } from "./values.js";

const ERROR_MESSAGE = "refusé: 주문 😀 100%\n";

function say(about: string, seen: object = {}): void {
  console.log(JSON.stringify({ about, ...seen }));
}

const encoded = (bytes: Uint8Array | string): string => Buffer.from(bytes as string).toString("base64");
const encodedValues = (values: Values | undefined): string => encoded(Values.encode(values ?? Values.create()).finish());

function exchange(name: string): Exchange {
  const values = CASES[name]!;
  const json = WITHOUT_JSON.includes(name) ? "" : JSON.stringify(Values.toJSON(values));
  return { values, json, read: undefined };
}

function sayAnswer(kind: string, name: string, answer: Exchange): void {
  const sent = exchange(name);
  const json = sent.json && {
    "json of the client": sent.json,
    "json of the server": answer.json,
    "read by the client": encodedValues(Values.fromJSON(JSON.parse(answer.json))),
    "read by the server": encodedValues(answer.read),
  };
  say(kind, { case: name, sent: encodedValues(sent.values), received: encodedValues(answer.values), ...(json || {}) });
}

// Turns a callback into a promise.
function called<T>(call: (callback: (error: ServiceError | null, answer: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const messages: T[] = [];
  for await (const message of stream) {
    messages.push(message);
  }
  return messages;
}

// Writes all requests, and reads all answers.
async function both<Q, A>(call: ClientDuplexStream<Q, A>, ...requests: Q[]): Promise<A[]> {
  requests.forEach((request) => call.write(request));
  call.end();
  return all<A>(call);
}

async function values(client: AgreementServiceClient): Promise<void> {
  const names = Object.keys(CASES);
  for (const name of names) {
    sayAnswer("unary", name, await called<Exchange>((done) => client.unary(exchange(name), done)));
    const answers = await all<Exchange>(client.serverStream(exchange(name)));
    say("server stream length", { length: answers.length });
    sayAnswer("server stream", name, answers.at(-1)!);
  }
  const together = await called<Exchanges>((done) => {
    const call = client.clientStream(done);
    names.forEach((name) => call.write(exchange(name)));
    call.end();
  });
  names.forEach((name, place) => sayAnswer("client stream", name, together.exchanges[place]!));
  (await both(client.bidiStream(), ...names.map(exchange))).forEach((answer, place) => sayAnswer("bidi stream", names[place]!, answer));
}

async function unknownFields(client: AgreementServiceClient): Promise<void> {
  const write = (message: Newer) => Buffer.from(Newer.encode(message).finish());
  const path = "/agreement.AgreementService/EchoOlder";
  const back = await called<Newer | undefined>((done) => {
    client.makeUnaryRequest(path, write, (bytes) => Newer.decode(bytes), NEWER, done);
  });
  say("unknown fields", { sent: encoded(write(NEWER)), received: encoded(write(back!)) });
}

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array };
}

function sayWhole<T>(name: string, type: Encoder<T>, ...answers: T[]): void {
  say("whole messages", { case: name, answers: answers.map((answer) => encoded(type.encode(answer).finish())) });
}

async function wrappers(client: AgreementServiceClient): Promise<void> {
  sayWhole("empty", Empty, await called<Empty>((done) => client.doNothing({}, done)));
  sayWhole("empty stream", Empty, ...(await all<Empty>(client.doNothingTwice({}))));
  sayWhole("empty both ways", Empty, ...(await both(client.doNothingEach(), {}, {}, {})));
  const next = (value: bigint) => called<Int64Value>((done) => client.increment({ value }, done));
  sayWhole("greatest number", Int64Value, await next(2n ** 63n - 2n));
  sayWhole("number becomes zero", Int64Value, await next(-1n));
  const reversed = await both(client.reverse(), { value: ALL_BYTES }, { value: Buffer.alloc(0) });
  sayWhole("bytes", BytesValue, ...reversed);
  const joined = await called<StringValue>((done) => {
    const call = client.join(done);
    [TEXT, "", "x"].forEach((value) => call.write({ value }));
    call.end();
  });
  sayWhole("text", StringValue, joined);
}

async function anyJson(client: AgreementServiceClient): Promise<void> {
  const listOf = (value: unknown) => called<ListValue>((done) => client.listOf(Value.wrap(value), done));
  sayWhole("list of an object", ListValue, await listOf({ x: [TEXT, 1.5] }));
  sayWhole("list of null", ListValue, await listOf(null));
  const firstOf = (...values: unknown[]) => called<Value>((done) => client.firstOf({ values }, done));
  sayWhole("first is an object", Value, await firstOf({ x: [TEXT] }, 2));
  sayWhole("first is null", Value, await firstOf(null));
  sayWhole("mask to struct", Struct, await called<Struct>((done) => client.structOf({ paths: PATHS }, done)));
  const fields = new Map(PATHS.map((path) => [path, true]));
  sayWhole("struct to mask", FieldMask, await called<FieldMask>((done) => client.keysOf({ fields }, done)));
}

function listed(metadata: Metadata): [string, string][] {
  const keys = Object.keys(metadata.getMap()).filter((key) => /^(x-|grpc-status-details)/.test(key));
  return keys.flatMap((key) => metadata.get(key).map((value: MetadataValue): [string, string] => [key, encoded(value)]));
}

async function metadata(client: AgreementServiceClient): Promise<void> {
  const sent = new Metadata();
  sent.set("x-text", "a, b; c");
  sent.add("x-many", "1");
  sent.add("x-many", "2");
  sent.set("x-data-bin", ALL_BYTES);
  let initial = new Metadata();
  let trailing = new Metadata();
  const seen = await called<Seen>((done) => {
    const call = client.describe({}, sent, { deadline: Date.now() + 30_000 }, done);
    call.on("metadata", (received) => (initial = received));
    call.on("status", (status) => (trailing = status.metadata));
  });
  say("metadata", {
    headers: seen.headers.filter(({ key }) => key.startsWith("x-")).map(({ key, value }) => [key, encoded(value)]),
    initial: listed(initial),
    trailing: listed(trailing),
    seconds_left: seen.secondsLeft,
  });
  const free = await called<Seen>((done) => client.describe({}, done));
  say("no deadline", { has_deadline: free.secondsLeft !== undefined });
}

const code = (call: ClientReadableStream<Seen>): Promise<number> =>
  new Promise((resolve) => call.on("error", (error: ServiceError) => resolve(error.code)).resume());

async function ends(client: AgreementServiceClient): Promise<void> {
  say("deadline", { code: await code(client.wait({ id: `deadline ${process.pid}` }, { deadline: Date.now() + 300 })) });
  const cancelled = client.wait({ id: `cancelled ${process.pid}` });
  await new Promise((resolve) => cancelled.once("data", resolve));
  const ending = code(cancelled);
  cancelled.cancel();
  say("cancelled", { code: await ending });
  let ids: string[] = [];
  // Each is a call, and the deadline of a server may be later than that of its client.
  for (const end = Date.now() + 20_000; Date.now() < end && ids.length < 2;) {
    const { ended } = await called<Seen>((done) => client.describe({}, done));
    ids = ended.filter((id) => id.endsWith(` ${process.pid}`)).map((id) => id.split(" ")[0]!);
  }
  say("ended", { ids: [...ids].sort() });
}

function sayError(about: string, failure: Failure, error: ServiceError): void {
  say(about, {
    code: error.code,
    message: error.details,
    trailing: listed(error.metadata),
    sent: encoded(failure.details),
  });
}

async function errors(client: AgreementServiceClient): Promise<void> {
  const details = Status.create({
    code: 9,
    message: ERROR_MESSAGE,
    details: [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value: Buffer.from("\n\tASKED_FOR") }],
  });
  const failure = { code: 9, message: ERROR_MESSAGE, details: Buffer.from(Status.encode(details).finish()) };
  await called<Seen>((done) => client.fail(failure, done)).catch((error) => sayError("error", failure, error));
  await all(client.failLate(failure)).catch((error) => sayError("late error", failure, error));
}

const client = new AgreementServiceClient(`127.0.0.1:${process.argv[2]}`, credentials.createInsecure());
await values(client);
await unknownFields(client);
await wrappers(client);
await anyJson(client);
await metadata(client);
await ends(client);
await errors(client);
client.close();
say("done");
