"""What programs told and the desk has kept, worked off as the worker does."""

import json

from odzew.desk.quarantine.heard import DOORS
from odzew.hearing.held import hold
from odzew.hearing.models import Heard
from odzew.hearing.work import step
from odzew.lib.clock import now
from odzew.orders.models import Shop
from odzew.queue import waiting
from tests.features.letters import MONDAY


def work() -> None:
    """Do all whose turn it is, also what such a round lets go on."""
    rows = Heard.objects.filter(state=Heard.State.KEPT)
    while waiting.due(rows, now()).exists():
        step(DOORS)


def held(shop: Shop, word: str) -> Heard:
    """Return a call of a shop that could not be done, though it can be now."""
    body = {"type": "order", "timestamp": MONDAY.isoformat(), "data": {
        "key": word, "email": f"{word}@example.org", "placed_at": MONDAY.isoformat(),
        "items": [{"line": "1", "title": word}]}}  # fmt: skip
    row = Heard.objects.create(
        door="shop", of=shop.pk, name=word, at=MONDAY, envelope={"kind": "generic"},
        content=json.dumps(body).encode(),
    )  # fmt: skip
    hold(row, "The books stand against it.", shop.name, MONDAY)
    row.refresh_from_db()
    return row
