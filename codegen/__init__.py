"""The code generator that the actions of the rules run. It knows nothing of Bazel."""
