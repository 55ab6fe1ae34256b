/** Watches two ticks and places two orders with grpc-js. Run `node dist/client.js [ADDRESS]` in examples/nestjs. */

import { credentials, Metadata } from "@grpc/grpc-js";
import { createClient } from "jts-grpc/grpc";
import { MarketDataKind, MarketDataService } from "jts-grpc/market_data_pb";
import { OrderSide, OrderType, type PlaceOrderResponse, TradingService } from "jts-grpc/trading_pb";

const address = process.argv[2] ?? "127.0.0.1:50051";
const market = createClient(MarketDataService, address, credentials.createInsecure());
const trading = createClient(TradingService, address, credentials.createInsecure());

async function watch(count: number) {
  const call = market.subscribe();
  const subscription = { symbols: ["005930"], exchange: "KRX", kind: MarketDataKind.TICK };
  call.write({ action: { case: "subscribe", value: subscription } });
  let ticks = 0;
  for await (const { event } of call) {
    if (event.case === "tick" && ++ticks <= count) console.log("tick", event.value.price?.value);
    if (ticks === count) call.end(); // the server ends the call after any events in flight
  }
}

async function buy(clientOrderId: string, quantity: string) {
  const order = {
    clientOrderId,
    symbol: "005930",
    exchange: "KRX",
    side: OrderSide.BUY,
    type: OrderType.LIMIT,
    quantity: { value: quantity, scale: 0 },
    price: { value: "70500.25", scale: 2 },
  };
  const { result } = await new Promise<PlaceOrderResponse>((resolve, reject) =>
    trading.placeOrder(order, new Metadata(), { deadline: Date.now() + 1000 }, (error, answer) =>
      answer ? resolve(answer) : reject(error),
    ),
  );
  // A rejected order is a normal response, not a failed call.
  console.log(clientOrderId, result.case === "order" ? result.value.orderId : result.value?.code);
}

try {
  await watch(2);
  await buy("c-1", "10");
  await buy("c-2", "ten");
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
market.close();
trading.close();
