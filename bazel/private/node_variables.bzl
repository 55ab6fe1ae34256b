"""Which of a person's variables Node may read. Pure functions."""

# About connections. The others load code, write files, or change what npm leaves out (NODE_ENV).
_KEPT = [
    "NODE_EXTRA_CA_CERTS",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NODE_USE_ENV_PROXY",
    "NODE_USE_SYSTEM_CA",
]

def unset_variables(environment):
    """Returns what takes the other variables from a program: a dict from each of them to an empty string.

    Args:
      environment: dict of strings, from names of variables to their values.
    """
    return {name: "" for name in environment if name.startswith("NODE_") and name not in _KEPT}
