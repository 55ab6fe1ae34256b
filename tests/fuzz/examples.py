"""The number of examples that the tests try, and the seed: the same examples each time unless requested otherwise."""

import os
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

# Bazel runs the shards of a test in parallel; each has its share and a seed of its own
# (https://bazel.build/reference/test-encyclopedia#test-sharding).
_SHARDS = int(os.environ.get("TEST_TOTAL_SHARDS", "1"))
_SHARD = int(os.environ.get("TEST_SHARD_INDEX", "0"))
if status_file := os.environ.get("TEST_SHARD_STATUS_FILE"):
    Path(status_file).touch()

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "40")) // _SHARDS
SEED = int(os.environ.get("FUZZ_SEED", "5")) * _SHARDS + _SHARD


def many(examples: int) -> settings:
    """Returns settings for a number of examples, of any size and with no time limit per example."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
