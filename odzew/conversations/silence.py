"""A matter ends by silence only after the customer was asked, and that is counted as unconfirmed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from odzew.channels.models import Account
from odzew.conversations import underway, verdicts
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
from odzew.lib.clock import now as present

AT_ONCE = 200


def step() -> int:
    """Close a batch of matters that have been silent for long enough, and return how many there were."""
    return close_silent(present())


def close_silent(now: datetime) -> int:
    """Close what was answered and asked about, in which nothing is owed and nobody has spoken since."""
    until = now - timedelta(days=settings.SILENCE_DAYS)
    return sum(_close(number, until, now) for number in _silent(until))


def _silent(until: datetime) -> list[int]:
    owed = Owed.objects.open().filter(conversation=OuterRef("pk"))
    asked = Message.objects.filter(
        ~Q(pays=[]), conversation=OuterRef("pk"), purpose__in=verdicts.ASKED, state=Message.State.SENT
    )
    troubled = Message.objects.filter(
        conversation=OuterRef("pk"),
        author__isnull=False,  # a receipt that waits or failed is no word of ours
        state__in=[*underway.UNSETTLED, Message.State.FAILED],
    )
    rows = Conversation.objects.filter(
        ~Exists(owed), Exists(asked), ~Exists(troubled), status=Conversation.Status.OPEN, last_at__lt=until
    )
    # Those of doors that never ask stay open: they would stand before all others, round after round.
    rows = rows.filter(~Exists(Account.objects.filter(pk=OuterRef("account"), settings__asks=False)))
    return list(rows.order_by("last_at").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _close(number: int, until: datetime, now: datetime) -> int:
    # Looked at again under the lock: a mail may have come in between (law 8).
    held = Conversation.objects.select_for_update(of=("self",)).select_related("account").get(pk=number)
    if held.last_at >= until or held.status != Conversation.Status.OPEN:
        return 0
    if Owed.objects.open().filter(conversation=number).exists() or not _was_asked(held):
        return 0
    verdicts.close(held, Conversation.Closing.UNCONFIRMED, now)
    return 1


def _was_asked(held: Conversation) -> bool:
    answers = held.messages.filter(purpose__in=verdicts.ASKED, state=Message.State.SENT)
    newest = answers.select_related("conversation__account").order_by("-at", "-pk")
    return any(verdicts.asks(answer) for answer in newest)
