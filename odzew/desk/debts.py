"""A debt as a screen shows it: who, what, since, due, and why it ranks where it does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from odzew.desk import chips, links, moments, pieces, tags
from odzew.desk.told import Told, told
from odzew.domain import ranking
from odzew.domain.escalation import Step
from odzew.staff.models import Person

WHY = "<span>{}{}</span>"
CHOOSE = """<input class="choose" type="checkbox" form="choose" name="chosen" value="{}" aria-label="{}">"""
BADGE = '<span class="badge">{}</span>'
SNIPPET = '<span class="snippet clip">{}</span>'
OWNER = (
    '<span class="face face-s face-us" title="{}" aria-hidden="true">{}</span><span class="unseen">{}</span>'
)


@dataclass(frozen=True, slots=True)
class Why:
    """One fact that moves a debt ahead."""

    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Debt:
    """One row of a list of what is owed, ready to be shown: templates are slow at many small pieces."""

    id: int
    shown: SafeString


def kind_name(kind: str) -> str:
    """Return the word for a kind of obligation."""
    names = {
        "answer": gettext("Answer"),
        "callback": gettext("Call back"),
        "promise": gettext("Promise"),
        "delivery": gettext("Delivery"),
        "decision": gettext("Decision"),
        "confirmation": gettext("Confirmation"),
        "notice": gettext("Notice"),
        "knowledge": gettext("Find out"),
        "action": gettext("Action"),
        "recount": gettext("Recount"),
    }
    return names[kind]


def reason(fact: ranking.Reason) -> Why:
    """Return a reason of the ranking in words."""
    n = {"n": fact.count}
    match fact.word:
        case "reopened":
            return Why("undo-2", ngettext("reopened", "reopened %(n)d times", fact.count) % n)
        case "moved":
            return Why(
                "clock", ngettext("its date was moved", "its date was moved %(n)d times", fact.count) % n
            )
        case "chased":
            return Why(
                "mail", ngettext("the customer wrote again", "wrote again %(n)d times", fact.count) % n
            )
        case "more":
            return Why("mail", ngettext("they wrote again", "they wrote again %(n)d times", fact.count) % n)
        case "failed":
            words = ngettext("we failed them before", "we failed them %(n)d times before", fact.count)
            return Why("circle-alert", words % n)
        case "promised":
            return Why("handshake", gettext("we promised it"))
        case _:
            return Why("alarm-clock", gettext("past its due hour"))


@lru_cache(maxsize=2_000)
def _reason_shown(fact: ranking.Reason, _language: str) -> SafeString:
    return _why_shown(reason(fact))


def _why_shown(why: Why) -> SafeString:
    return pieces.fill(WHY, tags.icon(why.icon), why.words)


class Words(NamedTuple):
    """What every row says, in one language."""

    choose: str
    no_subject: str
    since: str
    owed_by: str
    by_its_hour: SafeString


@lru_cache
def _words(_language: str) -> Words:
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
    found = {row.id: row for row in told(numbers)}
    page = _Page(person.pk, moments.watch(now), asleep or {}, chooses=chooses)
    return [Debt(n, page.row(found[n])) for n in numbers if n in found]


class _Page:
    """What the rows of one page have in common: for whom, when, in which words."""

    def __init__(
        self, person: int, watch: moments.Watch, asleep: Mapping[int, datetime], *, chooses: bool
    ) -> None:
        self.person, self.watch, self.asleep, self.chooses = person, watch, asleep, chooses
        self.words, self.piece = _words(watch.language), pieces.piece("_debt.html")

    def row(self, row: Told) -> SafeString:
        """Return one debt as it is shown."""
        who, watch, words = row.who, self.watch, self.words
        snippet = " ".join((row.last_words or "").split())
        return pieces.fill(
            self.piece,
            id=row.id,
            state=moments.urgency(row.due_at, watch.now),
            who=who,
            choose=pieces.fill(CHOOSE, row.id, words.choose % {"name": who})
            if self.chooses and row.conversation
            else "",
            face=tags.initials(who),
            address=row.address if row.address and row.customer_name else "",
            url=_link(row),
            what=row.text if row.kind != "answer" and row.text else row.subject or words.no_subject,
            badge="" if row.kind == "answer" else pieces.fill(BADGE, kind_name(row.kind)),
            tags=chips.chips(row.tags),
            why=self._why(row),
            snippet=pieces.fill(SNIPPET, snippet) if snippet else "",
            since=words.since,
            opened=tags.day_shown(row.opened_at, watch),
            age=tags.age_shown(row.opened_at, watch),
            due=tags.due_shown(row.due_at, watch),
            due_day=tags.day_shown(row.due_at, watch),
            owner=_owner(row.owner_name, watch.language) if row.owner != self.person else "",
        )

    def _why(self, row: Told) -> SafeString:
        """Return why a debt ranks where it does, besides being late, which its hour says."""
        facts = ranking.facts(row)
        shown = [_why_shown(why) for why in (*self._aside(row), *_who_knows(row))]
        shown += [_reason_shown(fact, self.watch.language) for fact in facts] or [self.words.by_its_hour]
        return SafeString("".join(shown))

    def _aside(self, row: Told) -> Iterable[Why]:
        """Yield until when its owner has put it aside, and why it is shown all the same."""
        if wakes := self.asleep.get(row.id):
            late = gettext("snoozed until %(day)s, shown because it is late")
            words = late if row.due_at < self.watch.now else gettext("snoozed until %(day)s")
            yield Why("moon", words % {"day": self.watch.day(wakes)})


@lru_cache(maxsize=2_000)
def _owner(name: str, language: str) -> SafeString:
    return pieces.fill(OWNER, name, tags.initials(name), _words(language).owed_by % {"name": name})


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
