"""How much of each test is run, and with which dice."""

import os
import random


def size(name: str, usual: int) -> int:
    """Return the number `FAULTS_<name>` of the environment, or `usual`."""
    return int(os.environ.get(f"FAULTS_{name}", usual))


def dice() -> random.Random:
    """Return dice whose seed is printed; FAULTS_SEED throws the same again."""
    seed = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)
