"""Places an order, retries it, and places one that is too large.

Run `PYTHONPATH=src python3 examples/sync_client.py [ADDRESS]`.
"""

import sys
from decimal import Decimal

import grpc

from infrastructure.grpc import generated as jts


def to_message(number: Decimal) -> jts.Decimal:
    text = f"{number:f}"
    return jts.Decimal(value=text, scale=len(text.partition(".")[2]))


def to_number(message: jts.Decimal) -> Decimal:
    return Decimal(message.value)


def main(address: str = "127.0.0.1:50051") -> None:
    request = jts.PlaceOrderRequest(symbol="005930", exchange="KRX", price=to_message(Decimal("70500.25")))
    request.side, request.type = jts.ORDER_SIDE_BUY, jts.ORDER_TYPE_LIMIT
    with grpc.insecure_channel(address) as channel:
        trading = jts.TradingServiceStub(channel)
        for client_order_id, quantity in (("c-1", "10"), ("c-1", "10"), ("c-2", "1001")):
            request.client_order_id = client_order_id
            request.quantity.CopyFrom(to_message(Decimal(quantity)))
            answer = trading.PlaceOrder(request, timeout=1.0)
            if answer.HasField("error"):  # a rejected order is a normal response, not a failed call
                print(f"{client_order_id}: {answer.error.code}: {answer.error.message}")
            else:
                status = jts.OrderStatus.Name(answer.order.status)
                cost = to_number(answer.order.quantity) * to_number(request.price)
                print(f"{client_order_id}: {answer.order.order_id}, {status}, costs {cost}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
