// Calls with Connect over loopback, client and server in one process: gRPC, and gRPC-Web as from a browser.
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { type ConnectRouter, createClient, type Transport } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { TradingService } from "jts-grpc/trading_pb";

const routes = (router: ConnectRouter) =>
  router.service(TradingService, {
    placeOrder: ({ symbol }) => ({ result: { case: "order", value: { symbol } } }),
  });

async function call(server: Server, transport: (options: { baseUrl: string }) => Transport): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient(TradingService, transport({ baseUrl }));
  const { result } = await client.placeOrder({ symbol: "005930" });
  console.log(result.case === "order" && result.value.symbol);
  // @ts-expect-error: there is no such method. An error as long as types are found
  client.placeOrders;
}

call(createHttp2Server(connectNodeAdapter({ routes })), createGrpcTransport)
  .then(() => call(createHttpServer(connectNodeAdapter({ routes })), createGrpcWebTransport))
  .then(() => process.exit());
