"""A reply sent from the desk: time in the server until the answer to the browser, by the size of the desk.

    python -m bench.replies

BENCH_DESK (20000: conversations), BENCH_TIMES (100 replies), BENCH_DATA (a folder in which the desk is
kept for the next time, with the replies in it).
"""

import os
import time
from typing import Any
from uuid import uuid4

from bench import ground
from bench.screens import USUAL, WARM, person_of

TEXT = """Dzień dobry,

paczka jest w drodze: sprawdziliśmy ją dziś w magazynie.

Pozdrawiam serdecznie"""


def main() -> None:
    """Answer what somebody owes, one letter after the other."""
    size, times = ground.size("BENCH_DESK", 20_000), ground.size("BENCH_TIMES", 100)
    with ground.kept(str(size)):
        ground.title(f"Replies, desk of {size:,} conversations, load of the machine {os.getloadavg()[0]:.1f}")
        from django.conf import settings

        from bench import large_desk
        from odzew.conversations.models import Conversation

        settings.ALLOWED_HOSTS = ["*"]
        if not Conversation.objects.exists():
            large_desk.fill(size)
        _measure(times)


def _measure(times: int) -> None:
    from django.test import Client

    person, client = person_of("agent"), Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    took = [_reply(client, *one) for one in _owed(person, times + WARM)][WARM:]
    clock, worked = sorted(one for one, _ in took), sorted(one for _, one in took)
    half, most = len(took) // 2, len(took) * 95 // 100
    ground.line(
        "a reply, sent: p50", clock[half], "ms",
        f"p95 {clock[most]:.1f} ms; processor {worked[half]:.1f}, p95 {worked[most]:.1f} ms;"
        f" p50 ≤ {USUAL}: {'kept' if clock[half] <= USUAL else 'MISSED'}",
    )  # fmt: skip


def _owed(person: Any, count: int) -> list[tuple[int, int, int]]:
    """Return conversations with the debt a person owes in each, and the message it was opened by or after."""
    from django.db.models import Max

    from odzew.conversations.models import Message
    from odzew.ledger.models import Owed

    under_way = Message.objects.filter(state=Message.State.QUEUED).values("conversation")
    rows = Owed.objects.open().filter(owner=person, kind="answer").exclude(conversation__in=under_way)
    debts = dict(rows.order_by("-pk").values_list("conversation", "pk")[:count])
    heard = Message.objects.filter(conversation__in=list(debts), direction="inbound").order_by()
    seen = heard.values_list("conversation").annotate(newest=Max("pk"))
    return [(talk, debts[talk], newest) for talk, newest in seen]


def _reply(client: Any, talk: int, debt: int, seen: int) -> tuple[float, float]:
    said = {"text": TEXT, "purpose": "answer", "pays": [debt], "seen": seen, "once": uuid4().hex}
    begin, busy = time.perf_counter(), time.thread_time()
    answer = client.post(f"/conversations/{talk}/reply", said)
    took = (time.perf_counter() - begin) * 1000, (time.thread_time() - busy) * 1000
    assert answer.status_code == 302, f"{talk}: {answer.status_code}"
    return took


if __name__ == "__main__":
    main()
