"""Customers: who they are, what we know, and whether they may be written to."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from odzew.api.keys import Bearer, asking, writing
from odzew.api.log import asked
from odzew.api.once import KeyHeader, once
from odzew.api.pages import NUL_LESS
from odzew.api.shapes import (
    Because,
    CustomerPage,
    CustomerShape,
    Known,
    KnownIn,
    MayWrite,
    OwnFields,
    OwnFieldShape,
)
from odzew.conversations import fact, own_field
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.desk.customers import find
from odzew.domain import contact
from odzew.ledger import books
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.token import Scope

router = Router(tags=["customers"])
READ, WRITE = Bearer(Scope.CUSTOMERS_READ), Bearer(Scope.CUSTOMERS_WRITE)
Value = Annotated[
    str,
    Query(min_length=3, max_length=320, pattern=NUL_LESS, description="A whole address: ala@example.org."),
]


@router.get("/customers", auth=READ, response=CustomerPage, operation_id="find_customers")
def customers(request: HttpRequest, identity: Value) -> CustomerPage:
    """Find the customers who have an address: none, one, or more when somebody forged it."""
    person = asking(request)
    held = Identity.objects.filter(value=identity.strip().lower()).select_related("customer")
    firsts = sorted({kin.head(one.customer) for one in held})
    seen = find.visible(person)
    shown = [one for one in Customer.objects.filter(pk__in=firsts) if (seen & kin.everybody(one)).exists()]
    return CustomerPage(items=[_shape(one) for one in shown])


@router.get("/customers/{number}", auth=READ, response=CustomerShape, operation_id="read_customer")
def customer(request: HttpRequest, number: int) -> CustomerShape:
    """Return one customer, with whoever was joined to him."""
    return _shape(find_customer(request, number)[0])


@router.get("/customers/{number}/may-write", auth=READ, response=MayWrite, operation_id="may_write")
def may_write(request: HttpRequest, number: int, purpose: contact.Purpose) -> MayWrite:
    """Say whether a customer may be written to now: not asked for money or attention while we are late."""
    _customer, numbers = find_customer(request, number)
    found = contact.against(purpose, books.owed_to(numbers), now())
    ours = Owed.objects.visible_to(asking(request)).filter(customer__in=numbers)
    seen = set(ours.values_list("pk", flat=True))
    because = [
        Because(obligation=one.debt.id, kind=one.debt.kind, due_at=one.debt.due_at, reason=one.reason)
        for one in found
        if one.debt.id in seen
    ]
    return MayWrite(allowed=not found, purpose=purpose.value, because=because)


@router.post("/customers/{number}/facts", auth=WRITE, response={201: Known}, operation_id="learn_fact")
def learn(request: HttpRequest, number: int, given: KnownIn, key: KeyHeader) -> Status[Any]:
    """Keep what is known of a customer, so that nobody asks him again. A newer fact ends the older one."""
    person = writing(request)
    found, _numbers = find_customer(request, number)

    def act() -> Known:
        return Known.of(fact.learn(found, person, now(), **given.model_dump()))

    return once(request, key, asked(request, "api-fact", "customer", found.pk), act)


@router.get("/customer-fields", auth=READ, response=OwnFields, operation_id="list_customer_fields")
def own_fields(request: HttpRequest) -> OwnFields:
    """Return the firm's own fields, told as facts: numbers as 1250.5, days as 2026-11-30, yes or no."""
    asking(request)
    return OwnFields(items=[
        OwnFieldShape(name=one.name, type=one.type, choices=one.choices) for one in own_field.offered()
    ])  # fmt: skip


def find_customer(request: HttpRequest, number: int) -> tuple[Customer, list[int]]:
    """Return the customer with a number, and the numbers of all that are one with him.

    :raises Http404: when there is none, or the person of the token has to do with none of them
    """
    if not 0 < number < 2**63:
        raise Http404
    return find.one(asking(request), number)


def _shape(customer: Customer) -> CustomerShape:
    return CustomerShape.of(customer, list(kin.identities(customer)), list(fact.known(customer)))
