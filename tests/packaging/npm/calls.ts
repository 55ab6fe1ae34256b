// Encodes and decodes messages and makes a call over loopback, client and server in one process. It compiles as ESM and
// as CommonJS. What is marked is an error only as long as types are found.
import assert from "node:assert/strict";

import { credentials, type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from "@grpc/grpc-js";
import { Timestamp } from "jts-grpc/google/protobuf/timestamp";
import { PlaceOrderRequest, PlaceOrderResponse, TradingServiceClient, TradingServiceService } from "jts-grpc/trading";

const request = PlaceOrderRequest.fromPartial({ symbol: "005930", quantity: { value: "10" } });
const copy = PlaceOrderRequest.decode(PlaceOrderRequest.encode(request).finish());
assert.deepEqual([copy.symbol, copy.quantity?.value], ["005930", "10"]);
assert.equal(Timestamp.decode(Timestamp.encode(Timestamp.fromPartial({ nanos: 7 })).finish()).nanos, 7);

// @ts-expect-error: a symbol is a string
PlaceOrderRequest.fromPartial({ symbol: 5930 });

const server = new Server();
server.addService(TradingServiceService, {
  placeOrder(
    call: ServerUnaryCall<PlaceOrderRequest, PlaceOrderResponse>,
    callback: sendUnaryData<PlaceOrderResponse>,
  ) {
    callback(null, PlaceOrderResponse.fromPartial({ result: { $case: "order", value: { symbol: call.request.symbol } } }));
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (failure, port) => {
  assert.equal(failure, null);
  const client = new TradingServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  // @ts-expect-error: there is no such method
  assert.equal(client.placeOrders, undefined);
  client.placeOrder(request, (error, response) => {
    assert.equal(error, null);
    assert.equal(response.result?.$case, "order");
    console.log("answered", response.result.value.symbol);
    client.close();
    server.forceShutdown();
  });
});
