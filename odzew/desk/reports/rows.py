"""The rows behind a figure: what it was, whose, how long, and the conversation where it may be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from odzew.conversations import acquainted
from odzew.conversations.models import Conversation
from odzew.conversations.rating import Rating
from odzew.desk.reports.cases import AT_ONCE, Case
from odzew.desk.reports.names import Names
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Row:
    """One row. A conversation that is in no team of who asks is only counted, not told of."""

    case: Case
    team: str
    person: str
    channel: str
    customer: str
    subject: str
    is_visible: bool
    note: str


def in_order(cases: Sequence[Case], order: str) -> list[Case]:
    """Return cases the newest first, or by the length of the wait, the longest first."""
    newest = sorted(cases, key=lambda case: (case.at, case.number), reverse=True)
    if order != "length":
        return newest
    return sorted(newest, key=lambda case: case.length.total_seconds() if case.length else 0, reverse=True)


def rows(cases: Sequence[Case], person: Person, names: Names) -> Iterator[Row]:
    """Yield cases as rows, in the same order."""
    for begin in range(0, len(cases), AT_ONCE):
        piece = cases[begin : begin + AT_ONCE]
        told = _conversations({case.conversation for case in piece if case.conversation}, person)
        yield from (_row(case, told.get(case.conversation or 0), names) for case in piece)


def _conversations(numbers: set[int], person: Person) -> dict[int, dict[str, Any]]:
    seen = Conversation.objects.visible_to(person).filter(pk__in=numbers)
    told = {
        row["pk"]: {**row} for row in seen.values("pk", "subject", "address", "customer__name", "customer_id")
    }
    for number in acquainted.strangers(person, told):
        told[number]["customer__name"] = ""
    return told


def _row(case: Case, told: dict[str, Any] | None, names: Names) -> Row:
    customer = subject = ""
    if told:
        customer = told["customer__name"] or told["address"] or f"#{told['customer_id']}"
        subject = told["subject"] or gettext("(no subject)")
    return Row(
        case=case,
        team=names.of("team", case.team),
        person=names.of("person", case.person) if case.person else "",
        channel=names.of("channel", case.account) if case.account else "",
        customer=customer,
        subject=subject,
        is_visible=told is not None,
        note=note(case),
    )


def note(case: Case) -> str:
    """Return what else is known of a case: a reason, a promise's words, by whose word it was closed."""
    closings = {
        "confirmed": gettext("the customer confirmed it"),
        "unconfirmed": gettext("by silence"),
        "declared": gettext("by a colleague's word"),
    }
    if case.how:
        how = str(Rating.How(case.how).label)
        return f"{how}: {case.word}" if case.word else how
    if case.mark in closings:
        return closings[case.mark]
    # What the product itself wrote as a reason is kept in English, and read in one's own language.
    return gettext(case.text) if case.text else ""
