// The flavor for NestJS. What is marked is an error only as long as types are found.
import "reflect-metadata";

import { PlaceOrderRequest, PlaceOrderResponse, type TradingServiceController } from "jts-grpc/nestjs/trading";
import { TradingServiceControllerMethods, TradingServiceService } from "jts-grpc/nestjs/trading";
import { of } from "rxjs";

const trading: Pick<TradingServiceController, "placeOrder"> = {
  placeOrder: (request: PlaceOrderRequest) => of(PlaceOrderResponse.fromPartial({})),
};
// @ts-expect-error: an answer is a message
const wrong: Pick<TradingServiceController, "placeOrder"> = { placeOrder: () => 1 };

console.log(TradingServiceService.placeOrder.path, typeof trading.placeOrder, typeof TradingServiceControllerMethods());
