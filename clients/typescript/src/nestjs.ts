/** Controllers and clients for NestJS from the service descriptors that protoc-gen-es generates. */
import type { DescMethod, DescService, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type {
  Metadata,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
} from "@grpc/grpc-js";
import type { Observable } from "rxjs";
import { type Methods, type Options, serviceDefinition } from "./grpc.js";

type Answer<A> = A | Promise<A> | Observable<A>;
type Answers<A> = Observable<A> | Promise<Observable<A>>;

interface Handler<M extends DescMethod, Q = MessageShape<M["input"]>, A = MessageInitShape<M["output"]>> {
  unary: (request: Q, metadata: Metadata, call: ServerUnaryCall<Q, A>) => Answer<A>;
  server_streaming: (request: Q, metadata: Metadata, call: ServerWritableStream<Q, A>) => Answers<A>;
  client_streaming: (requests: Observable<Q>, metadata: Metadata, call: ServerReadableStream<Q, A>) => Answer<A>;
  bidi_streaming: (requests: Observable<Q>, metadata: Metadata, call: ServerDuplexStream<Q, A>) => Answers<A>;
}

interface Call<M extends DescMethod, Q = MessageInitShape<M["input"]>, A = MessageShape<M["output"]>> {
  unary: (request: Q, ...options: Options) => Observable<A>;
  server_streaming: (request: Q, ...options: Options) => Observable<A>;
  client_streaming: (requests: Observable<Q>, metadata?: Metadata) => Observable<A>;
  bidi_streaming: (requests: Observable<Q>, metadata?: Metadata) => Observable<A>;
}

/** A controller whose methods have @GrpcMethod, or @GrpcStreamMethod if the requests are a stream. */
export type NestController<S extends DescService> = {
  [K in keyof Methods<S>]: Methods<S>[K] extends infer M extends DescMethod ? Handler<M>[M["methodKind"]] : never;
};

/** What `ClientGrpc.getService` returns. */
export type NestClient<S extends DescService> = {
  [K in keyof Methods<S>]: Methods<S>[K] extends infer M extends DescMethod ? Call<M>[M["methodKind"]] : never;
};

/**
 * Returns the `packageDefinition` option of `Transport.GRPC`, which replaces `protoPath`.
 *
 * @throws Error as serviceDefinition does, and if grpc-js would drop a service because of its name.
 */
export function packageDefinition(...services: DescService[]): { [typeName: string]: ServiceDefinition } {
  const reserved = services.find(({ typeName }) => /(^|\.)(__proto__|constructor|prototype)(\.|$)/.test(typeName));
  if (reserved) {
    throw new Error(`service ${reserved.typeName}: grpc-js leaves it out because of its name`);
  }
  return Object.fromEntries(services.map((service) => [service.typeName, serviceDefinition(service)]));
}
