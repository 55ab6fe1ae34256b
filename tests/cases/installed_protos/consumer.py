"""Messages of an installed package are its own classes, and the options of rpcs can be read."""

from google.api import annotations_pb2
from google.rpc import status_pb2
from google.type.money_pb2 import Money
from installed_protos import shop_pb2
from installed_protos.shop_pb2 import Order


def main() -> None:
    order = Order(id="a", price=Money(units=3), problems=[status_pb2.Status(code=5)])
    assert type(order.price) is Money and order.problems[0].code == 5
    options = shop_pb2.DESCRIPTOR.services_by_name["Shop"].methods_by_name["Get"].GetOptions()
    assert options.Extensions[annotations_pb2.http].get == "/v1/{id}"


if __name__ == "__main__":
    main()
