"""Conversations that are one matter are merged, those that are two are split; both can be taken back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from odzew.conversations import parting, uniting
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.desk import numbers
from odzew.desk.conversation.acts import act
from odzew.desk.conversation.said import said
from odzew.desk.conversation.shown import find
from odzew.desk.drawn import drawn
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person

LOOKED_AT = 30  # conversations of the customer, to choose from
AT_ONCE = 200  # messages, to choose from


@login_required
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Choose another conversation of the customer, see both side by side, and merge them."""
    author, talk = writing(request), find(request, number)
    chosen = numbers.number(request.POST.get("other", request.GET.get("other", "")))
    other = find(request, chosen) if chosen else None
    if request.method != "POST":
        return drawn(request, "desk/matters/merge.html", _pair(author, talk, other))
    try:
        if other is None:
            raise Refused(gettext("Choose the other conversation first."))
        root = uniting.unite(talk, [other], author, now())
    except Refused as refusal:
        told = {"refusal": refusal}
        return drawn(request, "desk/matters/merge.html", lambda: _pair(author, talk, other) | told, 409)
    messages.success(request, gettext("Merged. It can be taken back in the history."))
    return redirect("conversation", root.pk)


@act
def unmerge(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Take a merge back."""
    union = get_object_or_404(Union, pk=numbers.number(request.POST.get("union", "")) or 0)
    if talk.pk not in (union.kept_id, union.other_id, union.other.stands_for_id):
        raise Http404(gettext("These two were not merged, or somebody has taken it back already."))
    uniting.undo(union, author, now())
    return gettext("Taken back: each has again what was its own, and what belongs to it since.")


@login_required
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Choose messages, and split them off into a conversation of their own."""
    author, talk = writing(request), find(request, number)
    if request.method != "POST":
        return drawn(request, "desk/matters/split.html", _choice(request, talk, request.GET))
    chosen = [n for one in request.POST.getlist("message") if (n := numbers.number(one))]
    try:
        part = parting.split(talk, chosen, request.POST.get("subject", ""), author, now())
    except Refused as refusal:
        told = {"refusal": refusal}
        return drawn(
            request, "desk/matters/split.html", lambda: _choice(request, talk, request.POST) | told, 409
        )
    messages.success(request, gettext("Split off. It can be taken back in the history of either."))
    return redirect("conversation", part.pk)


@act
def unsplit(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Take a split back."""
    row = get_object_or_404(
        Parting.objects.select_related("source", "part"),
        pk=numbers.number(request.POST.get("parting", "")) or 0,
    )
    if talk.pk not in (row.source_id, row.part_id, row.source.stands_for_id, row.part.stands_for_id):
        raise Http404(gettext("These two were not split, or somebody has taken it back already."))
    find(request, row.source_id)  # whoever may not see both takes nothing back
    find(request, row.part_id)
    parting.undo(row, author, now())
    return gettext("Taken back: all of it stands in one conversation again.")


def _pair(author: Person, talk: Conversation, other: Conversation | None) -> dict[str, Any]:
    one = kin.numbers(talk.customer)
    rows = Conversation.objects.visible_to(author).matters().filter(customer__in=one)
    newest = rows.exclude(pk=talk.pk).order_by("-last_at")[:LOOKED_AT]
    # Looked at here: asked for the team as well, SQLite would read all that the team has.
    mine = [one for one in newest if one.team_id == talk.team_id]
    return {
        "now": now(),
        "talk": talk,
        "other": other,
        "both": [_card(one) for one in (talk, other)] if other else [],
        "found": [] if other else sorted(mine, key=lambda one: one.status, reverse=True),
    }


def _card(talk: Conversation) -> dict[str, Any]:
    told = talk.messages.aggregate(said=Count("pk", filter=~Q(direction=Message.Direction.NOTE)))
    return {"talk": talk, "said": told["said"], "owed": Owed.objects.open().of_conversation(talk.pk).count()}


def _choice(request: HttpRequest, talk: Conversation, asked: QueryDict) -> dict[str, Any]:
    at = now()
    rows = talk.messages.select_related("author").prefetch_related("attachments").order_by("-at", "-pk")
    return {
        "now": at,
        "talk": talk,
        "messages_here": [said(message, at) for message in rows[:AT_ONCE]][::-1],
        "chosen": {n for one in asked.getlist("message") if (n := numbers.number(one))},
        "subject": asked.get("subject", ""),
    }
