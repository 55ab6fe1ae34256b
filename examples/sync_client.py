"""Places an order, twice, and one too large; run `PYTHONPATH=src python3 examples/sync_client.py [ADDRESS]`."""

import sys
from decimal import Decimal

import grpc

from infrastructure.grpc.generated import common_pb2, trading_pb2, trading_pb2_grpc


def to_message(number: Decimal) -> common_pb2.Decimal:
    text = f"{number:f}"
    return common_pb2.Decimal(value=text, scale=len(text.partition(".")[2]))


def to_number(message: common_pb2.Decimal) -> Decimal:
    return Decimal(message.value)


def main(address: str = "127.0.0.1:50051") -> None:
    request = trading_pb2.PlaceOrderRequest(symbol="005930", exchange="KRX", price=to_message(Decimal("70500.25")))
    request.side, request.type = trading_pb2.ORDER_SIDE_BUY, trading_pb2.ORDER_TYPE_LIMIT
    with grpc.insecure_channel(address) as channel:
        trading = trading_pb2_grpc.TradingServiceStub(channel)
        for client_order_id, quantity in (("c-1", "10"), ("c-1", "10"), ("c-2", "1001")):
            request.client_order_id = client_order_id
            request.quantity.CopyFrom(to_message(Decimal(quantity)))
            answer = trading.PlaceOrder(request, timeout=1.0)
            if answer.HasField("error"):  # refused, which is an answer and not a failed call
                print(f"{client_order_id}: {answer.error.code}: {answer.error.message}")
            else:
                status = trading_pb2.OrderStatus.Name(answer.order.status)
                cost = to_number(answer.order.quantity) * to_number(request.price)
                print(f"{client_order_id}: {answer.order.order_id}, {status}, costs {cost}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
