// serviceDefinition and createClient, between servers and clients of grpc-js.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { create, createFileRegistry, type DescService, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import {
  Awkward,
  Echo,
  LowerCase,
  NewerValueSchema,
  NothingSchema,
  type Value,
  ValueSchema,
} from "./generated/adapter_pb.js";
import { Echo as OtherEcho } from "./generated/namesake_pb.js";
import { type Client, createClient, type Handlers, serviceDefinition } from "./grpc.js";

const DETAILS = Buffer.from([0, 8, 255]);
const LARGE = 2n ** 53n + 1n;

class EchoHandlers implements Handlers<typeof Echo> {
  readonly ended: Promise<string>;
  #end: (note: string) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  say: Handlers<typeof Echo>["say"] = (call, callback) => {
    const { note } = call.request;
    if (note === "refuse") {
      const metadata = new Metadata();
      metadata.set("grpc-status-details-bin", DETAILS);
      callback({ code: status.FAILED_PRECONDITION, details: "refused", metadata });
    } else if (note === "half a number") {
      callback(null, { small: 1.5 });
    } else if (note === "forget") {
      callback(null);
    } else if (note !== "wait") {
      const initial = new Metadata();
      initial.set("x-initial", String(call.metadata.get("x-sent")));
      call.sendMetadata(initial);
      callback(null, call.request, call.metadata.clone());
    }
  };

  repeat: Handlers<typeof Echo>["repeat"] = (call) => {
    const { note, small } = call.request;
    for (let count = 0; count < small; count++) {
      call.write({ whole: BigInt(count) });
    }
    if (note === "wait") {
      call.on("cancelled", () => this.#end(note));
    } else if (note === "fail") {
      call.emit("error", Object.assign(new Error("late"), { code: status.ABORTED }));
    } else if (note === "half a number") {
      call.write({ small: 1.5 });
    } else {
      call.end();
    }
  };

  gather: Handlers<typeof Echo>["gather"] = (call, callback) => {
    let whole = 0n;
    call.on("data", (value: Value) => (whole += value.whole));
    call.on("end", () => callback(null, { whole }));
  };

  talk: Handlers<typeof Echo>["talk"] = (call) => {
    call.on("data", (value: Value) => call.write({ choice: { case: "inner", value } }));
    call.on("end", () => call.end());
  };
}

/** Serves on a free port, and returns the port. */
async function listen(server: Server): Promise<string> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}

/** Turns a callback into a promise. */
function called<T>(call: (callback: (error: ServiceError | null, answer?: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer as T))));
}

async function all<T>(stream: ClientReadableStream<T>): Promise<T[]> {
  const messages: T[] = [];
  for await (const message of stream) {
    messages.push(message as T);
  }
  return messages;
}

function refused(code: status, details: RegExp): (error: ServiceError) => true {
  return (error) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.details, details);
    return true;
  };
}

describe("a server and a client", () => {
  const server = new Server();
  const echo = new EchoHandlers();
  let client: Client<typeof Echo>;

  before(async () => {
    // grpc-js rejects a class that has more than handlers; this type omits the rest.
    const handlers: Handlers<typeof Echo> = echo;
    server.addService(serviceDefinition(Echo), handlers);
    client = createClient(Echo, await listen(server), credentials.createInsecure());
  });

  after(() => {
    client.close();
    server.forceShutdown();
  });

  const say = (request: Parameters<typeof client.say>[0]): Promise<Value> =>
    called<Value>((done) => client.say(request, done));

  test("a unary call, of a message and of fields", async () => {
    const message = create(ValueSchema, {
      whole: LARGE,
      small: -(2 ** 31),
      note: "",
      labels: JSON.parse('{"__proto__": "a", "constructor": "b", "": "c"}') as Record<string, string>,
      data: new Uint8Array([0, 255]),
      choice: { case: "inner", value: { choice: { case: "text", value: "" } } },
    });
    assert.deepEqual(Object.keys(message.labels).sort(), ["", "__proto__", "constructor"]);
    assert.deepEqual(await say(message), message);
    const { $typeName: _, ...fields } = message;
    assert.deepEqual(await say(fields), message);
  });

  test("an optional field is absent, not empty", async () => {
    assert.equal((await say({})).note, undefined);
    assert.equal((await say({ note: "" })).note, "");
  });

  test("bytes are a Uint8Array, not a Buffer", async () => {
    assert.equal(Object.getPrototypeOf((await say({ data: Buffer.from("x") })).data), Uint8Array.prototype);
  });

  test("a stream of responses", async () => {
    const values = await all(client.repeat({ small: 3 }));
    assert.deepEqual(values.map(({ whole }) => whole), [0n, 1n, 2n]);
  });

  test("a stream of requests", async () => {
    const sum = await called<Value>((done) => {
      const call = client.gather(done);
      call.write({ whole: LARGE });
      call.write(create(ValueSchema, { whole: 1n }));
      call.end();
    });
    assert.equal(sum.whole, LARGE + 1n);
  });

  test("streams both ways", async () => {
    const call: ClientDuplexStream<Parameters<typeof client.say>[0], Value> = client.talk();
    call.write({ note: "first" });
    call.write({ note: "second" });
    call.end();
    const inner = (await all(call)).map(({ choice }) => (choice.case === "inner" ? choice.value.note : choice.case));
    assert.deepEqual(inner, ["first", "second"]);
  });

  test("metadata, with options and without", async () => {
    for (const options of [[], [{ deadline: Date.now() + 30_000 }]] as const) {
      const sent = new Metadata();
      sent.set("x-sent", "text");
      const received: Metadata[] = [];
      await called<Value>((done) => {
        const call = options.length ? client.say({}, sent, options[0], done) : client.say({}, sent, done);
        call.on("metadata", (initial) => received.push(initial));
        call.on("status", ({ metadata }) => received.push(metadata));
      });
      assert.deepEqual(received[0]?.get("x-initial"), ["text"]);
      assert.deepEqual(received[1]?.get("x-sent"), ["text"]);
    }
  });

  test("a deadline", async () => {
    const call = called<Value>((done) => client.say({ note: "wait" }, { deadline: Date.now() + 50 }, done));
    await assert.rejects(call, refused(status.DEADLINE_EXCEEDED, /./));
  });

  test("a cancellation reaches the server", async () => {
    const call = client.repeat({ small: 1, note: "wait" });
    const ending = assert.rejects(all(call), refused(status.CANCELLED, /./));
    call.once("data", () => call.cancel());
    await ending;
    assert.equal(await echo.ended, "wait");
  });

  test("an error has its code and details", async () => {
    await assert.rejects(say({ note: "refuse" }), (error: ServiceError) => {
      assert.deepEqual(error.metadata.get("grpc-status-details-bin"), [DETAILS]);
      return refused(status.FAILED_PRECONDITION, /^refused$/)(error);
    });
  });

  test("an error in mid-stream", async () => {
    const received: Value[] = [];
    const call = client.repeat({ small: 1, note: "fail" }).on("data", (value: Value) => received.push(value));
    const [error] = (await new Promise<unknown[]>((resolve) => call.once("error", (...seen) => resolve(seen)))) as [
      ServiceError,
    ];
    assert.deepEqual([error.code, received.length], [status.ABORTED, 1]);
  });

  test("fields that are not known come back", async () => {
    const sent = create(NewerValueSchema, { whole: LARGE, added: "kept" });
    const back = await called<typeof sent>((done) =>
      client.makeUnaryRequest(
        "/adapter.first.Echo/Say",
        (value) => Buffer.from(toBinary(NewerValueSchema, value)),
        (bytes) => fromBinary(NewerValueSchema, bytes),
        sent,
        done,
      ),
    );
    assert.deepEqual([back.whole, back.added], [LARGE, "kept"]);
  });

  describe("what would be lost is an error", () => {
    // The types forbid it, but JavaScript can send it.
    const untyped = (fields: object) => say(fields);

    test("an int32 of 1.5", async () => {
      await assert.rejects(say({ small: 1.5 }), refused(status.INTERNAL, /int32: 1\.5/));
      await assert.rejects(say({ note: "half a number" }), refused(status.INTERNAL, /serializ/));
      await assert.rejects(all(client.repeat({ note: "half a number" })), refused(status.INTERNAL, /serializ/));
      const call = called<Value>((done) => client.gather(done).write({ small: 1.5 }));
      await assert.rejects(call, refused(status.INTERNAL, /int32: 1\.5/));
      const both = client.talk();
      both.write({ small: 1.5 });
      await assert.rejects(all(both), refused(status.INTERNAL, /int32: 1\.5/));
    });

    test("a number for an int64 that is not whole; a whole one is sent", async () => {
      await assert.rejects(untyped({ whole: 1.5 }), refused(status.INTERNAL, /1\.5/));
      await assert.rejects(untyped({ whole: 2 ** 63 }), refused(status.INTERNAL, /int64/));
      assert.equal((await untyped({ whole: 5 })).whole, 5n);
    });

    test("a message of another type", async () => {
      await assert.rejects(untyped(create(NewerValueSchema)), refused(status.INTERNAL, /adapter\.first\.NewerValue/));
    });

    test("no message", async () => {
      await assert.rejects(untyped(undefined as never), refused(status.INTERNAL, /adapter\.first\.Value is missing/));
      await assert.rejects(say({ note: "forget" }), refused(status.INTERNAL, /serializ/));
    });
  });
});

describe("names", () => {
  test("each rpc of an awkward name is called, and the client keeps what it has", async () => {
    const server = new Server();
    const note = (name: string) => (_: unknown, callback: (error: null, value: { note: string }) => void) =>
      callback(null, { note: name });
    server.addService(serviceDefinition(Awkward), {
      Close: note("Close"),
      Constructor: note("Constructor"),
      default: note("Default"),
      format: note("Format"),
      GetChannel: note("GetChannel"),
      getClient: note("GetClient"),
      HasOwnProperty: note("HasOwnProperty"),
      MakeUnaryRequest: note("MakeUnaryRequest"),
      Prototype: note("Prototype"),
      ToJSON: note("ToJSON"),
      ToString: note("ToString"),
      delete: note("delete"),
      snake_case: note("snake_case"),
    } satisfies Handlers<typeof Awkward>);
    server.addService(serviceDefinition(LowerCase), {
      Close: note("close"),
      Constructor: note("constructor"),
      format: note("format"),
      Prototype: note("prototype"),
      ToString: note("toString"),
    } satisfies Handlers<typeof LowerCase>);
    const address = await listen(server);
    const awkward = createClient(Awkward, address, credentials.createInsecure());
    const lower = createClient(LowerCase, address, credentials.createInsecure());
    const request = create(NothingSchema);
    const notes = await Promise.all([
      called<Value>((done) => awkward.Close(request, done)),
      called<Value>((done) => awkward.Constructor(request, done)),
      called<Value>((done) => awkward.default(request, done)),
      called<Value>((done) => awkward.format(request, done)),
      called<Value>((done) => awkward.GetChannel(request, done)),
      called<Value>((done) => awkward.getClient(request, done)),
      called<Value>((done) => awkward.HasOwnProperty(request, done)),
      called<Value>((done) => awkward.MakeUnaryRequest(request, done)),
      called<Value>((done) => awkward.Prototype(request, done)),
      called<Value>((done) => awkward.ToJSON(request, done)),
      called<Value>((done) => awkward.ToString(request, done)),
      called<Value>((done) => awkward.delete(request, done)),
      called<Value>((done) => awkward.snake_case(request, done)),
      called<Value>((done) => lower.Close(request, done)),
      called<Value>((done) => lower.Constructor(request, done)),
      called<Value>((done) => lower.format(request, done)),
      called<Value>((done) => lower.Prototype(request, done)),
      called<Value>((done) => lower.ToString(request, done)),
    ]);
    const names = [...Awkward.methods, ...LowerCase.methods].map(({ name }) => name);
    assert.deepEqual(notes.map((value) => value.note), names);
    assert.equal(String(awkward), "[object Object]");
    assert.match(awkward.getChannel().getTarget(), /127\.0\.0\.1/);
    awkward.close();
    lower.close();
    server.forceShutdown();
  });

  test("a handler that is left out is not implemented, whatever every object has by its name", async () => {
    const server = new Server();
    server.addService(serviceDefinition(Awkward), {});
    server.addService(serviceDefinition(LowerCase), {});
    const address = await listen(server);
    for (const service of [Awkward, LowerCase] as DescService[]) {
      const definitions = Object.entries(serviceDefinition(service));
      const client = createClient(service, address, credentials.createInsecure());
      for (const [name, { path, requestSerialize, responseDeserialize }] of definitions) {
        // A handler that is not a function would never answer.
        const options = { deadline: Date.now() + 9000 };
        const call = called((done) =>
          client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, options, done),
        );
        await assert.rejects(call, refused(status.UNIMPLEMENTED, new RegExp(name)));
      }
      client.close();
    }
    server.forceShutdown();
  });

  test("namesakes in two packages", async () => {
    const server = new Server();
    server.addService(serviceDefinition(Echo), {});
    server.addService(serviceDefinition(OtherEcho), {
      say: (call, callback) => callback(null, { text: `${call.request.text}!` }),
    } satisfies Handlers<typeof OtherEcho>);
    const client = createClient(OtherEcho, await listen(server), credentials.createInsecure());
    assert.equal((await called<{ text: string }>((done) => client.say({ text: "hi" }, done))).text, "hi!");
    client.close();
    server.forceShutdown();
  });

  /** A service that has these rpcs. */
  function serviceWith(...names: string[]): DescService {
    const method = names.map((name) => ({ name, inputType: ".bad.M", outputType: ".bad.M" }));
    const file = create(FileDescriptorProtoSchema, {
      name: "bad.proto",
      package: "bad",
      syntax: "proto3",
      messageType: [{ name: "M" }],
      service: [{ name: "S", method }],
    });
    return createFileRegistry(file, () => undefined).getService("bad.S") as DescService;
  }

  test("what grpc-js would leave out or replace is an error that names the rpc", () => {
    for (const names of [["__proto__"], ["__defineGetter__"], ["GetQuote", "getQuote"]]) {
      const define = () => serviceDefinition(serviceWith(...names));
      assert.throws(define, { message: new RegExp(`rpc bad\\.S\\.${names.at(-1)}: `) });
      assert.throws(() => createClient(serviceWith(...names), "127.0.0.1:1", credentials.createInsecure()), /rpc bad/);
    }
  });
});
