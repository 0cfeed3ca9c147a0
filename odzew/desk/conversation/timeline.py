"""The history of a conversation: messages and the lines of the books, in the order they happened."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from odzew.conversations import rated
from odzew.conversations.happening import Happening
from odzew.conversations.models import Message
from odzew.conversations.rating import Rating
from odzew.conversations.rule import Ruled
from odzew.desk import debts, moments
from odzew.desk.conversation import first
from odzew.desk.conversation.beside import Asked, set_apart
from odzew.desk.conversation.calls import CallShown
from odzew.desk.conversation.said import Said, said
from odzew.desk.conversation.whence import NOWHERE_ELSE, OF_OTHERS, Whence
from odzew.desk.rules.words import did
from odzew.domain import journal
from odzew.domain.escalation import Step
from odzew.ledger.story import Line

Openings = Mapping[int, journal.Opened]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the books, or one act of a person, in words."""

    anchor: str
    kind: str
    icon: str
    words: str
    at: datetime
    by: str
    reason: str
    link: str = ""
    undo: tuple[str, int] | None = None  # where it is taken back, and the number of what
    by_message: int | None = None  # what paid it


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the history: a new day, a message, a call, or what was done."""

    day: str = ""
    said: Said | None = None
    event: Event | None = None
    call: CallShown | None = None


def timeline(
    messages: Sequence[Message],
    lines: Iterable[Line],
    acts: Sequence[Happening],
    names: Mapping[int, str],
    now: datetime,
    parties: Sequence[Asked] = (),
    ruled: Iterable[Ruled] = (),
    whence: Whence = NOWHERE_ELSE,
    calls: Iterable[CallShown] = (),
) -> list[Item]:
    """Return the history, oldest first, with a line where a new day begins."""
    unasked = first.letters(messages, acts, [party.id for party in parties])
    shown = ((m.at, whence.told(set_apart(_said(m, now, unasked), m, parties), m)) for m in messages)
    happened: list[tuple[datetime, int, Item]] = [(at, 0, Item(said=one)) for at, one in shown]
    happened += [(call.at, 0, Item(call=call)) for call in calls]
    told = list(lines)
    debts_of = {line.entry.obligation: line.entry for line in told if isinstance(line.entry, journal.Opened)}
    events = (_event(line, debts_of, names, now) for line in told)
    happened += [(event.at, 1, Item(event=event)) for event in events if event]
    happened += [(one.at, 1, Item(event=_ruled(one))) for one in ruled]
    happened += [(act.at, 1, Item(event=_act(act, now, whence))) for act in acts]
    happened += [(one.at, 1, Item(event=_rated(one))) for m in messages if (one := rated.of(m))]
    happened.sort(key=lambda one: one[:2])
    return list(_with_days(happened, now))


def _said(message: Message, now: datetime, unasked: Collection[int]) -> Said:
    shown = said(message, now)
    if message.pk in unasked:
        shown.badge = first.mark()
    return shown


def people(lines: Iterable[Line]) -> set[int]:
    """Return the numbers of the people the lines name."""
    entries = [line.entry for line in lines]
    actors = {int(e.by.removeprefix("person:")) for e in entries if e.by.startswith("person:")}
    owners = {e.owner for e in entries if isinstance(e, journal.HandedOver | journal.Opened)}
    absent = {
        e.instead_of for e in entries if isinstance(e, journal.HandedOver | journal.Opened) and e.instead_of
    }
    return actors | owners | absent | {e.to for e in entries if isinstance(e, journal.Escalated)}


def _with_days(happened: Sequence[tuple[datetime, int, Item]], now: datetime) -> Iterable[Item]:
    before: date | None = None
    for moment, _, item in happened:
        local = timezone.localtime(moment).date()
        if local != before:
            yield Item(day=moments.written(local, "EEEE, d MMMM y"))
        before = local
        yield item


def _event(line: Line, opened: Openings, names: Mapping[int, str], now: datetime) -> Event | None:
    entry = line.entry
    found = _words(entry, opened, names, now)
    if found is None:
        return None
    icon, kind, words = found
    actor, _, number = entry.by.partition(":")
    by = names.get(int(number), "") if actor == "person" else ""
    # What a person, a shop or a line said stands as it is; what the desk says is in the reader's language.
    as_it_is = actor in ("person", "shop", "line") or not entry.reason
    reason = entry.reason if as_it_is else gettext(entry.reason)
    by_message = entry.message if isinstance(entry, journal.Paid) else None
    return Event(f"entry-{line.seq}", kind, icon, words, entry.at, by, reason, by_message=by_message)


def _ruled(one: Ruled) -> Event:
    words = gettext("Rule “%(name)s”: %(did)s") % {"name": one.name, "did": ", ".join(did(one.did))}
    return Event(f"ruled-{one.pk}", "ruled", "bot", words, one.at, "", "")


def _rated(one: Rating) -> Event:
    words = gettext("The customer on our answer: %(how)s") % {"how": one.get_how_display()}
    return Event(
        f"rated-{one.pk}", "rated", "user", words, one.at, "", one.text, link=f"#message-{one.message_id}"
    )


def _act(act: Happening, now: datetime, whence: Whence) -> Event:
    if act.what in OF_OTHERS:
        icon, words = whence.words(act)
        link, undo = whence.link(act), whence.undo(act)
        return Event(f"act-{act.pk}", act.what, icon, words, act.at, str(act.by), "", link, undo)
    reason = ""
    match act.what:
        case Happening.What.BEGUN:
            icon, words = "plus", gettext("Begun by us")
        case Happening.What.GIVEN:
            team, _, reason = act.text.partition("\n")
            icon, words = "users", gettext("Given to the team %(name)s") % {"name": team}
        case Happening.What.UNTAGGED:
            icon, words = "x", gettext("Took off the tag “%(name)s”") % {"name": act.text}
        case Happening.What.SNOOZED:
            day = moments.day(datetime.fromisoformat(act.text), now)
            icon, words = "moon", gettext("Snoozed until %(day)s") % {"day": day}
        case Happening.What.WOKEN:
            icon, words = "sun", gettext("Woken")
        case _:
            icon, words = "tag", gettext("Tagged “%(name)s”") % {"name": act.text}
    return Event(f"act-{act.pk}", act.what, icon, words, act.at, str(act.by), reason)


def _words(
    entry: journal.Entry, opened: Openings, names: Mapping[int, str], now: datetime
) -> tuple[str, str, str] | None:
    match entry:
        case journal.Opened():
            return _opened(entry, names, now)
        case journal.Paid():
            return "check-check", "paid", _paid(opened.get(entry.obligation))
        case journal.Waived():
            return "ban", "waived", gettext("Waived")
        case journal.Reopened():
            return "undo-2", "reopened", gettext("Owed again, with its old hour")
        case journal.HandedOver():
            return "arrow-right-left", "handed", _handed_over(entry, names)
        case journal.Escalated():
            return "alarm-clock", "escalated", _escalated(entry, names)
        case journal.Postponed():
            return "clock", "promised", _postponed(entry, opened, now)
        case _:
            return None


def _postponed(entry: journal.Postponed, opened: Openings, now: datetime) -> str:
    day = moments.day(entry.due, now)
    debt = opened.get(entry.obligation)
    if debt is None or not debt.text:
        return gettext("New date promised: %(day)s") % {"day": day}
    return gettext("New date of “%(text)s”: %(day)s") % {"text": debt.text, "day": day}


def _paid(debt: journal.Opened | None) -> str:
    if debt is None:
        return gettext("Paid")
    if debt.what == "promise":
        return gettext("Kept: “%(text)s”") % {"text": debt.text}
    kind = debts.kind_name(debt.what)
    return gettext("Paid: %(what)s") % {"what": f"{kind}, {_quoted(debt.text)}" if debt.text else kind}


def _handed_over(entry: journal.HandedOver, names: Mapping[int, str]) -> str:
    if entry.instead_of is None:
        return gettext("Handed over to %(name)s") % {"name": names[entry.owner]}
    return gettext("%(name)s stands in for %(absent)s") % {
        "name": names[entry.owner],
        "absent": names[entry.instead_of],
    }


def _escalated(entry: journal.Escalated, names: Mapping[int, str]) -> str:
    if entry.step == Step.OWNER:
        return gettext("It fell due unpaid")
    return gettext("Escalated to %(name)s") % {"name": names[entry.to]}


def _opened(entry: journal.Opened, names: Mapping[int, str], now: datetime) -> tuple[str, str, str]:
    facts = {"name": names[entry.owner], "day": moments.day(entry.due, now), "text": entry.text}
    if entry.what == "promise":
        words = gettext("Promised: “%(text)s”, by %(day)s. %(name)s owes it.")
        return "handshake", "promised", words % facts
    kind = debts.kind_name(entry.what)
    words = gettext("%(kind)s owed by %(name)s, due %(day)s.") % {"kind": kind, **facts}
    return "circle-dashed", "opened", f"{words} {_quoted(entry.text)}" if entry.text else words


def _quoted(text: str) -> str:
    return gettext("“%(text)s”") % {"text": text}
