/** Serves a simulated market and trading account with NestJS. Run `npm start [PORT]` in examples/nestjs. */

import "reflect-metadata";

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type GrpcOptions, GrpcMethod, GrpcStreamMethod, Transport } from "@nestjs/microservices";
import type { ErrorInfoSchema } from "jts-grpc/common_pb";
import { type GetQuoteRequest, MarketDataService, PriceTickSchema, type SubscribeRequest } from "jts-grpc/market_data_pb";
import { type NestController, packageDefinition } from "jts-grpc/nestjs";
import {
  type OrderEvent,
  OrderEventSchema,
  OrderStatus,
  type PlaceOrderRequest,
  type PlaceOrderResponseSchema,
  TradingService,
} from "jts-grpc/trading_pb";
import { endWith, ignoreElements, interval, mergeMap, type Observable, takeUntil, tap } from "rxjs";

const tick = (symbol: string, number: number) =>
  create(PriceTickSchema, { symbol, exchange: "KRX", price: { value: `${70500 + number}.25`, scale: 2 } });

/** Serves quotes on request and as a live stream. Other methods answer UNIMPLEMENTED. */
@Controller()
class MarketData implements Pick<NestController<typeof MarketDataService>, "getQuote" | "subscribe"> {
  @GrpcMethod("MarketDataService")
  getQuote({ symbol }: GetQuoteRequest) {
    return { tick: tick(symbol, 0) };
  }

  @GrpcStreamMethod("MarketDataService")
  subscribe(requests: Observable<SubscribeRequest>) {
    const symbols = new Set<string>();
    let number = 0;
    const ended = requests.pipe(
      tap(({ action }) => {
        const change = action.case === "subscribe" ? "add" : "delete";
        action.value?.symbols.forEach((symbol) => symbols[change](symbol));
      }),
      ignoreElements(),
      endWith(true),
    );
    return interval(100).pipe(
      takeUntil(ended), // the client has closed its request stream
      mergeMap(() => [...symbols].sort().map((symbol) => ({ event: { case: "tick" as const, value: tick(symbol, ++number) } }))),
    );
  }
}

/** Returns why an order with this quantity is rejected, or undefined. */
function refusal(quantity = ""): MessageInitShape<typeof ErrorInfoSchema> | undefined {
  // Number(…) would round, and would accept "" and "1e3".
  const [, whole, fraction = ""] = /^([0-9]+)(?:\.([0-9]+))?$/.exec(quantity) ?? [];
  if (whole === undefined || !/[1-9]/.test(quantity)) {
    return { code: "INVALID_QUANTITY", message: "A quantity is a decimal number above zero." };
  }
  if (BigInt(whole) > 1000n || (BigInt(whole) === 1000n && /[1-9]/.test(fraction))) {
    return { code: "ORDER_TOO_LARGE", message: "An order is for 1000 at most." };
  }
  return undefined;
}

/** Accepts orders for up to 1000 units. */
@Controller()
class Trading implements Pick<NestController<typeof TradingService>, "placeOrder"> {
  private readonly orders = new Map<string, OrderEvent>();

  @GrpcMethod("TradingService")
  placeOrder({ clientOrderId, quantity }: PlaceOrderRequest): MessageInitShape<typeof PlaceOrderResponseSchema> {
    const error = refusal(quantity?.value);
    if (error) return { result: { case: "error", value: error } };
    // A repeated ID is a retry and gets the existing order.
    let order = this.orders.get(clientOrderId);
    if (!order) {
      order = create(OrderEventSchema, { orderId: `B${this.orders.size + 1}`, quantity, status: OrderStatus.ACCEPTED });
      this.orders.set(clientOrderId, order);
    }
    return { result: { case: "order", value: order } };
  }
}

@Module({ controllers: [MarketData, Trading] })
class JtsModule {}

const port = process.argv[2] ?? "50051";
const app = await NestFactory.createMicroservice<GrpcOptions>(JtsModule, {
  transport: Transport.GRPC,
  logger: ["error", "warn"],
  options: {
    url: `127.0.0.1:${port}`,
    package: ["jts.market", "jts.trading"],
    packageDefinition: packageDefinition(MarketDataService, TradingService), // no .proto file is read
  },
});
app.enableShutdownHooks();
await app.listen();
console.log(`listening on 127.0.0.1:${port}`);
