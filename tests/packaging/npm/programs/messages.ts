// Messages alone, as in a browser: only the runtime is installed, not even Node's types.
import { clone, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { DecimalSchema } from "jts-grpc/common_pb";
import { MarketDataService } from "jts-grpc/market_data_pb";
import { OrderSide, PlaceOrderRequestSchema } from "jts-grpc/trading_pb";

declare const console: { log(...values: unknown[]): void };

const quantity = create(DecimalSchema, { value: "10" });
const request = create(PlaceOrderRequestSchema, { symbol: "005930", side: OrderSide.BUY, quantity });
const copy = fromBinary(PlaceOrderRequestSchema, toBinary(PlaceOrderRequestSchema, request));

// @ts-expect-error: a symbol is a string. An error as long as types are found
clone(PlaceOrderRequestSchema, request).symbol = 5930;

console.log(copy.symbol, OrderSide[copy.side], copy.quantity?.value, MarketDataService.method.getQuote.name);
