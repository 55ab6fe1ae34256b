// The clients in Node: Connect, grpc-js and NestJS.
import type { DescMethod } from "@bufbuild/protobuf";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { credentials, Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { ClientGrpcProxy } from "@nestjs/microservices";
import { type Observable, ReplaySubject } from "rxjs";
import { type Call, detailsOf, feed, type Options, type Outcome, type Pairs, streamsIn, streamsOut } from "./call.js";
import { callByConnect } from "./connect.js";
import { createClient } from "./grpc.js";
import { packageDefinition } from "./nestjs.js";
import { AgreementService } from "./stubs/tests/agreement/agreement_pb.js";

export function toMetadata(pairs: Pairs): Metadata {
  const metadata = new Metadata();
  pairs.forEach(([key, value]) => metadata.add(key, key.endsWith("-bin") ? Buffer.from(value, "base64") : value));
  return metadata;
}

export function fromMetadata(metadata: Metadata): Pairs {
  const pair = (key: string, value: string | Buffer): [string, string] => [key, value.toString("base64")];
  return Object.keys(metadata.getMap()).flatMap((key) => metadata.get(key).map((value) => pair(key, value)));
}

function ending({ code, details: message, metadata }: StatusObject | ServiceError): Partial<Outcome> {
  const [status] = metadata.get("grpc-status-details-bin");
  return { code, message, details: status ? detailsOf(status as Buffer) : [], trailing: fromMetadata(metadata) };
}

const callOptions = ({ timeoutMs }: Options) => (timeoutMs ? { deadline: Date.now() + timeoutMs } : {});
const credentialsFor = (ca?: string) => (ca ? credentials.createSsl(Buffer.from(ca)) : credentials.createInsecure());

function connect(address: string, ca?: string): Call {
  const secure = ca && { nodeOptions: { ca } };
  return callByConnect(createGrpcTransport({ baseUrl: `http${ca ? "s" : ""}://${address}`, ...secure }));
}

function grpcJs(address: string, ca?: string): Call {
  const client: any = createClient(AgreementService, address, credentialsFor(ca));
  return async (method: DescMethod, requests, options) => {
    const outcome: Outcome = { answers: [] };
    let call: any;
    const answer = new Promise((resolve, reject) => {
      const request = streamsIn(method) ? [] : requests;
      const callback = (error: ServiceError | null, value: unknown) => (error ? reject(error) : resolve(value));
      const rest = [toMetadata(options.metadata), callOptions(options), ...(streamsOut(method) ? [] : [callback])];
      call = client[method.localName](...request, ...rest);
    });
    call.on("metadata", (initial: Metadata) => (outcome.initial = fromMetadata(initial)));
    const status = new Promise<StatusObject>((resolve) => call.on("status", resolve));
    const next = feed(method, requests, (request) => call.write(request), () => call.end());
    try {
      for await (const message of streamsOut(method) ? call : [await answer]) {
        outcome.answers.push(message);
        next();
        if (outcome.answers.length === options.cancelAfter) {
          call.cancel();
        }
      }
    } catch {
      // The status event reports the error.
    }
    return { ...outcome, ...ending(await status) };
  };
}

function nestjs(address: string, ca?: string): Call {
  const proxy = new ClientGrpcProxy({
    package: "agreement",
    packageDefinition: packageDefinition(AgreementService),
    url: address,
    credentials: credentialsFor(ca),
  });
  const service = proxy.getService<{ [name: string]: (...given: unknown[]) => Observable<any> }>("AgreementService");
  return (method, requests, options) =>
    new Promise((resolve) => {
      const outcome: Outcome = { answers: [] };
      const stream = new ReplaySubject();
      const next = feed(method, requests, (request) => stream.next(request), () => stream.complete());
      const given = [streamsIn(method) ? stream : requests[0], toMetadata(options.metadata), callOptions(options)];
      const subscription = service[method.localName]!(...given).subscribe({
        next: (message) => {
          outcome.answers.push(message);
          next();
          if (outcome.answers.length === options.cancelAfter) {
            subscription.unsubscribe();
            resolve(outcome);
          }
        },
        error: (error: ServiceError) => resolve({ ...outcome, ...ending(error) }),
        complete: () => resolve({ ...outcome, code: 0 }),
      });
    });
}

type Connect = (address: string, ca?: string) => Call;

/** Returns the function that makes calls with a library to an address, over TLS if there is an authority to trust. */
export const CLIENTS: { [library: string]: Connect } = { connect, grpc_js: grpcJs, nestjs };
