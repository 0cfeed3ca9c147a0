"""A debt as a screen shows it: who, what, since, due, and why it ranks where it does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.query import RawQuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from odzew.desk import arms, chips, moments, pieces, tags
from odzew.domain import ranking
from odzew.domain.escalation import Step
from odzew.ledger.mapping import from_owed
from odzew.ledger.models import Owed
from odzew.staff.models import Person

WHY = "<span>{}{}</span>"
CHOOSE = """<input class="choose" type="checkbox" form="choose" name="chosen" value="{}" aria-label="{}">"""
BADGE = '<span class="badge">{}</span>'
SNIPPET = '<span class="snippet clip">{}</span>'
OWNER = (
    '<span class="face face-s face-us" title="{}" aria-hidden="true">{}</span><span class="unseen">{}</span>'
)
BEGINNING = 200  # characters of the last message; the row shows what fits
# All that a row shows, in one statement: a page holds fifty, and each relation asked for apart costs as much.
TOLD = """
SELECT o.*, c.name AS customer_name, p.name AS owner_name, p.email AS owner_email,
       t.subject AS subject, t.address AS address, {tags},
       COALESCE(NULLIF(e.name, ''), e.email) AS escalated_name,
       COALESCE(NULLIF(i.name, ''), i.email) AS instead_name,
       (SELECT SUBSTR(m.own_words, 1, {beginning}) FROM odzew_message m
        WHERE m.conversation_id = t.id AND m.direction = 'inbound' AND m.automatic = ''
        ORDER BY m.at DESC, m.id DESC LIMIT 1) AS last_words
FROM odzew_owed o JOIN odzew_customer c ON c.id = o.customer_id JOIN odzew_person p ON p.id = o.owner_id
     LEFT JOIN odzew_conversation t ON t.id = o.conversation
     LEFT JOIN odzew_person e ON e.id = o.escalated_to_id LEFT JOIN odzew_person i ON i.id = o.instead_of_id
WHERE o.id IN ({marks})
"""


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
    found = {row.pk: row for row in told(numbers)}
    return [
        Debt(n, _shown(found[n], person, now, (asleep or {}).get(n), chooses=chooses))
        for n in numbers
        if n in found
    ]


def told(numbers: Sequence[int]) -> "RawQuerySet[Any]":
    """Return debts with what a list shows of their customer, owner and conversation."""
    # The marks are places for values, nothing else is put in.
    return Owed.objects.raw(_told(numbers), [*numbers])


def _told(numbers: Sequence[int]) -> str:
    return TOLD.format(tags=chips.column(), beginning=BEGINNING, marks=arms.marks(numbers))


def _shown(row: Any, person: Person, now: datetime, wakes: datetime | None, *, chooses: bool) -> SafeString:
    who = row.customer_name or row.address or f"#{row.customer_id}"
    can_be_chosen = chooses and row.conversation
    return pieces.fill(
        pieces.piece("_debt.html"),
        id=row.pk,
        state=moments.urgency(row.due_at, now),
        who=who,
        choose=pieces.fill(CHOOSE, row.pk, gettext("Choose: %(name)s") % {"name": who})
        if can_be_chosen
        else "",
        face=tags.initials(who),
        address=row.address if row.address and row.customer_name else "",
        url=_link(row),
        what=row.text if row.kind != "answer" and row.text else row.subject or gettext("(no subject)"),
        badge="" if row.kind == "answer" else pieces.fill(BADGE, kind_name(row.kind)),
        tags=chips.chips(row.tags),
        why=_why(row, now, wakes),
        snippet=pieces.fill(SNIPPET, words) if (words := " ".join((row.last_words or "").split())) else "",
        since=gettext("since"),
        opened=tags.day(row.opened_at, now),
        age=tags.age(row.opened_at, now),
        due=tags.due(row.due_at, now),
        due_day=tags.day(row.due_at, now),
        owner=_owner(row) if row.owner_id != person.pk else "",
    )


def _link(row: Any) -> str:
    if row.conversation:
        return f"{reverse('conversation', args=[row.conversation])}#last"
    return reverse("customer", args=[row.customer_id])


def _owner(row: Any) -> SafeString:
    name = row.owner_name or row.owner_email
    owed_by = gettext("owed by %(name)s") % {"name": name}
    return pieces.fill(OWNER, name, tags.initials(name), owed_by)


def _why(row: Any, now: datetime, wakes: datetime | None) -> SafeString:
    """Return why a debt ranks where it does, besides being late, which its hour says."""
    facts = [reason(fact) for fact in ranking.reasons(from_owed(row), now) if fact.word != "late"]
    shown = [*_aside(row, now, wakes), *_who_knows(row), *(facts or [Why("clock", gettext("by its hour"))])]
    return SafeString("".join(pieces.fill(WHY, tags.icon(why.icon), why.words) for why in shown))


def _aside(row: Any, now: datetime, wakes: datetime | None) -> Iterable[Why]:
    """Yield until when its owner has put it aside, and why it is shown all the same."""
    if wakes:
        late = gettext("snoozed until %(day)s, shown because it is late")
        words = late if row.due_at < now else gettext("snoozed until %(day)s")
        yield Why("moon", words % {"day": moments.day(wakes, now)})


def _who_knows(row: Any) -> Iterable[Why]:
    """Yield to whom a debt was escalated, and for whom its owner stands in."""
    # That it has come to oneself is no news to its owner.
    if row.escalated >= Step.LEAD and row.escalated_name and row.escalated_to_id != row.owner_id:
        yield Why("alarm-clock", gettext("escalated to %(name)s") % {"name": row.escalated_name})
    if row.instead_name:
        yield Why("user", gettext("instead of %(name)s, who is away") % {"name": row.instead_name})
