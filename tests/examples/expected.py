"""The programs in examples/, and what the clients in Python print, whoever serves."""

import os
from pathlib import Path

EXAMPLES = Path(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "examples")
# In seconds, for a server to end.
TIMEOUT = 20.0
CLIENTS = {
    "sync_client.py": """\
c-1: B1, ORDER_STATUS_ACCEPTED, costs 705002.50
c-1: B1, ORDER_STATUS_ACCEPTED, costs 705002.50
c-2: ORDER_TOO_LARGE: An order is for 1000 at most.
""",
    "aio_client.py": """\
quote 70500.25
tick 70501.25
tick 70502.25
tick 70503.25
stream ended with OK
""",
}
