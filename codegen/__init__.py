"""The code generator that the rules' actions run. It knows nothing about Bazel."""
