"""The code generator that a py_grpc action runs. It knows nothing of Bazel."""
