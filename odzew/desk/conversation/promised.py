"""The promises of a reply as it is written: each with its hour, to confirm, to correct or to refuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.conversations.promising import Promised
from odzew.desk import moments, numbers
from odzew.desk.conversation.looked_up import colleagues
from odzew.domain import worktime
from odzew.domain.obligation import Kind, Refused
from odzew.language import promises, reminding
from odzew.language.detect import detect
from odzew.language.promises_acts import WE
from odzew.ledger.models import Owed
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Found:
    """One promise found: what the form shows of it, and what was decided so far."""

    index: int
    text: str
    words: str
    day: str
    hour: str
    by: str
    owner: int | None
    kept: bool
    decided: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A sentence that asks the customer to remind us, and the promise that may stand for it."""

    text: str
    instead: str


@dataclass(frozen=True, slots=True)
class Promising:
    """All that a reply promises and should not say."""

    found: Sequence[Found]
    turns: Sequence[Turn]
    colleagues: Sequence[Person]

    @property
    def undecided(self) -> bool:
        """Return whether somebody has still to say yes, when, who or no."""
        return any(not one.decided or (one.kept and not (one.day and one.hour)) for one in self.found)


def of(request: HttpRequest, talk: Conversation, author: Person, at: datetime) -> Promising:
    """Return what the reply in the form promises, with what the form says about it already."""
    text = request.POST.get("text", "")
    lang = detect(text, talk.language)
    calendar = talk.team.calendar
    local = timezone.localtime(at)
    read = promises.read(text, local, calendar, lang)
    if read:
        known = set(_promised_already(talk))
        read = [promise for promise in read if promise.due is None or promise.due not in known]
    there = list(colleagues([talk.team_id])) if read else []
    decided = _decided(request)
    found = [_found(index, one, decided.get(one.text), there, author, at) for index, one in enumerate(read)]
    turns = [_turn(one, local, talk, lang) for one in reminding.read(text, local, calendar, lang)]
    return Promising(found, turns, there)


def turned(request: HttpRequest, talk: Conversation, author: Person, at: datetime) -> str:
    """Return the reply with each sentence that asks to be reminded turned into a promise of ours."""
    text = request.POST.get("text", "")
    for turn in of(request, talk, author, at).turns:
        # A sentence is told on one line; where it was written on two, the promise is added.
        text = text.replace(turn.text, turn.instead) if turn.text in text else f"{text}\n\n{turn.instead}"
    return text


def booked(promising: Promising, author: Person) -> list[Promised]:
    """Return the promises that were confirmed.

    :raises Refused: when a day, an hour or a person is missing
    """
    return [_booked(one, promising.colleagues, author) for one in promising.found if one.kept]


def _booked(one: Found, there: Sequence[Person], author: Person) -> Promised:
    owner = next((person for person in (author, *there) if person.pk == one.owner), None)
    if owner is None:
        raise Refused(gettext("Choose whose promise it is: “%(text)s”") % {"text": one.text})
    try:
        due = timezone.make_aware(datetime.fromisoformat(f"{one.day}T{one.hour}"))
    except (ValueError, OverflowError):
        raise Refused(
            gettext("Give a day and an hour to the promise “%(text)s”") % {"text": one.text}
        ) from None
    return Promised(one.text, due, owner)


def _promised_already(talk: Conversation) -> list[datetime]:
    rows = Owed.objects.open().of_conversation(talk.pk).filter(kind=Kind.PROMISE)
    return list(rows.values_list("due_at", flat=True))


def _decided(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Return what the form says of each promise, by its words."""
    names = ("promise", "promise_day", "promise_hour", "promise_owner")
    rows = zip(*(request.POST.getlist(name) for name in names), strict=False)
    kept = set(request.POST.getlist("promise_kept"))
    return {
        row[0]: dict(zip(names, row, strict=True)) | {"kept": "yes" if str(index) in kept else ""}
        for index, row in enumerate(rows)
    }


def _found(
    index: int,
    promise: promises.Promise,
    decided: dict[str, str] | None,
    there: Sequence[Person],
    author: Person,
    at: datetime,
) -> Found:
    due = timezone.localtime(promise.due) if promise.due else None
    day, hour = (f"{due:%Y-%m-%d}", f"{due:%H:%M}") if due else ("", "")
    by = "" if promise.by == WE else promise.by
    owner = _named(by, there) if by else author.pk
    if decided:
        day, hour = decided["promise_day"], decided["promise_hour"]
        owner = numbers.number(decided["promise_owner"])
    return Found(
        index=index,
        text=promise.text,
        words=moments.day(due, at) if due else "",
        day=day,
        hour=hour,
        by=by,
        owner=owner,
        kept=decided["kept"] == "yes" if decided else True,
        decided=decided is not None,
    )


def _named(by: str, there: Sequence[Person]) -> int | None:
    """Return the colleague whose name stands in the words, if there is one."""
    words = {word.lower() for word in by.split() if len(word) > 2}
    named = [person for person in there if words & set(person.name.lower().split())]
    return named[0].pk if len(named) == 1 else None


def _turn(one: reminding.Reminder, local: datetime, talk: Conversation, lang: str) -> Turn:
    try:
        due = one.due or worktime.end_of_next_working_day(talk.team.calendar, local).astimezone(local.tzinfo)
    except worktime.NeverOpen:
        due = local + timedelta(days=1)
    return Turn(one.text, reminding.turned(lang or talk.language, due))
