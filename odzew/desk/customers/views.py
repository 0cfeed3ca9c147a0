"""The list of customers: those who wrote last first, or those whose name or address was typed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.conversations import acquainted
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.desk import arms, cursor, links, pieces, tags
from odzew.desk.customers import find
from odzew.desk.person import asking, elsewhere, teams
from odzew.lib.among import Among
from odzew.lib.clock import now
from odzew.lib.ready import Ready
from odzew.staff.models import Person

PAGE = 50


# The conversations nobody of the same customer is newer than, among those the person may see.
NEWEST = """NOT EXISTS (SELECT 1 FROM odzew_conversation newer
WHERE newer.customer_id = odzew_conversation.customer_id
AND newer.beside_id IS NULL AND newer.stands_for_id IS NULL
AND (newer.last_at, newer.id) > (odzew_conversation.last_at, odzew_conversation.id)"""
# The same for those that are one with him: few customers have any (docs/adr/0027).
OF_KIN = """NOT EXISTS (SELECT 1 FROM odzew_customer me
JOIN odzew_customer kin ON kin.id = me.stands_for_id OR kin.stands_for_id = COALESCE(me.stands_for_id, me.id)
JOIN odzew_conversation newer ON newer.customer_id = kin.id
AND newer.beside_id IS NULL AND newer.stands_for_id IS NULL
WHERE me.id = odzew_conversation.customer_id AND kin.id <> me.id
AND (newer.last_at, newer.id) > (odzew_conversation.last_at, odzew_conversation.id)"""
FORGED = ' <span class="badge badge-late">{}{}</span>'


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list, and when he was last heard of."""

    customer: int
    at: datetime


@login_required
def customers(request: HttpRequest) -> HttpResponse:
    """List customers, those who wrote last first, or those whose name or address holds some letters."""
    q = request.GET.get("q", "").strip()
    rows, after = (
        ([Row(*row) for row in find.named(asking(request), q)], "")
        if q
        else _recent(request, request.GET.get("after", ""))
    )
    context = {"rows": _shown(rows, now()), "q": q, "after": after, "manages": asking(request).may_manage}
    return render(request, "desk/customers/customers.html", context)


def _recent(request: HttpRequest, given: str) -> tuple[list[Row], str]:
    """Return a page of customers by the conversation each had last, and the link to the next page."""
    person, ours, others = asking(request), teams(request), elsewhere(request)
    behind = cursor.read(given)
    seen = [_newest(arm, person, ours, others).behind(behind) for arm in arms.talks(person, ours, others)]
    size = PAGE * cursor.pages(request.GET)
    [keys] = arms.first([seen], size + 1)
    customers = dict(_LEFT(arms.numbers(keys)))
    for number in acquainted.strangers(person, customers):
        del customers[number]  # he is not hers to know yet
    rows = [
        Row(customers[number], arms.row(key)[0]) for key in keys[:size] if (number := key[1]) in customers
    ]
    after = f"?{urlencode({'after': cursor.after(arms.row(keys[size - 1]))})}" if len(keys) > size else ""
    return rows, after


# A merged one shows as the one that is left.
_LEFT = Ready(
    lambda talks: Conversation.objects.filter(pk__in=Among(talks)).values_list(
        "pk", Coalesce("customer__stands_for", "customer")
    )
)


def _newest(arm: arms.Arm, person: Person, ours: Sequence[int], others: Sequence[int]) -> arms.Arm:
    if person.sees_everything:
        return arm.only(f"{NEWEST}) AND {OF_KIN})")
    handed = f" OR newer.id IN ({arms.marks(others)})" if others else ""
    seen = f"AND (newer.team_id IN ({arms.marks(ours)}){handed}))"
    return arm.only(f"{NEWEST} {seen} AND {OF_KIN} {seen}", *(*ours, *others) * 2)


def _shown(rows: Sequence[Row], at: datetime) -> list[SafeString]:
    numbers = [row.customer for row in rows]
    identities: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    one = kin.all_of(numbers)
    for customer, value, forged in _KNOWN(list(one)):
        identities[one[customer]].append((value, forged))
    names = {number: (name, language) for number, name, language in _TOLD(numbers)}
    return [_row(row, names[row.customer], identities[row.customer], at) for row in rows]


_KNOWN = Ready(
    lambda customers: (
        Identity.objects.filter(customer__in=Among(customers))
        .order_by("pk")
        .values_list("customer", "value", "forged")
    )
)
_TOLD = Ready(
    lambda numbers: Customer.objects.filter(pk__in=Among(numbers)).values_list("pk", "name", "language")
)


def _row(row: Row, told: tuple[str, str], known: Sequence[tuple[str, bool]], at: datetime) -> SafeString:
    name, language = told
    who = name or (known[0][0] if known else "") or f"#{row.customer}"
    mark = pieces.fill(FORGED, tags.icon("triangle-alert"), gettext("forged"))
    shown = (pieces.fill("{}{}", value, mark if forged else "") for value, forged in known)
    return pieces.fill(
        pieces.piece("customers/_customer.html"),
        id=row.customer,
        url=links.of("customer", row.customer),
        who=who,
        face=tags.initials(who),
        identities=SafeString(", ".join(shown)),
        language=language.upper(),
        last=tags.day(row.at, at),
    )
