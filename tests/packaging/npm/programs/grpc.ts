// A call with grpc-js over loopback, client and server in one process.
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { createClient, type Handlers, serviceDefinition } from "jts-grpc/grpc";
import { TradingService } from "jts-grpc/trading_pb";

const handlers: Pick<Handlers<typeof TradingService>, "placeOrder"> = {
  placeOrder: (call, callback) => callback(null, { result: { case: "order", value: { symbol: call.request.symbol } } }),
};

const server = new Server();
server.addService(serviceDefinition(TradingService), { ...handlers });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, port) => {
  if (failure) throw failure;
  const client = createClient(TradingService, `127.0.0.1:${port}`, credentials.createInsecure());
  client.placeOrder({ symbol: "005930" }, (error, response) => {
    console.log(error ?? (response?.result.case === "order" && response.result.value.symbol));
    client.close();
    server.forceShutdown();
  });
  // @ts-expect-error: there is no such method. An error as long as types are found
  client.placeOrders;
});
