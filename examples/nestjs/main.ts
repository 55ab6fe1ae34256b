/** Serves a make-believe market and account with NestJS; run `npm start [PORT]` in examples/nestjs. */

import "reflect-metadata";

import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type GrpcOptions, GrpcMethod, GrpcStreamMethod, Transport } from "@nestjs/microservices";
import * as market from "jts-grpc/nestjs/market_data";
import * as trading from "jts-grpc/nestjs/trading";
import { endWith, ignoreElements, interval, mergeMap, type Observable, takeUntil, tap } from "rxjs";

function tick(symbol: string, number: number): market.PriceTick {
  return market.PriceTick.create({ symbol, exchange: "KRX", price: { value: `${70500 + number}.25`, scale: 2 } });
}

/** Quotes on request and live; the methods left out answer UNIMPLEMENTED. */
@Controller()
class MarketData implements Pick<market.MarketDataServiceController, "getQuote" | "subscribe"> {
  @GrpcMethod(market.MARKET_DATA_SERVICE_NAME, "getQuote")
  getQuote(request: market.GetQuoteRequest): market.GetQuoteResponse {
    return { tick: tick(request.symbol, 0) };
  }

  @GrpcStreamMethod(market.MARKET_DATA_SERVICE_NAME, "subscribe")
  subscribe(requests: Observable<market.SubscribeRequest>): Observable<market.SubscribeResponse> {
    const symbols = new Set<string>();
    let number = 0;
    const ended = requests.pipe(
      tap(({ action }) => {
        const change = action?.$case === "subscribe" ? "add" : "delete";
        action?.value.symbols.forEach((symbol) => symbols[change](symbol));
      }),
      ignoreElements(),
      endWith(true),
    );
    return interval(100).pipe(
      takeUntil(ended), // the client will send no more
      mergeMap(() => [...symbols].sort().map((symbol) => ({ event: { $case: "tick", value: tick(symbol, ++number) } as const }))),
    );
  }
}

/** Takes orders of up to a thousand pieces. */
@Controller()
class Trading implements Pick<trading.TradingServiceController, "placeOrder"> {
  private readonly orders = new Map<string, trading.OrderEvent>();

  @GrpcMethod(trading.TRADING_SERVICE_NAME, "placeOrder")
  placeOrder(request: trading.PlaceOrderRequest): trading.PlaceOrderResponse {
    if (Number(request.quantity?.value) > 1000) {
      const error = { code: "ORDER_TOO_LARGE", message: "An order is for 1000 at most.", details: "", timestamp: 0n };
      return { result: { $case: "error", value: error } };
    }
    // The same id again is a retry, and gets the order that there is.
    const order = this.orders.get(request.clientOrderId) ?? trading.OrderEvent.create({
      orderId: `B${this.orders.size + 1}`,
      quantity: request.quantity,
      status: trading.OrderStatus.ORDER_STATUS_ACCEPTED,
    });
    this.orders.set(request.clientOrderId, order);
    return { result: { $case: "order", value: order } };
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
    package: [market.JTS_MARKET_PACKAGE_NAME, trading.JTS_TRADING_PACKAGE_NAME],
    // What was generated does all: no .proto file is read, and no number is rounded.
    packageDefinition: {
      "jts.market.MarketDataService": market.MarketDataServiceService,
      "jts.trading.TradingService": trading.TradingServiceService,
    },
  },
});
app.enableShutdownHooks();
await app.listen();
console.log(`listening on 127.0.0.1:${port}`);
