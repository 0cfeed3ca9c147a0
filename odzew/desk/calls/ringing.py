"""Who is calling now: a word on each open page of the team, with the way to what we know of the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from odzew.conversations.alike import Alike
from odzew.conversations.call import Call
from odzew.customers.models import Customer
from odzew.desk.person import teams
from odzew.ledger.models import Owed
from odzew.lib.clock import now

SHOWN = 3
LIKELY = 2


@dataclass(frozen=True, slots=True)
class Ringing:
    """One call that rings, how much is owed to who calls, and who it may be besides: likely, never joined."""

    call: Call
    owed: int
    likely: tuple[Customer, ...]


def shown(request: HttpRequest, rings: int) -> SafeString:
    """Return the word that the customer is calling; `rings` says how many calls there are, mostly none."""
    found = _ringing(teams(request)) if rings else []
    return SafeString(render_to_string("desk/calls/_ringing.html", {"ringing": found, "now": now()}))


def _ringing(ours: Sequence[int]) -> list[Ringing]:
    rows = Call.objects.filter(
        state=Call.State.RINGING, direction=Call.Direction.INBOUND, conversation__team__in=ours
    )
    calls = rows.select_related("customer", "conversation").order_by("-begun_at")[:SHOWN]
    return [_one(call) for call in calls]


def _one(call: Call) -> Ringing:
    whose = call.customer.stands_for_id or call.customer_id
    pairs = Alike.objects.undecided().filter(Q(one=whose) | Q(other=whose)).select_related("one", "other")
    likely = [pair.other if pair.one_id == whose else pair.one for pair in pairs[:LIKELY]]
    return Ringing(call, Owed.objects.open().filter(customer=whose).count(), tuple(likely))
