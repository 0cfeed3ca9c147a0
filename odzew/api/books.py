"""What is owed, and the balance of the books."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from odzew.api.keys import Bearer, asking
from odzew.api.pages import NUL_LESS, Cursor, Limit, page
from odzew.api.problems import Problem
from odzew.api.shapes import Balance, Owed, OwedPage
from odzew.conversations import acquainted
from odzew.customers.models import Customer
from odzew.desk import arms
from odzew.domain.obligation import Kind
from odzew.ledger import models, reports
from odzew.lib.clock import now
from odzew.lib.kept import kept_moment
from odzew.staff.token import Scope

router = Router(tags=["books"])
READ = Bearer(Scope.BOOKS_READ)
Wanted = Annotated[Kind | None, Query(description="Only debts of this kind.")]
Owner = Annotated[
    str,
    Query(max_length=254, pattern=NUL_LESS, description="Only what the person with this address owes."),
]
Late = Annotated[bool | None, Query(description="Only what is late (true), or is not yet (false).")]


@router.get("/owed", auth=READ, response=OwedPage, operation_id="list_owed")
def owed(
    request: HttpRequest,
    kind: Wanted = None,
    owner: Owner = "",
    late: Late = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> OwedPage:
    """List what is owed, the most pressing first."""
    at = now()
    person = asking(request)
    parts = arms.owed(person, person.team_numbers())
    if kind:
        parts = [part.only("kind = %s", kind.value) for part in parts]
    if owner:
        parts = [part.only("owner_id IN (SELECT id FROM odzew_person WHERE email = %s)", owner.lower())
                 for part in parts]  # fmt: skip
    if late is not None:
        parts = [part.only(f"due_at {'<' if late else '>='} %s", kept_moment(at)) for part in parts]
    numbers, more = page(parts, cursor, limit)
    rows = arms.fetch(models.Owed.objects.select_related("customer", "owner", "team"), numbers)
    unmet = acquainted.strangers(person, {row.conversation for row in rows if row.conversation})
    for row in rows:
        if row.conversation in unmet:
            row.customer = Customer(pk=row.customer_id)
    return OwedPage(items=[Owed(**reports.line(row, at)) for row in rows], next=more)


@router.get("/balance", auth=READ, response=Balance, operation_id="read_balance")
def balance(request: HttpRequest) -> Balance:
    """Return law 2 in figures: what was opened is paid, waived or open. Of administrators' tokens only."""
    if not asking(request).sees_everything:
        raise Problem(403, "The balance is of all teams; only an administrator's token reads it.")
    return Balance(**reports.balances())
