"""Conversation: its history, what is owed in it, and what a person can do about it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import (
    actions,
    beginning,
    drafts,
    enclosing,
    glancing,
    holding,
    outbound,
    replying,
    settling,
)
from odzew.conversations.models import Conversation
from odzew.conversations.tag import Tag
from odzew.desk import debts, numbers
from odzew.desk.conversation import begun, by_template, promised, waiting
from odzew.desk.conversation.beside import asked
from odzew.desk.conversation.chosen_files import uploads
from odzew.desk.conversation.followed import followed
from odzew.desk.conversation.mail import find as find_message, place
from odzew.desk.conversation.newer import newer
from odzew.desk.conversation.shown import find, shown
from odzew.desk.drawn import drawn
from odzew.desk.here.shown import here
from odzew.desk.person import asking, writing
from odzew.domain.obligation import Obligation, Refused
from odzew.lib.clock import now
from odzew.notices import reading
from odzew.staff import acts
from odzew.staff.models import Person

PARTS = {
    "timeline": "_timeline.html",
    "owed": "_owed.html",
    "asked": "_asked.html",
    "tags": "_tags.html",
    "here": "_who.html",
    "newer": "_newer.html",
    "followers": "_followers.html",
}
# Of these parts, what else they show; news makes each part of an open page ask for itself.
LIGHT: dict[str, Callable[[HttpRequest, Conversation], dict[str, Any]]] = {
    "asked": lambda _, talk: {"parties": asked(talk, now())},
    "tags": lambda _, talk: {"tags": Tag.objects.beside(talk.pk)},
    "here": lambda request, talk: here(talk, asking(request)),
    "newer": newer,
    "followers": lambda request, talk: followed(talk, asking(request)),
}


@login_required
def conversation(request: HttpRequest, number: int) -> HttpResponse:
    """Show one conversation, or the part of it that asks for itself again."""
    try:
        talk = find(request, number)
    except Http404:
        main = Conversation.objects.visible_to(asking(request)).filter(asides=number).first()
        if main is None:
            raise
        return redirect("conversation", main.pk)  # who follows a link to what a third party said
    part = request.headers.get("HX-Target", "")
    if talk.pk != number and not part:
        reading.read_of(asking(request), number, now())
        return redirect("conversation", talk.pk)  # it was merged into that one
    if not part:
        reading.read_of(asking(request), talk.pk, now())
    if _is_looked_at(request, part):
        glancing.look(asking(request), talk)
    context = {"talk": talk, **LIGHT[part](request, talk)} if part in LIGHT else shown(request, talk)
    return drawn(request, f"desk/conversation/{PARTS.get(part, 'conversation.html')}", context)


def _is_looked_at(request: HttpRequest, part: str) -> bool:
    """Tell whether somebody sees what was said, not a page that lies open behind others (desk.js)."""
    return not part or (part == "timeline" and "X-Behind" not in request.headers)


@login_required
@require_POST
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Send a reply that answers, or one that only acknowledges."""
    author, talk = writing(request), find(request, number)
    if "turn" in request.POST:
        return _turn(request, talk, author)
    promising = promised.of(request, talk, author, now())
    questions, answered = request.POST.getlist("question"), request.POST.getlist("answered")
    answers = request.POST.get("purpose") == "answer"
    pays = begun.paid(request) if answers else []
    chosen: list[outbound.Upload] = []
    try:
        template = by_template.chosen(request, talk)
        chosen = uploads(request)
        enclosing.check(talk, author, chosen)
        _check(request, pays, questions, answered)
        _check_promises(promising)
        with transaction.atomic():
            replying.reply(
                talk,
                author,
                template.text if template else request.POST.get("text", ""),
                now(),
                pays=pays,
                still_open=[question for question in questions if answers and question not in answered],
                seen=numbers.number(request.POST.get("seen", "")),
                uploads=chosen,
                enclosed=begun.enclosed(request),
                rests_on=request.POST.get("rests_on", "") if "refuses" in request.POST else None,
                without_rule="without_rule" in request.POST,
                promises=promised.booked(promising, author),
                draft=begun.written(request),
                when=waiting.when(request, talk, author, pays, now()),
                is_marked=True,
                template=template,
            )
            acts.keep()
    except (Refused, holding.NewerMessage, replying.NoRule, waiting.AfterDue) as refusal:
        written = begun.posted(request) | {"ticked": pays}
        written["draft"]["no_rule"] = isinstance(refusal, replying.NoRule)
        written["draft"]["newer"] = isinstance(refusal, holding.NewerMessage)
        written["draft"]["after_due"] = isinstance(refusal, waiting.AfterDue)
        lost = [*_not_a_draft(request, talk, author), *_not_kept(talk, author, chosen)]
        reasons = list(dict.fromkeys([str(refusal), *lost]))
        return refused(
            request,
            lambda: shown(request, talk, **written) | {"promising": promising},
            gettext("Not sent"),
            reasons,
        )
    messages.success(request, _on_its_way(talk, pays), extra_tags=str(talk.pk))
    return redirect("conversation", talk.pk)


def _not_a_draft(request: HttpRequest, talk: Conversation, author: Person) -> list[str]:
    """Keep what was not sent among the drafts, or say why it is not: the page alone may be closed."""
    try:
        drafts.keep(talk, author, begun.written(request), now())
    except Refused as refusal:
        return [str(refusal)]
    return []


def _on_its_way(talk: Conversation, pays: Sequence[int]) -> str:
    if pays:
        return gettext("The answer is on its way.")
    if beginning.is_unheard(talk):
        return gettext("The letter is on its way.")
    return gettext("The acknowledgement is on its way.")


@login_required
@require_POST
def promises(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the reply promises as it is written."""
    author, talk = writing(request), find(request, number)
    promising = promised.of(request, talk, author, now())
    return drawn(request, "desk/conversation/_promises.html", {"promising": promising})


def _not_kept(talk: Conversation, author: Person, chosen: list[outbound.Upload]) -> list[str]:
    """Keep the files of a reply that was refused, as no browser does; return why that could not be."""
    try:
        enclosing.keep(talk, author, chosen)
    except Refused as refusal:
        return [str(refusal)]
    return []


def _turn(request: HttpRequest, talk: Conversation, author: Person) -> HttpResponse:
    """Show the reply again, with a promise of ours where it asked the customer to remind us."""
    written = begun.posted(request)
    written["draft"]["text"] = promised.turned(request, talk, author, now())
    return drawn(request, "desk/conversation/conversation.html", lambda: shown(request, talk, **written))


def _check_promises(promising: promised.Promising) -> None:
    if promising.turns:
        raise Refused(
            gettext("Do not ask the customer to remind you: promise it yourself, below your reply.")
        )
    if promising.undecided:
        raise Refused(
            gettext("Look at what you promise, below your reply: confirm it with its hour, or untick it.")
        )


def _check(request: HttpRequest, pays: list[int], asked: list[str], answered: list[str]) -> None:
    match request.POST.get("purpose"):
        case "acknowledge":
            return
        case "answer" if not pays:
            raise Refused(gettext("Tick what this answers, or say that it only acknowledges."))
        case "answer" if asked and not answered:
            raise Refused(gettext("Tick at least one question, or say that it only acknowledges."))
        case "answer":
            return
    raise Refused(gettext("Say whether this answers, or only acknowledges."))


@login_required
@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close the conversation, or say what is still owed in it."""
    author, talk = writing(request), find(request, number)
    owed = actions.close(talk, author, now())
    if owed:
        title = gettext("It cannot be closed: something is still owed here")
        against = [_against(debt) for debt in owed]
        return refused(request, lambda: shown(request, talk), title, against)
    messages.success(request, gettext("Closed. It opens by itself when the customer writes."))
    return redirect("conversation", talk.pk)


def _against(debt: Obligation) -> str:
    words = gettext("%(kind)s: answer it, or waive it with a reason.")
    text = f"{debts.kind_name(debt.kind)}: {debt.text}" if debt.text else debts.kind_name(debt.kind)
    return words % {"kind": text}


@login_required
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of a message nobody knew about."""
    author, message = writing(request), find_message(request, number)
    try:
        if request.POST.get("arrived") == "yes":
            settling.found_sent(message, author, now())
            said = gettext("Settled: it went out. What it answers is paid.")
        else:
            settling.send_again(message, author, now())
            said = gettext("It is sent again.")
    except Refused as refusal:
        return refuse(request, find(request, place(message)), gettext("Not done"), refusal)
    messages.success(request, said)
    return redirect("conversation", place(message))


def refused(
    request: HttpRequest, read: Callable[[], dict[str, Any]], title: str, reasons: list[str]
) -> HttpResponse:
    """Show the conversation, which is read when it is drawn, with what stands against an act on top."""
    told = {"refusal_title": title, "refusals": reasons}
    return drawn(request, "desk/conversation/conversation.html", lambda: read() | told, status=409)


def refuse(request: HttpRequest, talk: Conversation, title: str, refusal: Exception) -> HttpResponse:
    """Show the conversation with the words of a refusal on top."""
    return refused(request, lambda: shown(request, talk), title, [str(refusal)])
