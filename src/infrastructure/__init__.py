"""The adapters between JTS and the outside world.

The folder `grpc` below has no `__init__.py`, and this one has: a tool that looks for `grpc` from in here, because it
was started here or because it puts the folder of a file on `sys.path`, has to find the package of grpcio. Python
passes over a folder without the marker for a package that has one.
"""
