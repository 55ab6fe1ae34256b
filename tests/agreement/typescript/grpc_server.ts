// The server of grpc-js, as a process: prints its port, and serves until its standard input ends.
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerErrorResponse,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import {
  type AgreementServiceServer,
  AgreementServiceService,
  type Exchange,
  type Exchanges,
  type Failure,
  type Older,
  Seen,
  Values,
  type Wish,
} from "./stubs/tests/agreement/agreement.js";
import type { Empty } from "./stubs/google/protobuf/empty.js";
import type { FieldMask } from "./stubs/google/protobuf/field_mask.js";
import { type ListValue, type Struct, Value } from "./stubs/google/protobuf/struct.js";
import type { BytesValue, Int64Value, StringValue } from "./stubs/google/protobuf/wrappers.js";
import { ALL_BYTES } from "./values.js";

function answer({ values, json }: Exchange): Exchange {
  if (!json) {
    return { values, json: "", read: undefined };
  }
  const written = JSON.stringify(Values.toJSON(values ?? Values.create()));
  return { values, json: written, read: Values.fromJSON(JSON.parse(json)) };
}

function failure({ code, message, details }: Failure): ServerErrorResponse {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", details);
  metadata.set("x-reason", "asked for");
  return { name: "Failure", code, message, metadata };
}

function headersOf(metadata: Metadata): Seen["headers"] {
  const keys = Object.keys(metadata.getMap());
  return keys.flatMap((key) => metadata.get(key).map((value) => ({ key, value: Buffer.from(value as string) })));
}

function secondsLeft(deadline: Date | number): number | undefined {
  const seconds = (Number(deadline) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}

const ended: string[] = [];

const service: AgreementServiceServer = {
  unary: (call: ServerUnaryCall<Exchange, Exchange>, callback: sendUnaryData<Exchange>) => {
    callback(null, answer(call.request));
  },
  serverStream: (call: ServerWritableStream<Exchange, Exchange>) => {
    [1, 2, 3].forEach(() => call.write(answer(call.request)));
    call.end();
  },
  clientStream: (call: ServerReadableStream<Exchange, Exchanges>, callback: sendUnaryData<Exchanges>) => {
    const exchanges: Exchange[] = [];
    call.on("data", (exchange: Exchange) => exchanges.push(answer(exchange)));
    call.on("end", () => callback(null, { exchanges }));
  },
  bidiStream: (call: ServerDuplexStream<Exchange, Exchange>) => {
    call.on("data", (exchange: Exchange) => call.write(answer(exchange)));
    call.on("end", () => call.end());
  },
  describe: (call: ServerUnaryCall<Empty, Seen>, callback: sendUnaryData<Seen>) => {
    const initial = new Metadata();
    initial.set("x-initial", "first");
    initial.set("x-initial-bin", ALL_BYTES);
    call.sendMetadata(initial);
    const trailer = new Metadata();
    trailer.set("x-trailer", "last");
    trailer.set("x-trailer-bin", Buffer.from([0, 255]));
    const headers = headersOf(call.metadata);
    callback(null, { headers, ended, secondsLeft: secondsLeft(call.getDeadline()) }, trailer);
  },
  wait: (call: ServerWritableStream<Wish, Seen>) => {
    call.write(Seen.create());
    call.on("cancelled", () => ended.push(call.request.id));
  },
  fail: (call: ServerUnaryCall<Failure, Seen>, callback: sendUnaryData<Seen>) => callback(failure(call.request)),
  failLate: (call: ServerWritableStream<Failure, Seen>) => {
    call.write(Seen.create());
    call.emit("error", failure(call.request));
  },
  echoOlder: (call: ServerUnaryCall<Older, Older>, callback: sendUnaryData<Older>) => callback(null, call.request),
  doNothing: (_: ServerUnaryCall<Empty, Empty>, callback: sendUnaryData<Empty>) => callback(null, {}),
  doNothingTwice: (call: ServerWritableStream<Empty, Empty>) => {
    [1, 2].forEach(() => call.write({}));
    call.end();
  },
  doNothingEach: (call: ServerDuplexStream<Empty, Empty>) => {
    call.on("data", () => call.write({}));
    call.on("end", () => call.end());
  },
  increment: ({ request }: ServerUnaryCall<Int64Value, Int64Value>, callback: sendUnaryData<Int64Value>) => {
    callback(null, { value: request.value + 1n });
  },
  reverse: (call: ServerDuplexStream<BytesValue, BytesValue>) => {
    call.on("data", ({ value }: BytesValue) => call.write({ value: Buffer.from(value).reverse() }));
    call.on("end", () => call.end());
  },
  join: (call: ServerReadableStream<StringValue, StringValue>, callback: sendUnaryData<StringValue>) => {
    const texts: string[] = [];
    call.on("data", ({ value }: StringValue) => texts.push(value));
    call.on("end", () => callback(null, { value: texts.join("") }));
  },
  listOf: ({ request }: ServerUnaryCall<Value, ListValue>, callback: sendUnaryData<ListValue>) => {
    callback(null, { values: [Value.unwrap(request)] });
  },
  firstOf: ({ request }: ServerUnaryCall<ListValue, Value>, callback: sendUnaryData<Value>) => {
    callback(null, Value.wrap(request.values[0]));
  },
  structOf: ({ request }: ServerUnaryCall<FieldMask, Struct>, callback: sendUnaryData<Struct>) => {
    callback(null, { fields: new Map(request.paths.map((path) => [path, path.length])) });
  },
  keysOf: ({ request }: ServerUnaryCall<Struct, FieldMask>, callback: sendUnaryData<FieldMask>) => {
    callback(null, { paths: [...request.fields.keys()].sort() });
  },
};

const server = new Server();
server.addService(AgreementServiceService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  console.log(port);
});
process.stdin.on("end", () => process.exit(0)).resume();
