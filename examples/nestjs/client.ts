/** Watches two ticks and places an order with grpc-js; run `node dist/client.js [ADDRESS]` in examples/nestjs. */

import { credentials, Metadata } from "@grpc/grpc-js";
import { MarketDataKind, MarketDataServiceClient, SubscribeRequest } from "jts-grpc/market_data";
import { OrderSide, OrderType, PlaceOrderRequest, TradingServiceClient } from "jts-grpc/trading";

const address = process.argv[2] ?? "127.0.0.1:50051";

const market = new MarketDataServiceClient(address, credentials.createInsecure());
const call = market.subscribe();
const subscription = { symbols: ["005930"], exchange: "KRX", kind: MarketDataKind.MARKET_DATA_KIND_TICK };
call.write(SubscribeRequest.create({ action: { $case: "subscribe", value: subscription } }));
let ticks = 0;
for await (const { event } of call) {
  if (event?.$case === "tick" && ++ticks <= 2) console.log("tick", event.value.price?.value);
  if (ticks === 2) call.end(); // the server ends it when what was under way has come
}

const trading = new TradingServiceClient(address, credentials.createInsecure());
const order = PlaceOrderRequest.create({
  clientOrderId: "c-1",
  symbol: "005930",
  exchange: "KRX",
  side: OrderSide.ORDER_SIDE_BUY,
  type: OrderType.ORDER_TYPE_LIMIT,
  quantity: { value: "10", scale: 0 },
  price: { value: "70500.25", scale: 2 },
});
trading.placeOrder(order, new Metadata(), { deadline: Date.now() + 1000 }, (error, answer) => {
  // A refusal is an answer and not a failed call.
  if (error) console.error(error.message);
  else if (answer.result?.$case === "order") console.log(order.clientOrderId, answer.result.value.orderId);
  else console.log(order.clientOrderId, answer.result?.value.code);
  market.close();
  trading.close();
});
