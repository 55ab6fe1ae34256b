"""Requests a quote, then watches three ticks. Run `PYTHONPATH=src python3 examples/aio_client.py [ADDRESS]`."""

import asyncio
import sys

import grpc.aio

from infrastructure.grpc.generated import market_data_pb2, market_data_pb2_grpc

SAMSUNG = market_data_pb2.Subscription(symbols=["005930"], exchange="KRX", kind=market_data_pb2.MARKET_DATA_KIND_TICK)


async def main(address: str = "127.0.0.1:50051") -> None:
    async with grpc.aio.insecure_channel(address) as channel:
        market = market_data_pb2_grpc.MarketDataServiceStub(channel)
        request = market_data_pb2.GetQuoteRequest(symbol="005930", exchange="KRX")
        print("quote", (await market.GetQuote(request, timeout=1.0)).tick.price.value)

        call = market.Subscribe()
        await call.write(market_data_pb2.SubscribeRequest(subscribe=SAMSUNG))
        events = aiter(call)
        for _ in range(3):
            event = await anext(events)
            print(event.WhichOneof("event"), event.tick.price.value)
        await call.write(market_data_pb2.SubscribeRequest(unsubscribe=SAMSUNG))
        await call.done_writing()
        async for _ in events:
            pass  # drain events that were already in flight
        print("stream ended with", (await call.code()).name)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
