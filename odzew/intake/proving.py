"""Who really sent a payload: asked of the DNS for many at once, before they are read."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from odzew.channels import registry
from odzew.intake.models import Raw

log = logging.getLogger(__name__)
AT_ONCE = 16


def envelopes(rows: Sequence[Raw]) -> list[dict[str, Any]]:
    """Return the envelope of each payload, with what could be proven about its sender in `proof`."""
    if len(rows) == 1 or not any(_asks_the_world(row) for row in rows):
        return [_proven(row) for row in rows]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_proven, rows))


def _asks_the_world(row: Raw) -> bool:
    return bool(row.envelope.get("peer")) and "proof" not in row.envelope


def _proven(row: Raw) -> dict[str, Any]:
    if "proof" in row.envelope:
        return dict(row.envelope)
    trusted = row.account.settings.get("trusted_authserv", [])
    try:
        proof = registry.prover(row.channel)(bytes(row.content), row.envelope, trusted)
    except Exception:
        # What cannot be proven is not proven, and the screen says so; the message is owed all the same.
        log.exception("Nothing could be proven about payload %d.", row.pk)
        proof = {"dmarc": "temperror"}
    return {**row.envelope, "proof": proof}
