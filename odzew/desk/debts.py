"""A debt as a screen shows it: who, what, since, due, and why it ranks where it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from odzew.conversations.models import Conversation, Message
from odzew.desk import moments, tags
from odzew.domain import ranking
from odzew.domain.escalation import Step
from odzew.ledger.mapping import from_owed
from odzew.ledger.models import Owed
from odzew.staff.models import Person

NAMED = ("customer", "owner", "escalated_to", "instead_of")  # what a row says of people, in one query
TWO_LINES = '{}<br><span class="tiny faint"> {}</span>'
BELOW = '{}<span class="tiny faint">{}</span>'
BEGINNING = 200  # characters of the last message; the row shows what fits


@dataclass(frozen=True, slots=True)
class Why:
    """One fact that moves a debt ahead."""

    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Debt:
    """One row of a list of what is owed."""

    id: int
    who: str
    face: str
    address: str
    what: str
    snippet: str
    badge: str
    url: str
    state: str
    mine: bool
    owner: str
    owner_face: str
    owed_by: str
    # Ready to be shown: a page holds fifty of them, and templates are slow at small pieces.
    why_shown: SafeString
    since_shown: SafeString
    due_shown: SafeString


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
        case "promised":
            return Why("handshake", gettext("we promised it"))
        case _:
            return Why("alarm-clock", gettext("past its due hour"))


def shown(rows: Iterable[Owed], *, person: Person, now: datetime) -> list[Debt]:
    """Return rows of the books as the desk shows them, with one more query for all of them."""
    rows = list(rows)
    talks = _talks({row.conversation for row in rows if row.conversation})
    return [_shown(row, talks.get(row.conversation or 0), person, now) for row in rows]


def _talks(numbers: set[int]) -> dict[int, Conversation]:
    """Return the conversations, each with the beginning of what the customer wrote last."""
    written = Message.objects.filter(
        conversation=OuterRef("pk"), direction=Message.Direction.INBOUND, automatic=""
    ).order_by("-at", "-pk")
    last = Substr(Subquery(written.values("own_words")[:1]), 1, BEGINNING)
    return Conversation.objects.filter(pk__in=numbers).annotate(last_words=last).in_bulk()


def _shown(row: Owed, talk: Conversation | None, person: Person, now: datetime) -> Debt:
    subject = talk.subject if talk and talk.subject else gettext("(no subject)")
    words = getattr(talk, "last_words", None) or ""
    who = row.customer.name or (talk.address if talk else "") or str(row.customer)
    owner = str(row.owner)
    return Debt(
        id=row.pk,
        who=who,
        face=tags.initials(who),
        address=talk.address if talk and row.customer.name else "",
        what=row.text if row.kind != "answer" and row.text else subject,
        snippet=" ".join(words.split()),
        badge="" if row.kind == "answer" else kind_name(row.kind),
        url=f"{reverse('conversation', args=[talk.pk])}#last"
        if talk
        else reverse("customer", args=[row.customer_id]),
        state=moments.urgency(row.due_at, now),
        mine=row.owner_id == person.pk,
        owner=owner,
        owner_face=tags.initials(owner),
        owed_by=gettext("owed by %(name)s") % {"name": owner},
        why_shown=_why(row, now),
        since_shown=format_html(TWO_LINES, tags.day(row.opened_at, now), tags.age(row.opened_at, now)),
        due_shown=format_html(BELOW, tags.due(row.due_at, now), tags.day(row.due_at, now)),
    )


def _why(row: Owed, now: datetime) -> SafeString:
    """Return why a debt ranks where it does, besides being late, which its hour says."""
    facts = [reason(fact) for fact in ranking.reasons(from_owed(row), now) if fact.word != "late"]
    shown = [*_who_knows(row), *(facts or [Why("clock", gettext("by its hour"))])]
    return format_html_join("", "<span>{}{}</span>", ((tags.icon(why.icon), why.words) for why in shown))


def _who_knows(row: Owed) -> Iterable[Why]:
    """Yield to whom a debt was escalated, and for whom its owner stands in."""
    if row.escalated >= Step.LEAD and row.escalated_to:
        yield Why("alarm-clock", gettext("escalated to %(name)s") % {"name": row.escalated_to})
    if row.instead_of:
        yield Why("user", gettext("instead of %(name)s, who is away") % {"name": row.instead_of})
