"""Foreign test material: read where it lies, never copied. ODZEW_CORPORA says where."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.environ.get("ODZEW_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")

needs_corpora = pytest.mark.skipif(
    not ROOT.is_dir(), reason="the foreign corpora are not beside the repository; set ODZEW_CORPORA"
)


def rows(name: str) -> list[dict[str, Any]]:
    """Return the cases of NAME.jsonl in their order; none where the corpora are absent."""
    path = ROOT / f"{name}.jsonl"
    if not ROOT.is_dir():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cases(name: str) -> list[Any]:
    """Return the cases of NAME.jsonl as parameters for pytest, each under its id."""
    found = [pytest.param(row, id=f"{row.get('set', name)}:{row['id']}") for row in rows(name)]
    return found or [pytest.param({}, id=f"no {name} corpus", marks=needs_corpora)]


def raw(row: dict[str, Any]) -> bytes:
    """Return the bytes of the file a case points to."""
    return (ROOT / row["raw"]).read_bytes()
