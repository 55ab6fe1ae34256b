// A NestJS controller and the definition of its service.
import "reflect-metadata";

import { Controller } from "@nestjs/common";
import { GrpcMethod } from "@nestjs/microservices";
import { type NestController, packageDefinition } from "jts-grpc/nestjs";
import { type PlaceOrderRequest, TradingService } from "jts-grpc/trading_pb";
import { lastValueFrom, of } from "rxjs";

type Trading = Pick<NestController<typeof TradingService>, "placeOrder">;

@Controller()
class TradingController implements Trading {
  @GrpcMethod("TradingService")
  placeOrder({ symbol }: PlaceOrderRequest) {
    return of({ result: { case: "order" as const, value: { symbol } } });
  }
}
// @ts-expect-error: an answer is a message. An error as long as types are found
const wrong: Trading = { placeOrder: () => 1 };

const request = { symbol: "005930" } as PlaceOrderRequest;
lastValueFrom(new TradingController().placeOrder(request)).then(({ result }) => {
  const definition = packageDefinition(TradingService)["jts.trading.TradingService"];
  console.log(result.value.symbol, definition?.["PlaceOrder"]?.path, typeof wrong);
});
