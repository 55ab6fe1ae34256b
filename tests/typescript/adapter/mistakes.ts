// Mistakes that users make. Each directive has the compiler's error code and a part of its message, which
// adapter_test.py compares: the compiler alone would accept any error.
import { create } from "@bufbuild/protobuf";
import { credentials, Metadata, Server } from "@grpc/grpc-js";
import { type Observable, of } from "rxjs";
import {
  GetCandlesRequestSchema,
  type GetCandlesRequest,
  GetQuoteRequestSchema,
  type GetQuoteRequest,
  MarketDataKind,
  MarketDataService,
  PriceTickSchema,
} from "./generated/market_data_pb.js";
import {
  type OrderEvent,
  OrderEventSchema,
  OrderSide,
  OrderType,
  type PlaceOrderRequest,
  type PlaceOrderResponse,
  TradingService,
} from "./generated/trading_pb.js";
import { createClient, type Handlers, serviceDefinition } from "./grpc.js";
import { type NestClient, type NestController, packageDefinition } from "./nestjs.js";

declare const order: Promise<OrderEvent>;

export function messages(): void {
  // @ts-expect-error TS2561: 'orderIdd' does not exist in type
  create(OrderEventSchema, { orderIdd: "1" });
  // @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'
  create(OrderEventSchema, { orderId: 1 });
  // @ts-expect-error TS2322: Type 'OrderType.LIMIT' is not assignable to type 'OrderSide | undefined'
  create(OrderEventSchema, { side: OrderType.LIMIT });
  // @ts-expect-error TS2322: Type '3' is not assignable to type 'OrderSide
  create(OrderEventSchema, { side: 3 });
  // @ts-expect-error TS2339: Property 'BYU' does not exist on type 'typeof OrderSide'
  create(OrderEventSchema, { side: OrderSide.BYU });
  // @ts-expect-error TS2322: Type 'number' is not assignable to type 'bigint'
  create(OrderEventSchema, { createdAt: { seconds: 5 } });
  // @ts-expect-error TS2322: Type 'number' is not assignable to type 'string'
  create(OrderEventSchema, { metadata: { key: 1 } });
  // @ts-expect-error TS2322: Type 'PriceTick' is not assignable to type 'Decimal | undefined'
  create(OrderEventSchema, { quantity: create(PriceTickSchema) });
}

export function client(): void {
  const market = createClient(MarketDataService, "localhost:1", credentials.createInsecure());
  const trading = createClient(TradingService, "localhost:1", credentials.createInsecure());
  // @ts-expect-error TS2554: Expected 3-4 arguments, but got 1
  createClient(MarketDataService);
  // @ts-expect-error TS2739: Type 'GenMessage<PriceTick>' is missing the following properties from type 'DescService'
  createClient(PriceTickSchema, "localhost:1", credentials.createInsecure());
  // @ts-expect-error TS2551: Property 'getQuotes' does not exist
  market.getQuotes({}, () => {});
  // @ts-expect-error TS2561: 'symbl' does not exist in type
  market.getQuote({ symbl: "x" }, () => {});
  // @ts-expect-error TS2345: GetCandlesRequest
  market.getQuote(create(GetCandlesRequestSchema), () => {});
  // @ts-expect-error TS2345: Argument of type '[]' is not assignable
  market.getQuote(create(GetQuoteRequestSchema));
  // @ts-expect-error TS2345: Metadata
  market.getQuote({}, { deadline: 1 }, new Metadata(), () => {});
  // @ts-expect-error TS2339: Property 'tick' does not exist on type 'SurfaceCall'
  market.getQuote({}, () => {}).tick;
  // @ts-expect-error TS18048: 'answer' is possibly 'undefined'
  market.getQuote({}, (_, answer) => answer.tick);
  // @ts-expect-error TS2339: Property 'candle' does not exist on type 'GetQuoteResponse'
  market.getQuote({}, (_, answer) => answer?.candle);
  // @ts-expect-error TS2345: has no properties in common with type 'CallOptions'
  market.getCandles({}, () => {});
  // @ts-expect-error TS2339: Property 'write' does not exist
  market.getCandles({}).write({});
  // @ts-expect-error TS2322: Type 'number' is not assignable to type 'bigint'
  market.getCandles({ start: { seconds: 5 } });
  // @ts-expect-error TS2769: '"subscrib"' is not assignable to type '"subscribe" | "unsubscribe"'
  market.subscribe().write({ action: { case: "subscrib", value: {} } });
  // @ts-expect-error TS2769: 'tick' does not exist in type 'MessageInit<Subscription>'
  market.subscribe().write({ action: { case: "subscribe", value: { tick: {} } } });
  // @ts-expect-error TS2769: Type 'OrderSide.BUY' is not assignable to type 'MarketDataKind
  market.subscribe().write({ action: { case: "subscribe", value: { kind: OrderSide.BUY } } });
  // @ts-expect-error TS2322: Type 'MarketDataKind.TICK' is not assignable to type 'OrderSide
  trading.placeOrder({ side: MarketDataKind.TICK }, () => {});
}

export function server(): void {
  // @ts-expect-error TS2740: is missing the following properties from type 'Handlers<
  const few: Handlers<typeof TradingService> = { placeOrder: (_, callback) => callback(null, {}) };
  const handlers: Partial<Handlers<typeof TradingService>> = {
    // @ts-expect-error TS2353: 'tick' does not exist in type
    placeOrder: (_, callback) => callback(null, { tick: {} }),
    // @ts-expect-error TS2322: Type 'Promise<OrderEvent>' is not assignable to type 'OrderEvent'
    getOrder: (_, callback) => callback(null, { order }),
    // @ts-expect-error TS2345: Argument of type 'Promise<OrderEvent>' is not assignable to parameter
    getBalance: (_, callback) => callback(null, order),
    // @ts-expect-error TS2339: Property 'symbol' does not exist on type 'CancelOrderRequest'
    cancelOrder: ({ request }) => request.symbol,
    // @ts-expect-error TS2322: is not assignable to type 'handleServerStreamingCall<
    streamOrderEvents: (_: object, callback: () => void) => callback(),
  };
  // @ts-expect-error TS2561: 'placeOrders' does not exist in type
  const unknown = { placeOrders: () => {} } satisfies Partial<Handlers<typeof TradingService>>;
  // @ts-expect-error TS2739: Type 'GenMessage<PriceTick>' is missing the following properties from type 'DescService'
  new Server().addService(serviceDefinition(PriceTickSchema), { ...few, ...handlers, ...unknown });
}

// @ts-expect-error TS2420: incorrectly implements interface
export class FewMethods implements NestController<typeof TradingService> {}

type Trading = NestController<typeof TradingService>;
type Market = NestController<typeof MarketDataService>;

export class WrongRequest implements Pick<Market, "getQuote"> {
  // @ts-expect-error TS2416: Type 'GetQuoteRequest' is not assignable to type 'GetCandlesRequest'
  getQuote = (_: GetCandlesRequest) => ({});
}

export class WrongRequestOfAMethod implements Pick<Market, "getQuote"> {
  // @ts-expect-error TS2416: Type 'GetQuoteRequest' is not assignable to type 'GetCandlesRequest'
  getQuote(_: GetCandlesRequest): object { return {}; }
}

export class WrongResponse implements Pick<Trading, "placeOrder"> {
  // @ts-expect-error TS2416: Property 'placeOrder' in type 'WrongResponse' is not assignable
  placeOrder = (_: PlaceOrderRequest) => ({ result: { case: "orders", value: {} } });
}

export class MissingAwait implements Pick<Trading, "getOrder"> {
  // @ts-expect-error TS2416: Property 'getOrder' in type 'MissingAwait' is not assignable
  getOrder = async () => ({ order });
}

export class NoStream implements Pick<Market, "getCandles"> {
  // @ts-expect-error TS2416: Property 'getCandles' in type 'NoStream' is not assignable
  getCandles = () => [{ candle: {} }];
}

export class NoStreamOfRequests implements Pick<Market, "subscribe"> {
  // @ts-expect-error TS2416: Property 'subscribe' in type 'NoStreamOfRequests' is not assignable
  subscribe = (_: GetQuoteRequest) => of({});
}

type Orders = Observable<PlaceOrderResponse>;

export async function nestClient(market: NestClient<typeof MarketDataService>): Promise<Orders> {
  // @ts-expect-error TS2561: 'symbl' does not exist in type
  market.getQuote({ symbl: "x" });
  // @ts-expect-error TS2345: GetCandlesRequest
  market.getQuote(create(GetCandlesRequestSchema));
  // @ts-expect-error TS2339: Property 'tick' does not exist on type 'Observable<GetQuoteResponse>'
  (await market.getQuote({})).tick;
  // @ts-expect-error TS2353: 'candle' does not exist in type 'Observable<
  market.importCandles({ candle: {} });
  // @ts-expect-error TS2345: Observable<{ candle: { tradeCount: string; }; }>
  market.importCandles(of({ candle: { tradeCount: "1" } }));
  // @ts-expect-error TS2739: Type 'GenMessage<PriceTick>' is missing the following properties from type 'DescService'
  packageDefinition(PriceTickSchema);
  // @ts-expect-error TS2322: GetQuoteResponse
  return market.getQuote({});
}
