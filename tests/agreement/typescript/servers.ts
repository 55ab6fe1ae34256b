// The servers: Connect, grpc-js and NestJS. LOGIC implements each rpc of the service.
import { createServer } from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo, Server as NetServer } from "node:net";
import { type DescMethod, toBinary } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  cors,
  decodeBinaryHeader,
  type HandlerContext,
} from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { type Metadata, Server, ServerCredentials } from "@grpc/grpc-js";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { GrpcMethod, GrpcStreamMethod, type MicroserviceOptions, RpcException, Transport } from "@nestjs/microservices";
import { catchError, finalize, from, type Observable, throwError } from "rxjs";
import { streamsIn, streamsOut } from "./call.js";
import { fromMetadata, toMetadata } from "./clients.js";
import { appendTo } from "./connect.js";
import { serviceDefinition } from "./grpc.js";
import { packageDefinition } from "./nestjs.js";
import { all, type Context, Failure, FAILURE_METADATA, LOGIC } from "./service.js";
import { AgreementService, StatusSchema } from "./stubs/tests/agreement/agreement_pb.js";

/** The server's certificate and key. */
export interface Identity {
  key: string;
  cert: string;
}

type Handle = (requests: AsyncIterable<object>, context: Context) => AsyncIterable<object>;

const bytes = (key: string, value: string) => Buffer.from(value, key.endsWith("-bin") ? "base64" : "utf8");
const logic = ({ localName }: DescMethod) => LOGIC[localName as keyof typeof LOGIC] as Handle;
const each = <T>(make: (method: DescMethod) => T): { [name: string]: T } =>
  Object.fromEntries(AgreementService.methods.map((method) => [method.localName, make(method)]));

async function* only<T>(value: T): AsyncIterable<T> {
  yield value;
}

// Connect.

function connectHandler(method: DescMethod): unknown {
  async function* handle(request: object | AsyncIterable<object>, context: HandlerContext): AsyncIterable<object> {
    const { requestHeader, responseHeader, responseTrailer, signal, timeoutMs } = context;
    const left = timeoutMs();
    // The Fetch API joins the values of a key.
    const headers = [...requestHeader].flatMap(([key, value]) =>
      key.endsWith("-bin")
        ? value.split(",").map((part) => ({ key, value: decodeBinaryHeader(part.trim()) }))
        : [{ key, value: Buffer.from(value) }],
    );
    const over = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    over.catch(() => {});
    try {
      yield* logic(method)(streamsIn(method) ? (request as AsyncIterable<object>) : only(request as object), {
        headers,
        secondsLeft: left === undefined ? left : left / 1000,
        over,
        send: (initial, trailing) => {
          appendTo(responseHeader, initial);
          appendTo(responseTrailer, trailing);
        },
      });
    } catch (reason) {
      if (!(reason instanceof Failure)) {
        throw reason;
      }
      const { code, message, details } = reason.status;
      const error = new ConnectError(message, code as Code, appendTo(new Headers(), FAILURE_METADATA));
      error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.split("/").at(-1)!, value }));
      throw error;
    }
  }
  return streamsOut(method) ? handle : async (...given: Parameters<typeof handle>) => (await all(handle(...given)))[0];
}

const routes = (router: ConnectRouter) => router.service(AgreementService, each(connectHandler));

async function listening(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function connect(identity?: Identity): Promise<number> {
  const handler = connectNodeAdapter({ routes });
  return listening(identity ? http2.createSecureServer(identity, handler) : http2.createServer(handler));
}

/** Answers CORS requests, so that pages of other origins may call: https://developer.mozilla.org/docs/Web/HTTP/CORS. */
function web(): Promise<number> {
  const handler = connectNodeAdapter({ routes });
  const server = createServer((request, response) => {
    const allow = (what: string, ...all: string[]) => response.setHeader(`Access-Control-${what}`, all.join(", "));
    allow("Allow-Origin", "*");
    allow("Allow-Methods", ...cors.allowedMethods);
    allow("Allow-Headers", ...cors.allowedHeaders, "x-text", "x-many", "x-data-bin");
    allow("Expose-Headers", ...cors.exposedHeaders, "x-initial", "x-initial-bin");
    return request.method === "OPTIONS" ? response.writeHead(204).end() : handler(request, response);
  });
  return listening(server);
}

// grpc-js, and what NestJS shares with it.

interface GrpcCall extends AsyncIterable<object> {
  request: object;
  metadata: Metadata;
  getDeadline(): Date | number;
  sendMetadata(metadata: Metadata): void;
}

function contextOf(call: GrpcCall, over: Promise<unknown>, onTrailing?: (trailing: Metadata) => void): Context {
  const seconds = (Number(call.getDeadline()) - Date.now()) / 1000;
  return {
    headers: fromMetadata(call.metadata).map(([key, value]) => ({ key, value: bytes(key, value) })),
    secondsLeft: Number.isFinite(seconds) ? seconds : undefined,
    over,
    send: (initial, trailing) => {
      call.sendMetadata(toMetadata(initial));
      onTrailing?.(toMetadata(trailing));
    },
  };
}

function grpcError(reason: unknown): object {
  if (!(reason instanceof Failure)) {
    return reason as object;
  }
  const { code, message } = reason.status;
  const details = Buffer.from(toBinary(StatusSchema, reason.status)).toString("base64");
  return { code, message, metadata: toMetadata([...FAILURE_METADATA, ["grpc-status-details-bin", details]]) };
}

function grpcJsHandler(method: DescMethod): (call: any, callback?: any) => Promise<void> {
  return async (call, callback) => {
    let trailer: Metadata | undefined;
    const over = new Promise((resolve) => call.on("cancelled", resolve));
    const context = contextOf(call, over, (trailing) => (trailer = trailing));
    try {
      // By default, the end of an iteration destroys the stream.
      const requests = streamsIn(method) ? call.iterator({ destroyOnReturn: false }) : only(call.request);
      const answers = logic(method)(requests, context);
      if (!streamsOut(method)) {
        return callback(null, (await all(answers))[0], trailer);
      }
      for await (const answer of answers) {
        call.write(answer);
      }
      call.end(trailer);
    } catch (reason) {
      return callback ? callback(grpcError(reason)) : call.emit("error", grpcError(reason));
    }
  };
}

async function grpcJs(identity?: Identity): Promise<number> {
  const server = new Server();
  server.addService(serviceDefinition(AgreementService), each(grpcJsHandler));
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentialsOf(identity), (error, port) => (error ? reject(error) : resolve(port))),
  );
}

function credentialsOf(identity?: Identity): ServerCredentials {
  if (!identity) {
    return ServerCredentials.createInsecure();
  }
  const pair = { private_key: Buffer.from(identity.key), cert_chain: Buffer.from(identity.cert) };
  return ServerCredentials.createSsl(null, [pair]);
}

// NestJS.

@Controller()
class AgreementController {}

for (const method of AgreementService.methods) {
  const handle = (given: object | Observable<object>, _: Metadata, call: GrpcCall): Observable<object> => {
    let end = (_?: unknown) => {};
    const over = new Promise((resolve) => (end = resolve));
    // A handler must return before it receives requests.
    const stream = () =>
      new ReadableStream<object>({
        start: (sent) => {
          (given as Observable<object>).subscribe({ next: (m) => sent.enqueue(m), complete: () => sent.close() });
        },
      });
    const answers = logic(method)(streamsIn(method) ? stream() : only(given), contextOf(call, over));
    return from(answers).pipe(
      catchError((reason) => throwError(() => new RpcException(grpcError(reason)))),
      finalize(end),
    );
  };
  const decorator = (streamsIn(method) ? GrpcStreamMethod : GrpcMethod)("AgreementService", method.name);
  const descriptor = { value: handle };
  decorator(AgreementController.prototype, method.localName, descriptor);
  Object.defineProperty(AgreementController.prototype, method.localName, descriptor);
}

@Module({ controllers: [AgreementController] })
class AgreementModule {}

async function nestjs(identity?: Identity): Promise<number> {
  let port = 0;
  // NestJS does not report the port that it bound.
  const { bindAsync } = Server.prototype;
  Server.prototype.bindAsync = function (address, credentials, callback) {
    bindAsync.call(this, address, credentials, (error, bound) => {
      port = bound;
      callback(error, bound);
    });
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AgreementModule, {
    logger: ["error", "warn"],
    transport: Transport.GRPC,
    options: {
      package: "agreement",
      packageDefinition: packageDefinition(AgreementService),
      url: "127.0.0.1:0",
      credentials: credentialsOf(identity),
    },
  });
  await app.listen();
  Server.prototype.bindAsync = bindAsync;
  return port;
}

type Serve = (identity?: Identity) => Promise<number>;

/** Starts a server of a library, with TLS if it has an identity, and returns its port. */
export const SERVERS: { [library: string]: Serve } = { connect, grpc_js: grpcJs, nestjs, web };
