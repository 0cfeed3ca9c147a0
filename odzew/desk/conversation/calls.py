"""The calls of a conversation, as its history shows them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from odzew.conversations.call import Call, Recorded
from odzew.conversations.models import Conversation
from odzew.desk.conversation import whence
from odzew.desk.conversation.mark import Mark
from odzew.lib import telephone
from odzew.lib.ready import Ready

What = Call.State
TRIES = (What.MISSED, What.PLANNED)  # of ours: nobody was reached, or nobody told


@dataclass(frozen=True, slots=True)
class Words:
    """A message left on the line: where it is heard, or why it cannot be."""

    url: str
    note: str


@dataclass(frozen=True, slots=True)
class CallShown:
    """One call in words."""

    id: int
    at: datetime
    icon: str
    title: str
    number: str
    ours: bool
    badge: Mark
    facts: tuple[tuple[str, str], ...]
    purpose: str
    words: tuple[Words, ...]


def shown(talk: Conversation, since: datetime | None) -> list[CallShown]:
    """Return the calls of a conversation, those of what was merged into it too, in two queries."""
    calls = list(_calls(talk.pk).filter(begun_at__gte=since)) if since else _CALLS(talk.pk)
    left: dict[int, list[Recorded]] = defaultdict(list)
    for words in (
        Recorded.objects.filter(call__in=[call.pk for call in calls]).order_by("pk") if calls else ()
    ):
        left[words.call_id].append(words)
    return [_shown(call, left[call.pk]) for call in calls]


def _calls(talk: int) -> "QuerySet[Call]":
    rows = Call.objects.filter(conversation__in=whence.all_of(Conversation(pk=talk)))
    return rows.select_related("agent", "line").order_by("begun_at", "pk")


_CALLS = Ready(_calls)


def one(call: Call) -> CallShown:
    """Return one call in words."""
    return _shown(call, call.recordings.order_by("pk"))


def tries(talk: Conversation, since: datetime) -> int:
    """Return how often the customer was called since a moment without being reached."""
    rows = Call.objects.filter(conversation__in=whence.all_of(talk), direction=Call.Direction.OUTBOUND)
    return rows.filter(state__in=TRIES, begun_at__gte=since).count()


def tried(count: int) -> str:
    """Say how often nobody was reached; nothing when it was never tried."""
    if not count:
        return ""
    return ngettext("tried once", "tried %(n)d times", count) % {"n": count}


def clock(seconds: int) -> str:
    """Return a length as a call shows it: minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _shown(call: Call, left: Iterable[Recorded]) -> CallShown:
    ours = call.direction == Call.Direction.OUTBOUND
    return CallShown(
        id=call.pk,
        at=call.begun_at,
        icon="phone",
        title=_title(call, ours=ours),
        number=telephone.written(call.number) if call.number else gettext("number withheld"),
        ours=ours,
        badge=_badge(call, ours=ours),
        facts=tuple(_facts(call)),
        purpose=call.purpose,
        words=tuple(_words(one) for one in left),
    )


def _title(call: Call, *, ours: bool) -> str:
    if call.state == What.PLANNED:  # whether it was dialled, nobody has told
        return gettext("A call of ours")
    return gettext("We called") if ours else gettext("The customer called")


def _badge(call: Call, *, ours: bool) -> Mark:
    if ours and call.state == What.MISSED:
        return Mark("phone", gettext("Not reached: pays nothing"), "badge-soon")
    return {
        What.PLANNED: Mark("phone", gettext("What became of it is not told yet"), "badge-soon"),
        What.RINGING: Mark("phone", gettext("Ringing"), "badge-soon"),
        What.TALKING: Mark("phone", gettext("They are talking"), "badge-paid"),
        What.ON_HOLD: Mark("hourglass", gettext("On hold"), "badge-soon"),
        What.TALKED: Mark("check", gettext("Talked"), "badge-paid"),
        What.VOICEMAIL: Mark("phone", gettext("Left a message"), "badge-late"),
        What.ABANDONED: Mark("hourglass", gettext("Was left on hold"), "badge-late"),
        What.MISSED: Mark("phone", gettext("Nobody answered"), "badge-late"),
    }[What(call.state)]


def _facts(call: Call) -> Iterable[tuple[str, str]]:
    if call.talked_seconds:
        yield gettext("Talked"), clock(call.talked_seconds)
    if call.held_seconds:
        yield gettext("On hold"), clock(call.held_seconds)
    who = [str(call.agent)] if call.agent else list(call.agents)
    if who and call.answered_at:
        yield gettext("Who spoke"), ", ".join(who)
    elif who:
        yield gettext("Who called"), ", ".join(who)
    if call.transfers:
        yield gettext("Transferred to"), ", ".join(to or "?" for _at, to in call.transfers)
    if call.line:
        yield gettext("Line"), str(call.line)


def _words(one: Recorded) -> Words:
    if one.state == Recorded.State.KEPT:
        return Words(reverse("call-recording", args=[one.pk]), "")
    if one.state == Recorded.State.FAILED:
        return Words("", gettext("The recording could not be fetched: %(why)s") % {"why": one.said})
    return Words("", gettext("The recording is being fetched."))
