/** Serves a simulated market and account, and a web page. Run `npm start [PORT [PAGE_PORT]]` in examples/connect. */

import { readFile } from "node:fs/promises";
import * as http from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ErrorInfoSchema } from "jts-grpc/common_pb";
import { MarketDataService, PriceTickSchema } from "jts-grpc/market_data_pb";
import { type OrderEvent, OrderEventSchema, OrderStatus, TradingService } from "jts-grpc/trading_pb";

const tick = (symbol: string, number: number) =>
  create(PriceTickSchema, { symbol, exchange: "KRX", price: { value: `${70500 + number}.25`, scale: 2 } });

const orders = new Map<string, OrderEvent>();

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

/** Serves quotes on request and live, and accepts orders for up to 1000 units. Other methods answer UNIMPLEMENTED. */
function routes(router: ConnectRouter) {
  router.service(MarketDataService, {
    getQuote: ({ symbol }) => ({ tick: tick(symbol, 0) }),

    async *subscribe(requests) {
      const symbols = new Set<string>();
      const listen = async () => {
        for await (const { action } of requests) {
          const change = action.case === "subscribe" ? "add" : "delete";
          action.value?.symbols.forEach((symbol) => symbols[change](symbol));
        }
      };
      let listening = true;
      // Runs until the client closes its request stream or disconnects.
      const ended = listen().finally(() => (listening = false));
      for (let number = 0; listening; await Promise.race([ended, setTimeout(100)])) {
        for (const symbol of [...symbols].sort()) {
          yield { event: { case: "tick", value: tick(symbol, ++number) } };
        }
      }
    },

    // For the page, because browsers cannot stream requests.
    async *streamPriceTicks({ symbols }, { signal }) {
      for (let number = 0; !signal.aborted; await setTimeout(100)) {
        for (const symbol of symbols) yield { tick: tick(symbol, ++number) };
      }
    },
  });

  router.service(TradingService, {
    placeOrder({ clientOrderId, quantity }) {
      const error = refusal(quantity?.value);
      if (error) return { result: { case: "error", value: error } };
      // A repeated ID is a retry and gets the existing order.
      let order = orders.get(clientOrderId);
      if (!order) {
        order = create(OrderEventSchema, { orderId: `B${orders.size + 1}`, quantity, status: OrderStatus.ACCEPTED });
        orders.set(clientOrderId, order);
      }
      return { result: { case: "order", value: order } };
    },
  });
}

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

// gRPC needs HTTP/2, which browsers only support over TLS. So the page uses gRPC-Web on a separate HTTP/1.1 port.
const grpc = http2.createServer(connectNodeAdapter({ routes }));
const page = http.createServer(
  connectNodeAdapter({
    routes,
    // Serves this folder's files: index.html and the modules it loads.
    async fallback(request, response) {
      try {
        const { pathname } = new URL(request.url ?? "/", "http://localhost"); // removes any ".."
        const path = pathname === "/" ? "/index.html" : pathname;
        const content = await readFile(new URL(`..${path}`, import.meta.url));
        response.setHeader("content-type", TYPES[extname(path)] ?? "text/plain");
        response.end(content);
      } catch {
        response.writeHead(404);
        response.end();
      }
    },
  }),
);

const [grpcPort = "50051", pagePort = "8080"] = process.argv.slice(2);
grpc.listen(Number(grpcPort), "127.0.0.1", () => {
  page.listen(Number(pagePort), "127.0.0.1", () => {
    console.log(`listening on 127.0.0.1:${(grpc.address() as AddressInfo).port}`);
    console.log(`the page is http://127.0.0.1:${(page.address() as AddressInfo).port}/`);
  });
});
