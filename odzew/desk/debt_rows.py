"""A debt as a list shows it: who, what, since, due, and why it ranks where it does."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_hex
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.desk import chips, debts, links, moments, pieces, tags
from odzew.desk.by_language import by_language
from odzew.desk.debts import Why
from odzew.desk.told import Told, told
from odzew.domain import ranking
from odzew.domain.escalation import Step
from odzew.staff.models import Person

WHY = "<span>{}{}</span>"
CHOOSE = """<input class="choose" type="checkbox" form="choose" name="chosen" value="{}" aria-label="{}">"""
BADGE = '<span class="badge">{}</span>'
SNIPPET = '<span class="snippet clip">{}</span>'
KEPT = 3_000  # rows of some two kilobytes
# Where a kept row gets what changes from minute to minute; nobody can write them into a mail.
STATE, AGE, DUE = (SafeString(f"row-{token_hex(8)}") for _ in range(3))
CHANGING = re.compile(f"{STATE}|{AGE}|{DUE}")


@dataclass(frozen=True, slots=True)
class Debt:
    """One row of a list of what is owed, ready to be shown: templates are slow at many small pieces."""

    id: int
    shown: SafeString


class Look(NamedTuple):
    """For whom a row is drawn: all it depends on besides what it tells and the hour."""

    reader: moments.Reader
    is_own: bool
    chooses: bool
    wakes: datetime | None
    is_late: bool  # said of what is put aside only


class Words(NamedTuple):
    """What every row says, in one language."""

    choose: str
    no_subject: str
    since: str
    owed_by: str
    by_its_hour: SafeString


@by_language
def _words() -> Words:
    return Words(
        choose=gettext("Choose: %(name)s"),
        no_subject=gettext("(no subject)"),
        since=gettext("since"),
        owed_by=gettext("owed by %(name)s"),
        by_its_hour=_why_shown(Why("clock", gettext("by its hour"))),
    )


def shown(
    numbers: Sequence[int],
    *,
    person: Person,
    now: datetime,
    asleep: Mapping[int, datetime] | None = None,
    chooses: bool = False,
) -> list[Debt]:
    """Return debts by their numbers as the desk shows them, in this order, with one query for all of them.

    `asleep` says until when the person has put some of them aside; with `chooses` rows can be ticked.
    """
    found, watch, asleep = {row.id: row for row in told(numbers, person)}, moments.watch(now), asleep or {}
    rows = [found[number] for number in numbers if number in found]
    return [Debt(row.id, _row(row, person.pk, watch, asleep.get(row.id), chooses=chooses)) for row in rows]


def _row(
    row: Told, person: int, watch: moments.Watch, wakes: datetime | None, *, chooses: bool
) -> SafeString:
    is_late = wakes is not None and row.due_at < watch.now
    look = Look(watch.reader, row.owner == person, chooses, wakes, is_late)
    before, between, then, rest = _kept(row, look)
    state, age, due = (
        moments.urgency(row.due_at, watch.now),
        tags.age_shown(row.opened_at, watch),
        tags.due_shown,
    )
    return SafeString(f"{before}{state}{between}{age}{then}{due(row.due_at, watch)}{rest}")


@lru_cache(maxsize=KEPT)
def _kept(row: Told, look: Look) -> list[str]:
    """Return a row in the parts between what changes with the hour, kept by all that stands in it."""
    return CHANGING.split(_drawn(row, look, _words(), look.reader))


def _drawn(row: Told, look: Look, words: Words, reader: moments.Reader) -> SafeString:
    who, snippet = row.who, " ".join((row.last_words or "").split())
    can_be_chosen = look.chooses and row.conversation
    return pieces.fill(
        pieces.piece("_debt.html"),
        id=row.id,
        state=STATE,
        who=who,
        choose=pieces.fill(CHOOSE, row.id, words.choose % {"name": who}) if can_be_chosen else "",
        face=tags.initials(who),
        address=tags.telephone(row.address) if row.address and row.customer_name else "",
        url=_link(row),
        news=tags.news(row.is_new),
        what=row.text if row.kind != "answer" and row.text else row.subject or words.no_subject,
        badge="" if row.kind == "answer" else pieces.fill(BADGE, debts.kind_name(row.kind)),
        tags=chips.chips(row.tags),
        why=_why(row, look),
        snippet=pieces.fill(SNIPPET, snippet) if snippet else "",
        since=words.since,
        opened=tags.day_shown(row.opened_at, reader),
        age=AGE,
        due=DUE,
        due_day=tags.day_shown(row.due_at, reader),
        owner="" if look.is_own else tags.owner_shown(row.owner_name, words.owed_by),
    )


def _why(row: Told, look: Look) -> SafeString:
    """Return why a debt ranks where it does, besides being late, which its hour says."""
    said = [*_aside(look), *_who_knows(row), *(debts.reason(fact) for fact in ranking.facts(row))]
    has_facts = bool(ranking.facts(row))
    shown = [_why_shown(why) for why in said] + ([] if has_facts else [_words().by_its_hour])
    return SafeString("".join(shown))


def _why_shown(why: Why) -> SafeString:
    return pieces.fill(WHY, tags.icon(why.icon), why.words)


def _aside(look: Look) -> Iterable[Why]:
    """Yield until when its owner has put it aside, and why it is shown all the same."""
    if look.wakes:
        late = gettext("snoozed until %(day)s, shown because it is late")
        words = late if look.is_late else gettext("snoozed until %(day)s")
        yield Why("moon", words % {"day": look.reader.day(look.wakes)})


def _link(row: Told) -> str:
    if row.conversation:
        return f"{links.conversation(row.conversation)}#last"
    if row.customer is None:  # a door of the desk that has to be mended
        return reverse("mailboxes")
    return reverse("customer", args=[row.customer])


def _who_knows(row: Told) -> Iterable[Why]:
    """Yield to whom a debt was escalated, and for whom its owner stands in."""
    # That it has come to oneself is no news to its owner.
    if row.escalated >= Step.LEAD and row.escalated_name and row.escalated_to != row.owner:
        yield Why("alarm-clock", gettext("escalated to %(name)s") % {"name": row.escalated_name})
    if row.instead_name:
        yield Why("user", gettext("instead of %(name)s, who is away") % {"name": row.instead_name})
