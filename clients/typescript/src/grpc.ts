/** Clients and servers for @grpc/grpc-js from the service descriptors that protoc-gen-es generates. */
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

/** The arguments of a call after its request. */
export type Options =
  | []
  | [metadata: grpc.Metadata]
  | [options: grpc.CallOptions]
  | [metadata: grpc.Metadata, options: grpc.CallOptions];

type Taken = keyof grpc.Client | keyof Object | "prototype" | `${string}$`;

/**
 * The rpcs of a service by their localNames. Names that every client or object already has keep their capital: `Close`,
 * `ToString`. The others are picked, not renamed, to keep their comments visible in editors.
 */
export type Methods<S extends DescService> = Pick<S["method"], Exclude<keyof S["method"], Taken>> & {
  [K in keyof S["method"] & Taken as Capitalize<K extends `${infer Reserved}$` ? Reserved : K>]: S["method"][K];
};

interface Call<M extends DescMethod, Q = MessageInitShape<M["input"]>, A = MessageShape<M["output"]>> {
  unary: (request: Q, ...rest: [...options: Options, callback: grpc.requestCallback<A>]) => grpc.ClientUnaryCall;
  server_streaming: (request: Q, ...options: Options) => grpc.ClientReadableStream<A>;
  client_streaming: (...rest: [...options: Options, callback: grpc.requestCallback<A>]) => grpc.ClientWritableStream<Q>;
  bidi_streaming: (...options: Options) => grpc.ClientDuplexStream<Q, A>;
}

interface Handler<M extends DescMethod, Q = MessageShape<M["input"]>, A = MessageInitShape<M["output"]>> {
  unary: grpc.handleUnaryCall<Q, A>;
  server_streaming: grpc.handleServerStreamingCall<Q, A>;
  client_streaming: grpc.handleClientStreamingCall<Q, A>;
  bidi_streaming: grpc.handleBidiStreamingCall<Q, A>;
}

/** A client of a service: `Client<typeof TradingService>`. Requests are messages or their fields. */
export type Client<S extends DescService> = grpc.Client & {
  [K in keyof Methods<S>]: Methods<S>[K] extends infer M extends DescMethod ? Call<M>[M["methodKind"]] : never;
};

/**
 * The handlers of a service, for Server.addService: `Handlers<typeof TradingService>`. Responses are messages or their
 * fields.
 */
export type Handlers<S extends DescService> = {
  [K in keyof Methods<S>]: Methods<S>[K] extends infer M extends DescMethod ? Handler<M>[M["methodKind"]] : never;
};

const serializer = (schema: DescMessage) => (value?: Record<string, unknown> | null): Buffer => {
  // `create` accepts anything: a missing value, or a message of another type, would become an empty message.
  if (value === undefined || value === null) {
    throw new TypeError(`${schema} is missing`);
  }
  const bytes = toBinary(schema, isMessage(value) ? value : create(schema, value));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

// Bytes fields are views of the input. A Buffer would make them Buffers, whose `slice` does not copy.
const deserializer = (schema: DescMessage) => (bytes: Buffer): Message =>
  fromBinary(schema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));

/**
 * Returns a service definition for `Server.addService`, with the method names that grpc-js and NestJS look up.
 *
 * @throws Error for two rpcs that differ only in the case of their first letter, and for one like `__proto__`.
 */
export function serviceDefinition(service: DescService): grpc.ServiceDefinition {
  const definition: { [key: string]: grpc.MethodDefinition<any, any> } = {};
  for (const { name, localName, methodKind, input, output } of service.methods) {
    // NestJS's @GrpcMethod capitalizes method names. grpc-js accepts both this key and originalName.
    const key = name.charAt(0).toUpperCase() + name.slice(1);
    if (key in definition) {
      throw new Error(`rpc ${service.typeName}.${name}: ${key} is another rpc, or what every object has`);
    }
    definition[key] = {
      path: `/${service.typeName}/${name}`,
      requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
      responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
      requestSerialize: serializer(input),
      requestDeserialize: deserializer(input),
      responseSerialize: serializer(output),
      responseDeserialize: deserializer(output),
      // Must not replace a member that every client has.
      originalName: localName in grpc.Client.prototype ? key : localName,
    };
  }
  return definition;
}

/**
 * Returns a client of a service; the remaining arguments are those of grpc-js's Client.
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
