"""Calling a customer: what for, the card to speak by, and what became of it; calls written down by hand."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.calls import by_hand, outgoing, place
from odzew.conversations import acquainted, fact, holding
from odzew.conversations.call import Call
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.desk import debt_rows, numbers
from odzew.desk.conversation import calls as shown_calls
from odzew.desk.conversation.acts import act, moment
from odzew.desk.conversation.shown import find
from odzew.desk.conversation.views import refuse
from odzew.desk.person import asking, writing
from odzew.domain.contact import Purpose
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person


@login_required
@require_POST
def dial(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a call is for, and show the card to speak by."""
    author, talk = writing(request), find(request, number)
    said = request.POST
    wants = Purpose(said["wants"]) if said.get("wants") in set(Purpose) else Purpose.SERVICE
    try:
        call = outgoing.dial(talk, author, said.get("number", ""), said.get("about", ""), now(), wants=wants)
    except Refused as refusal:
        return refuse(request, talk, gettext("Not called"), refusal)
    return redirect("call", call.pk)


@login_required
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Show a call with what whoever speaks has to know: what for, what is owed, what is known (F12)."""
    person, at = asking(request), now()
    call = _find(person, number)
    talk = acquainted.as_known_to(person, find(request, call.conversation_id))
    one = kin.numbers(talk.customer)
    rows = Owed.objects.visible_to(person).filter(customer__in=one).open().most_pressing_first()
    owed = debt_rows.shown(list(rows.values_list("pk", flat=True)), person=person, now=at)
    context = {
        "now": at,
        "call": call,
        "talk": talk,
        "debts": owed,
        "known": fact.known(talk.customer),
        "planned": call.state == Call.State.PLANNED,
        "shown": shown_calls.one(call),
    }
    return render(request, "desk/calls/card.html", context)


@act
def talked(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Write down a talk that took place."""
    said = request.POST
    by_hand.talked(
        talk,
        author,
        said.get("text", ""),
        now(),
        inbound=said.get("way") == "inbound",
        talked=_minutes(said.get("minutes", "")),
        held=_minutes(said.get("held", "")),
        call=_of(talk, said.get("call", "")),
    )
    if place.callbacks(talk.customer, talk.team):
        return gettext(
            "The talk stands in the history. A call back is still owed: it was missed after this talk began."
        )
    return gettext("The talk stands in the history; the call that was owed is paid.")


@act
def missed(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Write down a call that nobody answered."""
    by_hand.missed(talk, author, moment(request), now())
    return gettext("A call back is owed since then.")


@login_required
@require_POST
def not_reached(request: HttpRequest, number: int) -> HttpResponse:
    """Write down that nobody took a call that was dialled."""
    author = writing(request)
    call = _find(author, number)
    try:
        by_hand.not_reached(call, author, now())
    except holding.NotAllowed as refusal:
        return refuse(request, find(request, call.conversation_id), gettext("Not done"), refusal)
    messages.success(request, gettext("Kept as a try. What is owed stays owed."))
    return redirect("conversation", call.conversation_id)


def _find(person: Person, number: int) -> Call:
    rows = Call.objects.visible_to(person).select_related("conversation", "customer", "agent", "line")
    call = rows.filter(pk=number).first()
    if call is None:
        raise Http404(gettext("There is no such call, or it belongs to another team."))
    return call


def _of(talk: Conversation, said: str) -> Call | None:
    number = numbers.number(said)
    calls = Call.objects.filter(conversation=talk, note=None)
    return calls.filter(pk=number).first() if number else None


def _minutes(said: str) -> timedelta:
    number = numbers.number(said)
    return timedelta(minutes=min(number or 0, 10_000))
