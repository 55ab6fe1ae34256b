/** Clients and servers of @grpc/grpc-js from the service descriptors that protoc-gen-es writes. */
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";

/** What a call takes after its request. */
export type Options = [] | [grpc.Metadata] | [grpc.CallOptions] | [grpc.Metadata, grpc.CallOptions];

/** The name of an rpc in code: its localName, or with its capital where each client has that already: `Close`. */
export type Name<K> = K extends `${infer Reserved}$`
  ? Capitalize<Reserved>
  : K extends keyof grpc.Client | keyof Object | "prototype" ? Capitalize<K> : K;

interface Call<M extends DescMethod, Q = MessageInitShape<M["input"]>, A = MessageShape<M["output"]>> {
  unary: (request: Q, ...rest: [...Options, callback: grpc.requestCallback<A>]) => grpc.ClientUnaryCall;
  server_streaming: (request: Q, ...options: Options) => grpc.ClientReadableStream<A>;
  client_streaming: (...rest: [...Options, callback: grpc.requestCallback<A>]) => grpc.ClientWritableStream<Q>;
  bidi_streaming: (...options: Options) => grpc.ClientDuplexStream<Q, A>;
}

interface Handler<M extends DescMethod, Q = MessageShape<M["input"]>, A = MessageInitShape<M["output"]>> {
  unary: grpc.handleUnaryCall<Q, A>;
  server_streaming: grpc.handleServerStreamingCall<Q, A>;
  client_streaming: grpc.handleClientStreamingCall<Q, A>;
  bidi_streaming: grpc.handleBidiStreamingCall<Q, A>;
}

/** A client of a service: `Client<typeof TradingService>`. Requests are messages, or their fields. */
export type Client<S extends DescService> = grpc.Client & {
  [K in keyof S["method"] as Name<K>]: Call<S["method"][K]>[S["method"][K]["methodKind"]];
};

/** The handlers of a service, for Server.addService: `Handlers<typeof TradingService>`. Responses as in a client. */
export type Handlers<S extends DescService> = {
  [K in keyof S["method"] as Name<K>]: Handler<S["method"][K]>[S["method"][K]["methodKind"]];
};

const serializer = (schema: DescMessage) => (value?: Record<string, unknown> | null): Buffer => {
  // `create` takes anything: nothing at all, and a message of another type, would become an empty message.
  if (value === undefined || value === null) {
    throw new TypeError(`${schema} is missing`);
  }
  const bytes = toBinary(schema, isMessage(value) ? value : create(schema, value));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

// Fields of bytes are views of what is read here. A Buffer would make them Buffers, whose `slice` does not copy.
const deserializer = (schema: DescMessage) => (bytes: Buffer): Message =>
  fromBinary(schema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));

/**
 * Returns a service as grpc-js and NestJS look it up, for `Server.addService`.
 *
 * @throws Error when grpc-js has no place for an rpc, or two rpcs differ in the case of their first letter only.
 */
export function serviceDefinition(service: DescService): grpc.ServiceDefinition {
  const definition: { [key: string]: grpc.MethodDefinition<any, any> } = {};
  for (const { name, localName, methodKind, input, output } of service.methods) {
    // NestJS looks for this one: what @GrpcMethod makes of a method's name. originalName is what is typed here.
    const key = name.charAt(0).toUpperCase() + name.slice(1);
    if (key in grpc.Client.prototype || key in definition) {
      throw new Error(`rpc ${service.typeName}.${name}: ${key} is the name of another rpc, or of something of grpc-js`);
    }
    const taken = localName.endsWith("$") || localName === "prototype" || localName in grpc.Client.prototype;
    definition[key] = {
      path: `/${service.typeName}/${name}`,
      requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
      responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
      requestSerialize: serializer(input),
      requestDeserialize: deserializer(input),
      responseSerialize: serializer(output),
      responseDeserialize: deserializer(output),
      originalName: taken ? key : localName,
    };
  }
  return definition;
}

/**
 * Returns a client of a service; the rest of the arguments is that of grpc-js's Client.
 *
 * @throws Error as serviceDefinition does.
 */
export function createClient<S extends DescService>(
  service: S,
  ...channel: ConstructorParameters<typeof grpc.Client>
): Client<S> {
  const ServiceClient = grpc.makeClientConstructor(serviceDefinition(service), service.typeName);
  return new ServiceClient(...channel) as unknown as Client<S>;
}
