// The server of NestJS, as a process: prints its port, and serves until its standard input ends.
import "reflect-metadata";
import { createServer } from "node:net";
import { Metadata, type ServerUnaryCall } from "@grpc/grpc-js";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type MicroserviceOptions, RpcException, Transport } from "@nestjs/microservices";
import { concat, map, NEVER, Observable, of, throwError, toArray } from "rxjs";
import {
  AGREEMENT_PACKAGE_NAME,
  type AgreementServiceController,
  AgreementServiceControllerMethods,
  AgreementServiceService,
  type Exchange,
  type Exchanges,
  type Failure,
  type Older,
  Seen,
  Values,
  type Wish,
} from "./nestjs/tests/agreement/agreement.js";
import type { Empty } from "./nestjs/google/protobuf/empty.js";
import type { FieldMask } from "./nestjs/google/protobuf/field_mask.js";
import { type ListValue, type Struct, Value } from "./nestjs/google/protobuf/struct.js";
import type { BytesValue, Int64Value, StringValue } from "./nestjs/google/protobuf/wrappers.js";

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const ended: string[] = [];

function answer({ values, json }: Exchange): Exchange {
  if (!json) {
    return { values, json: "", read: undefined };
  }
  const written = JSON.stringify(Values.toJSON(values ?? Values.create()));
  return { values, json: written, read: Values.fromJSON(JSON.parse(json)) };
}

function failure({ code, message, details }: Failure): RpcException {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", details);
  metadata.set("x-reason", "asked for");
  return new RpcException({ code, message, metadata });
}

function headersOf(metadata: Metadata): Seen["headers"] {
  const keys = Object.keys(metadata.getMap());
  return keys.flatMap((key) => metadata.get(key).map((value) => ({ key, value: Buffer.from(value as string) })));
}

@Controller()
@AgreementServiceControllerMethods()
class Agreement implements AgreementServiceController {
  unary(request: Exchange): Exchange {
    return answer(request);
  }

  serverStream(request: Exchange): Observable<Exchange> {
    return of(answer(request), answer(request), answer(request));
  }

  // A handler that waited for the requests would wait for ever: NestJS passes them on once it has the answer's Observable.
  clientStream(requests: Observable<Exchange>): Observable<Exchanges> {
    return requests.pipe(map(answer), toArray(), map((exchanges) => ({ exchanges })));
  }

  bidiStream(requests: Observable<Exchange>): Observable<Exchange> {
    return requests.pipe(map(answer));
  }

  describe(_: Empty, metadata?: Metadata, call?: ServerUnaryCall<Empty, Seen>): Seen {
    const initial = new Metadata();
    initial.set("x-initial", "first");
    initial.set("x-initial-bin", ALL_BYTES);
    call?.sendMetadata(initial);
    const seconds = (Number(call?.getDeadline()) - Date.now()) / 1000;
    return {
      headers: metadata ? headersOf(metadata) : [],
      ended,
      ...(Number.isFinite(seconds) ? { secondsLeft: seconds } : {}),
    };
  }

  wait(request: Wish): Observable<Seen> {
    return new Observable<Seen>((subscriber) => {
      subscriber.next(Seen.create());
      return () => ended.push(request.id);
    });
  }

  fail(request: Failure): Seen {
    throw failure(request);
  }

  failLate(request: Failure): Observable<Seen> {
    return concat(of(Seen.create()), throwError(() => failure(request)));
  }

  echoOlder(request: Older): Older {
    return request;
  }

  async doNothing(_: Empty): Promise<Empty> {
    return {};
  }

  doNothingTwice(_: Empty): Observable<Empty> {
    return of({}, {});
  }

  doNothingEach(requests: Observable<Empty>): Observable<Empty> {
    return requests.pipe(map(() => ({})));
  }

  increment({ value }: Int64Value): Int64Value {
    return { value: value + 1n };
  }

  reverse(requests: Observable<BytesValue>): Observable<BytesValue> {
    return requests.pipe(map(({ value }) => ({ value: Buffer.from(value).reverse() })));
  }

  join(requests: Observable<StringValue>): Observable<StringValue> {
    return requests.pipe(toArray(), map((texts) => ({ value: texts.map(({ value }) => value).join("") })));
  }

  listOf(request: Value): ListValue {
    return { values: [Value.unwrap(request)] };
  }

  firstOf({ values }: ListValue): Value {
    return Value.wrap(values[0]);
  }

  structOf({ paths }: FieldMask): Struct {
    return { fields: new Map(paths.map((path) => [path, path.length])) };
  }

  keysOf({ fields }: Struct): FieldMask {
    return { paths: [...fields.keys()].sort() };
  }
}

@Module({ controllers: [Agreement] })
class AgreementModule {}

// NestJS does not say which port it took.
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

const port = await freePort();
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AgreementModule, {
  logger: false,
  transport: Transport.GRPC,
  options: {
    package: AGREEMENT_PACKAGE_NAME,
    packageDefinition: { "agreement.AgreementService": AgreementServiceService },
    url: `127.0.0.1:${port}`,
  },
});
await app.listen();
console.log(port);
process.stdin.on("end", () => process.exit(0)).resume();
