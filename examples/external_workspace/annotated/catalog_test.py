"""Protos that an installed package provides: google.api and google.rpc are imported from there."""

import unittest

from annotated.py_stubs.annotated import catalog_pb2
from google.api import annotations_pb2
from google.rpc import status_pb2


class CatalogTest(unittest.TestCase):
    """Uses the generated and the installed modules together."""

    def test_an_installed_message(self) -> None:
        item = catalog_pb2.Item(problem=status_pb2.Status(code=5))
        self.assertEqual(item.problem.code, 5)

    def test_an_installed_option(self) -> None:
        options = catalog_pb2.DESCRIPTOR.services_by_name["Catalog"].methods_by_name["GetItem"].GetOptions()
        self.assertEqual(options.Extensions[annotations_pb2.http].get, "/v1/items/{id}")


if __name__ == "__main__":
    unittest.main()
