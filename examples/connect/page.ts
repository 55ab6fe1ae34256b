/** The script of index.html: shows the live price and places orders, using gRPC-Web. */

import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { MarketDataService } from "jts-grpc/market_data_pb";
import { OrderSide, TradingService } from "jts-grpc/trading_pb";

const transport = createGrpcWebTransport({ baseUrl: location.origin });
const market = createClient(MarketDataService, transport);
const trading = createClient(TradingService, transport);

async function buy(quantity: string): Promise<string> {
  const request = { clientOrderId: crypto.randomUUID(), symbol: "005930", exchange: "KRX", side: OrderSide.BUY };
  const { result } = await trading.placeOrder({ ...request, quantity: { value: quantity } }, { timeoutMs: 1000 });
  // A rejected order is a normal response, not a failed call.
  return result.case === "order" ? `order ${result.value.orderId}` : (result.value?.message ?? "no answer");
}

const form = document.querySelector<HTMLFormElement>("#order")!;
const answer = form.querySelector("output")!;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const quantity = new FormData(form).get("quantity") as string;
  buy(quantity).then(
    (text) => (answer.value = text),
    (error: unknown) => (answer.value = ConnectError.from(error).message),
  );
});

const price = document.querySelector<HTMLOutputElement>("#price")!;
try {
  for await (const { tick } of market.streamPriceTicks({ symbols: ["005930"], exchange: "KRX" })) {
    price.value = tick?.price?.value ?? "";
  }
} catch (error) {
  price.value = ConnectError.from(error).message;
}
