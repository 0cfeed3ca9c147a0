"""Business time as other projects expect it: their own vectors, read from the shared corpora."""

import json
import os
from pathlib import Path

import pytest

from odzew.language import hours

CORPORA = Path(os.environ.get("ODZEW_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
VECTORS = CORPORA / "hours.jsonl"


def vectors():
    return [json.loads(line) for line in VECTORS.read_text("utf-8").splitlines()] if VECTORS.exists() else []


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared corpora are not on this machine")
@pytest.mark.parametrize("case", vectors(), ids=lambda case: case["id"])
def test_a_foreign_vector_comes_out_as_its_project_expects(case):
    assert hours.read(case) == case["expected"]
