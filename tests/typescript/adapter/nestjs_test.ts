// packageDefinition and the types of nestjs.ts: NestJS controllers and clients, and a grpc-js client.
import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { credentials, Metadata, type ServerUnaryCall, type ServiceError, status } from "@grpc/grpc-js";
import { Controller, type INestMicroservice, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  ClientGrpcProxy,
  GrpcMethod,
  GrpcStreamCall,
  GrpcStreamMethod,
  type MicroserviceOptions,
  RpcException,
  Transport,
} from "@nestjs/microservices";
import { concat, finalize, from, lastValueFrom, map, NEVER, type Observable, of, reduce, take, toArray } from "rxjs";
import { Awkward, Echo, type Nothing, type Value } from "./generated/adapter_pb.js";
import {
  type GetCandlesRequest,
  type GetQuoteRequest,
  type ImportCandlesRequest,
  MarketDataService,
  type SubscribeRequest,
} from "./generated/market_data_pb.js";
import { Echo as OtherEcho, type Word } from "./generated/namesake_pb.js";
import {
  OrderSide,
  type PlaceOrderRequest,
  type PlaceOrderResponse,
  PlaceOrderResponseSchema,
  type StreamOrderEventsRequest,
  TradingService,
} from "./generated/trading_pb.js";
import { createClient, type Handlers } from "./grpc.js";
import { type NestClient, type NestController, packageDefinition } from "./nestjs.js";

const LARGE = 2n ** 53n + 1n;
const FOLDER = mkdtempSync(join(tmpdir(), "nestjs-"));
// NestJS does not report the port that it bound.
const URL = `unix:${join(FOLDER, "socket")}`;

type MarketData = NestController<typeof MarketDataService>;
let cancelled: () => void = () => {};

@Controller()
class MarketDataController
  implements Pick<MarketData, "getQuote" | "getCandles" | "importCandles" | "subscribe" | "streamPriceTicks">
{
  // The decorator derives GetQuote from the method's name.
  @GrpcMethod("MarketDataService")
  async getQuote(request: GetQuoteRequest, metadata: Metadata, call: ServerUnaryCall<GetQuoteRequest, unknown>) {
    const initial = new Metadata();
    initial.set("x-initial", String(metadata.get("x-sent")));
    call.sendMetadata(initial);
    return { tick: { symbol: request.symbol, timestamp: { seconds: LARGE } } };
  }

  @GrpcMethod("MarketDataService", "getCandles")
  getCandles({ symbol }: GetCandlesRequest) {
    return of({ candle: { symbol } }, { candle: { symbol } });
  }

  @GrpcStreamMethod("MarketDataService", "ImportCandles")
  importCandles(requests: Observable<ImportCandlesRequest>) {
    return requests.pipe(
      reduce((count) => count + 1n, 0n),
      map((received) => ({ received })),
    );
  }

  @GrpcStreamMethod("MarketDataService")
  subscribe(requests: Observable<SubscribeRequest>) {
    return requests.pipe(
      map(({ action }) => ({ event: { case: "tick" as const, value: { symbol: String(action.case) } } })),
    );
  }

  @GrpcMethod("jts.market.MarketDataService")
  streamPriceTicks() {
    return concat(of({ tick: {} }), NEVER).pipe(finalize(() => cancelled()));
  }
}

@Controller()
class TradingController implements Pick<NestController<typeof TradingService>, "placeOrder" | "streamOrderEvents"> {
  @GrpcMethod("TradingService", "PlaceOrder")
  placeOrder(request: PlaceOrderRequest): Observable<PlaceOrderResponse> {
    if (request.side === OrderSide.UNKNOWN) {
      throw new RpcException({ code: status.INVALID_ARGUMENT, message: "no side" });
    }
    return of(create(PlaceOrderResponseSchema, { result: { case: "error", value: { timestamp: LARGE } } }));
  }

  @GrpcMethod("TradingService")
  streamOrderEvents({ account }: StreamOrderEventsRequest) {
    return of({ event: { orderId: `${account?.accountId}` } });
  }
}

@Controller()
class EchoController {
  @GrpcMethod("adapter.first.Echo", "Say")
  say(value: Value): Value {
    return value;
  }

  @GrpcMethod("adapter.second.Echo", "Say")
  sayOther({ text }: Word): Parameters<NestClient<typeof OtherEcho>["say"]>[0] {
    return { text: `${text}!` };
  }

  // A raw grpc-js stream.
  @GrpcStreamCall("adapter.first.Echo")
  talk(...[call]: Parameters<Handlers<typeof Echo>["talk"]>): void {
    call.on("data", (value: Value) => call.write(value));
    call.on("end", () => call.end());
  }
}

@Controller()
class AwkwardController implements Pick<NestController<typeof Awkward>, "Close" | "ToString" | "delete"> {
  @GrpcMethod("Awkward")
  Close(_: Nothing) {
    return { note: "Close" };
  }

  @GrpcMethod("Awkward")
  ToString(_: Nothing) {
    return { note: "ToString" };
  }

  // The rpc begins with a lower-case letter, which the decorator still capitalizes.
  @GrpcMethod("Awkward")
  delete(_: Nothing) {
    return { note: "delete" };
  }
}

@Module({ controllers: [MarketDataController, TradingController, EchoController, AwkwardController] })
class AppModule {}

const failure = (code: status) => (error: { code: number }) => error.code === code;

describe("a server and a client of NestJS", () => {
  const options = {
    package: ["jts.market", "jts.trading", "adapter.first", "adapter.second"],
    packageDefinition: packageDefinition(MarketDataService, TradingService, Echo, OtherEcho, Awkward),
    url: URL,
  };
  let app: INestMicroservice;
  const proxies: ClientGrpcProxy[] = [];

  function connect(...packages: string[]): ClientGrpcProxy {
    const proxy = new ClientGrpcProxy({ ...options, package: packages });
    proxies.push(proxy);
    return proxy;
  }

  before(async () => {
    app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
      logger: ["error", "warn"],
      transport: Transport.GRPC,
      options,
    });
    await app.listen();
  });

  after(async () => {
    proxies.forEach((proxy) => proxy.close());
    await app.close();
    rmSync(FOLDER, { recursive: true });
  });

  test("services of two packages, and all four kinds of rpc", async () => {
    const proxy = connect("jts.market", "jts.trading");
    const market = proxy.getService<NestClient<typeof MarketDataService>>("MarketDataService");
    const trading = proxy.getService<NestClient<typeof TradingService>>("TradingService");
    const quote = await lastValueFrom(market.getQuote({ symbol: "005930" }));
    assert.deepEqual([quote.tick?.symbol, quote.tick?.timestamp?.seconds], ["005930", LARGE]);
    const candles = await lastValueFrom(market.getCandles({ symbol: "x" }).pipe(toArray()));
    assert.deepEqual(candles.map(({ candle }) => candle?.symbol), ["x", "x"]);
    const imported = await lastValueFrom(market.importCandles(from([{}, { candle: { tradeCount: 1 } }, {}])));
    assert.equal(imported.received, 3n);
    const actions: SubscribeRequest["action"]["case"][] = ["subscribe", "unsubscribe"];
    const requests = from(actions.map((action) => ({ action: { case: action as "subscribe", value: {} } })));
    const events = await lastValueFrom(market.subscribe(requests).pipe(toArray()));
    assert.deepEqual(events.map(({ event }) => event.case === "tick" && event.value.symbol), actions);
    const { result } = await lastValueFrom(trading.placeOrder({ side: OrderSide.BUY }));
    assert.deepEqual(result.case === "error" && result.value.timestamp, LARGE);
    const { event } = await lastValueFrom(trading.streamOrderEvents({ account: { accountId: "1" } }));
    assert.equal(event?.orderId, "1");
  });

  test("metadata, an error, an rpc without a handler, and a deadline", async () => {
    const proxy = connect("jts.market", "jts.trading");
    const market = proxy.getService<NestClient<typeof MarketDataService>>("MarketDataService");
    const trading = proxy.getService<NestClient<typeof TradingService>>("TradingService");
    await assert.rejects(lastValueFrom(trading.placeOrder({})), failure(status.INVALID_ARGUMENT));
    await assert.rejects(lastValueFrom(trading.getBalance({})), failure(status.UNIMPLEMENTED));
    const ticks = market.streamPriceTicks({}, new Metadata(), { deadline: Date.now() + 200 });
    await assert.rejects(lastValueFrom(ticks), failure(status.DEADLINE_EXCEEDED));
    await assert.rejects(lastValueFrom(market.getOrderBook({ depth: 1.5 })), failure(status.INTERNAL));
  });

  test("an unsubscription cancels the call", async () => {
    const market = connect("jts.market").getService<NestClient<typeof MarketDataService>>("MarketDataService");
    await new Promise<void>((resolve) => {
      cancelled = resolve;
      market.streamPriceTicks({}).pipe(take(1)).subscribe();
    });
  });

  test("a client of grpc-js", async () => {
    const client = createClient(MarketDataService, URL, credentials.createInsecure());
    const sent = new Metadata();
    sent.set("x-sent", "text");
    const seen = await new Promise<[ServiceError | null, string | undefined, string]>((resolve) => {
      let initial = "";
      client
        .getQuote({ symbol: "x" }, sent, (error, answer) => resolve([error, answer?.tick?.symbol, initial]))
        .on("metadata", (metadata) => (initial = String(metadata.get("x-initial"))));
    });
    assert.deepEqual(seen, [null, "x", "text"]);
    client.close();
  });

  test("namesakes in two packages", async () => {
    // getService takes the name without its package, so each service needs its own client.
    const first = connect("adapter.first").getService<NestClient<typeof Echo>>("Echo");
    const second = connect("adapter.second").getService<NestClient<typeof OtherEcho>>("Echo");
    assert.equal((await lastValueFrom(first.say({ whole: LARGE }))).whole, LARGE);
    assert.equal((await lastValueFrom(second.say({ text: "hi" }))).text, "hi!");
    const values = await lastValueFrom(first.talk(of({ small: 1 }, { small: 2 })).pipe(toArray()));
    assert.deepEqual(values.map(({ small }) => small), [1, 2]);
  });

  test("rpcs of awkward names", async () => {
    const awkward = connect("adapter.first").getService<NestClient<typeof Awkward>>("Awkward");
    assert.equal((await lastValueFrom(awkward.Close({}))).note, "Close");
    assert.equal((await lastValueFrom(awkward.ToString({}))).note, "ToString");
    assert.equal((await lastValueFrom(awkward.delete({}))).note, "delete");
    await assert.rejects(lastValueFrom(awkward.HasOwnProperty({})), failure(status.UNIMPLEMENTED));
  });
});

test("a service that grpc-js would leave out is an error that names it", () => {
  for (const typeName of ["constructor", "a.__proto__.S", "a.prototype"]) {
    const service = Object.assign(Object.create(Echo), { typeName }) as typeof Echo;
    assert.throws(() => packageDefinition(service), { message: new RegExp(`service ${typeName}: `) });
  }
  assert.ok(packageDefinition(Object.assign(Object.create(Echo), { typeName: "a.constructors.S" })));
});
