/** Watches two ticks and places two orders with Connect. Run `node dist/client.js [ADDRESS]` in examples/connect. */

import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { MarketDataKind, MarketDataService } from "jts-grpc/market_data_pb";
import { OrderSide, OrderType, TradingService } from "jts-grpc/trading_pb";

const transport = createGrpcTransport({ baseUrl: `http://${process.argv[2] ?? "127.0.0.1:50051"}` });
const market = createClient(MarketDataService, transport);
const trading = createClient(TradingService, transport);

async function watch(count: number) {
  let enough = () => {};
  const watched = new Promise<void>((resolve) => (enough = resolve));
  async function* requests() {
    const value = { symbols: ["005930"], exchange: "KRX", kind: MarketDataKind.TICK };
    yield { action: { case: "subscribe" as const, value } };
    await watched; // the server ends the call once the request stream ends
  }
  let ticks = 0;
  for await (const { event } of market.subscribe(requests())) {
    if (event.case === "tick" && ++ticks <= count) console.log("tick", event.value.price?.value);
    if (ticks === count) enough();
  }
}

async function buy(clientOrderId: string, quantity: string) {
  const { result } = await trading.placeOrder(
    {
      clientOrderId,
      symbol: "005930",
      exchange: "KRX",
      side: OrderSide.BUY,
      type: OrderType.LIMIT,
      quantity: { value: quantity, scale: 0 },
      price: { value: "70500.25", scale: 2 },
    },
    { timeoutMs: 1000 },
  );
  // A rejected order is a normal response, not a failed call.
  console.log(clientOrderId, result.case === "order" ? result.value.orderId : result.value?.code);
}

try {
  await watch(2);
  await buy("c-1", "10");
  await buy("c-2", "ten");
} catch (error) {
  console.error(ConnectError.from(error).message);
  process.exitCode = 1;
}
