"""The adapters between JTS and the outside world.

This file matters: without it a tool that puts the nearest folder without an `__init__.py` on `sys.path` would take
`src/infrastructure` for an import root, and `infrastructure/grpc` for the grpc package of grpcio.
"""
