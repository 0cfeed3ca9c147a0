"""Acceptance: customer, conversation, message and debt of a batch of payloads, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from odzew.channels.base import Inbound
from odzew.conversations import receipts
from odzew.conversations.following import tell_of_letters
from odzew.intake import (
    bounces,
    chats,
    debts,
    following,
    forms,
    marks,
    probing,
    receiving,
    saving,
    told,
)
from odzew.intake.arrival import Arrival
from odzew.intake.models import Raw
from odzew.intake.receiving import Batch
from odzew.intake.ruling import Ruling
from odzew.lib.among import Among
from odzew.lib.ready import Ready


def accept(batch: Batch, now: datetime) -> int:
    """Write payloads into the history and the books, once, and return how many were written.

    A payload that another worker has accepted meanwhile is left alone; our own probes are set aside.

    :raises django.db.Error: when one of them cannot be written; then none of them is
    """
    said = told.set_aside(chats.set_aside(batch), now)
    return _written(probing.set_aside(said, now, _written), now)


def _written(batch: Batch, now: datetime) -> int:
    ruling = Ruling(batch)
    with transaction.atomic():
        waiting = _still_waiting(batch)
        if not waiting:
            return 0
        arrivals, visitors = receiving.arrivals(waiting)
        ruled = ruling.apply(arrivals)
        back = bounces.returned(arrivals)
        # Before anything is written: who writes in them holds them first, then the books.
        held = debts.hold(bounces.conversations_of(back) | debts.conversations_of(arrivals))
        following.follow(arrivals, held)
        saving.save(arrivals)
        visitors.save(arrivals)
        visitors.leave(arrivals)
        debts.open_or_join(arrivals, now)
        marks.note(arrivals)
        ruling.note(ruled, now)
        said = [(a.conversation, a.message.pk) for a in arrivals if not a.is_new and not a.automatic]
        tell_of_letters(said, now)
        bounces.undo_answers(back, now)
        receipts.write(
            [(a.conversation, a.message, a.inbound.proof) for a in arrivals if _is_news(a)],
            now,
        )
        _mark(arrivals)
    return len(arrivals)


def _is_news(arrival: Arrival) -> bool:
    ours = forms.NOBODY_NAMED in arrival.inbound.notes  # a receipt would go to ourselves
    quiet = arrival.raw.door == "import" or arrival.raw.envelope.get("held")  # spam would write to strangers
    # Whoever opens a bot has begun a conversation before he says a word.
    is_news = arrival.opens if chats.is_chat(arrival.inbound) else arrival.is_new
    return is_news and not arrival.automatic and not ours and not quiet


def _still_waiting(batch: Batch) -> list[tuple[Raw, Inbound]]:
    free = set(_WAITING([raw.pk for raw, _ in batch]))
    return [(raw, inbound) for raw, inbound in batch if raw.pk in free]


_WAITING = Ready(
    lambda numbers: (
        Raw.objects.select_for_update()
        .filter(pk__in=Among(numbers), state=Raw.State.KEPT)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)


def _mark(arrivals: Sequence[Arrival]) -> None:
    for state, unread in ((Raw.State.QUARANTINED, True), (Raw.State.ACCEPTED, False)):
        numbers = [a.raw.pk for a in arrivals if bool(a.raw.error) is unread]
        if numbers:
            Raw.objects.filter(pk__in=Among(numbers)).update(state=state, next_try_at=None)
