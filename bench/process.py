"""Mails fully processed a second: parsed, identity, threaded, debt opened; new ones and replies.

    python -m bench.process [--profile]

BENCH_MAILS (3,000), BENCH_DESK (20,000 conversations already there; 0: an empty desk),
BENCH_DATABASE (sqlite, postgresql).
"""

import cProfile
import os
import pstats
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from bench import ground, mails

if TYPE_CHECKING:  # a desk has to be set up before its code is imported
    from odzew.intake.drain import Drain

BUDGET = 600  # mails a second on 2 cores: ten times the nearest peer (DESIGN §6)
PIECE = 100
WARM = b"From: a@mail.example\r\n\r\nHello\r\n"


def main() -> None:
    """Measure on an empty desk, then on a filled one."""
    count, filled = ground.size("BENCH_MAILS", 3_000), ground.size("BENCH_DESK", 20_000)
    with ground.desk():
        ground.title("Mails fully processed")
        _measure("new mails, empty desk", _new(count, seed=1))
        if filled:
            from bench import large_desk

            large_desk.fill(filled)
            _measure(f"new mails, desk with {filled:,} conversations", _new(count, seed=2))
        _measure(f"replies, desk with {filled + 2 * count:,} conversations", _replies(count))


def _measure(what: str, payloads: Iterable[bytes]) -> None:
    kept = keep(payloads)
    from odzew.intake.drain import Drain
    from odzew.management.engine import leave_code_alone

    drain = Drain()
    drain.reader.read(("email", WARM, {}))  # it has started
    leave_code_alone()  # as the worker of a desk does
    before, start, used = memory(drain), time.perf_counter(), _processor(drain)
    with _profile():
        while drain.step():
            pass
    rate = kept / (time.perf_counter() - start)
    spent = {who: (now - used[who]) / kept * 1000 for who, now in _processor(drain).items()}
    after = memory(drain)
    drain.reader.stop()
    ground.line(what, rate, "mails/s", f"budget ≥ {BUDGET}: {'kept' if rate >= BUDGET else 'MISSED'}")
    said = ", ".join(f"{who} {figure:.2f} ms" for who, figure in spent.items())
    ground.line("  CPU of a mail", sum(spent.values()), "ms", said)
    ground.line(
        "  memory before → after", after, "MiB", f"{before:.0f} → {after:.0f} MiB (worker and its reader)"
    )


def _processor(drain: "Drain") -> dict[str, float]:
    """Return the seconds of processor each process has used: they say something on a busy machine too."""
    from django.db import connection

    assert drain.reader.child
    used = {"worker": time.process_time(), "its reader": ground.processor(drain.reader.child.pid)}
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        used["its database server"] = ground.processor(connection.connection.info.backend_pid)
    return used


def _new(count: int, seed: int) -> Iterator[bytes]:
    return (m for m in mails.many(count, seed))


def _replies(count: int) -> Iterator[bytes]:
    """Yield replies to messages of ours, each to another one."""
    from odzew.conversations.models import Message
    from odzew.conversations.reply_address import reply_address

    _answer_some(count)
    writer = mails.Writer(3)
    ours = Message.objects.filter(direction="outbound", state="sent").exclude(message_id="").order_by("-pk")
    rows = ours.values_list(
        "message_id", "to_address", "text", "conversation", "conversation__account__address"
    )
    for number, (message_id, to, text, conversation, account) in enumerate(rows[:count].iterator()):
        yield writer.reply(number, to, message_id, text, reply_address(account, conversation, to))


def _answer_some(count: int) -> None:
    """Answer the newest conversations, so that there is something to reply to."""
    from django.db import transaction

    from odzew.conversations import replying, settling
    from odzew.conversations.models import Conversation
    from odzew.ledger import books
    from odzew.lib.clock import now
    from odzew.staff.models import Person

    author = Person.objects.order_by("pk").first()
    with transaction.atomic():
        for conversation in Conversation.objects.order_by("-pk")[:count].iterator():
            pays = [d.id for d in books.open_debts([conversation.pk])]
            text = "Good morning,\n\nyour parcel left us today.\n"
            message = replying.reply(conversation, author, text, now(), pays=pays)
            settling.accepted(message, "250 2.0.0 Ok", now())


def keep(payloads: Iterable[bytes]) -> int:
    """Keep payloads as a door would; not measured here."""
    from odzew.channels.models import Account
    from odzew.intake import keep as door
    from odzew.lib.clock import now

    account = Account.objects.order_by("pk").first()
    envelope = {"from": "x@mail.example", "to": [account.address]}
    rows = (
        door.Payload(account=account.pk, door="smtp", content=c, received_at=now(), envelope=envelope)
        for c in payloads
    )
    kept = 0
    while piece := list(islice(rows, PIECE)):
        door.keep(piece)
        kept += len(piece)
    return kept


def memory(drain: "Drain") -> float:
    """Return the memory of this process and its reader, MiB of private and proportional pages."""
    child = drain.reader.child
    return sum(ground.memory(pid) for pid in ["self", *([child.pid] if child else [])])


class _profile:  # noqa: N801  used like contextlib.nullcontext
    """Profiles a block when `--profile` is given."""

    def __enter__(self) -> None:
        self.watch = cProfile.Profile() if "--profile" in sys.argv else None
        if self.watch:
            self.watch.enable()

    def __exit__(self, *_: object) -> None:
        if self.watch:
            self.watch.disable()
            pstats.Stats(self.watch).sort_stats(os.environ.get("BENCH_SORT", "tottime")).print_stats(60)


if __name__ == "__main__":
    main()
