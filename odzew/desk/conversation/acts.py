"""The smaller things a person does in a conversation: note, promise, new date, hand over, waive, owe."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from odzew.conversations import actions, asking, by_call, by_hand, giving, holding
from odzew.conversations.models import Conversation
from odzew.desk import numbers
from odzew.desk.conversation import receivers
from odzew.desk.conversation.chosen_files import uploads
from odzew.desk.conversation.looked_up import colleagues
from odzew.desk.conversation.mail import find as find_message, place
from odzew.desk.conversation.shown import find, shown
from odzew.desk.conversation.views import refuse, refused
from odzew.desk.person import writing
from odzew.domain.obligation import Refused
from odzew.language import reminding
from odzew.lib.clock import now
from odzew.staff.models import Person, Team

Act = Callable[[HttpRequest, Conversation, Person], str]


def act(do: Act) -> Callable[..., HttpResponse]:
    """Make a view of an act: it runs for who may write here, and a refusal is shown in its words."""

    @login_required
    @require_POST
    @wraps(do)
    def view(request: HttpRequest, number: int) -> HttpResponse:
        author, talk = writing(request), find(request, number)
        try:
            done = do(request, talk, author)
        except (Refused, holding.NewerMessage) as refusal:
            return refuse(request, talk, gettext("Not done"), refusal)
        messages.success(request, done)
        return redirect("conversation", talk.pk)

    return view


@act
def note(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Keep a note for the team."""
    actions.note(talk, author, request.POST.get("text", ""), now())
    return gettext("The note is kept.")


@act
def promise(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Book a promise made by hand."""
    actions.promise(talk, author, request.POST.get("text", ""), moment(request), now())
    return gettext("The promise stands in the books.")


@login_required
@require_POST
def postpone(request: HttpRequest, number: int) -> HttpResponse:
    """Give a promise a new date, and begin the reply that tells the customer, who is owed it."""
    author, talk = writing(request), find(request, number)
    try:
        due = moment(request)
        reason, wished = request.POST.get("reason", ""), request.POST.get("wished") == "yes"
        notice = actions.postpone(talk, author, _debt(request), due, reason, now(), wished=wished)
    except (Refused, holding.NewerMessage) as refusal:
        return refuse(request, talk, gettext("Not done"), refusal)
    if notice is None:
        messages.success(request, gettext("The new date stands beside the old one."))
        return redirect("conversation", talk.pk)
    messages.success(request, gettext("The new date stands beside the old one. Tell the customer."))
    told = urlencode({"tell": reminding.turned(talk.language, timezone.localtime(due)), "pays": notice})
    return redirect(f"{reverse('conversation', args=[talk.pk])}?{told}#reply")


@act
def kept(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Write down a call, and what it kept."""
    by_call.kept(talk, author, _debt(request), request.POST.get("text", ""), now())
    return gettext("It is kept; what was said stands in the history.")


@act
def hand_over(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Make a colleague accountable."""
    number = request.POST.get("to", "")
    to = colleagues([talk.team_id]).filter(pk=numbers.number(number) or 0).first()
    if to is None:
        raise Refused(gettext("Choose to whom."))
    actions.hand_over(talk, author, [_debt(request)], to, request.POST.get("reason", ""), now())
    return gettext("%(name)s owes it now.") % {"name": to}


@login_required
@require_POST
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Give the conversation to another team, or a person of it; whoever sees it no more is led to Today."""
    author, talk = writing(request), find(request, number)
    try:
        team, to = receivers.chosen(request)
        given = giving.give(talk, author, team, request.POST.get("reason", ""), now(), to=to)
    except Refused as refusal:
        return refuse(request, talk, gettext("Not done"), refusal)
    messages.success(request, _given(team, to))
    is_seen = Conversation.objects.visible_to(author).filter(pk=given.pk).exists()
    return redirect("conversation", given.pk) if is_seen else redirect("today")


def _given(team: Team, to: Person | None) -> str:
    if to is None:
        return gettext("The team %(name)s has it now.") % {"name": team}
    return gettext("%(name)s of the team %(team)s owes it now.") % {"name": to, "team": team}


@act
def waive(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Take a debt off the books with a reason."""
    read = request.POST.get("seen", "")
    seen = numbers.number(read)
    actions.waive(talk, author, _debt(request), request.POST.get("reason", ""), now(), seen=seen)
    return gettext("Waived, with your name and your reason.")


@act
def revoke(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Make every link to the customer's page useless that was given out before."""
    actions.revoke_links(talk, author)
    return gettext("The links are revoked. The next mail to the customer holds a new one.")


@login_required
@require_POST
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask a third party beside the conversation; what was written comes back when it is refused."""
    author, talk = writing(request), find(request, number)
    form = {name: request.POST.get(name, "") for name in ("to", "name", "subject", "text", "quotes")}
    try:
        asking.ask(
            talk,
            author,
            form["to"],
            form["subject"],
            form["text"],
            now(),
            name=form["name"],
            quotes=numbers.number(form["quotes"]),
            uploads=uploads(request),
        )
    except Refused as refusal:
        again = {"asking": form, "do": "ask"}
        reasons = [str(refusal)]
        return refused(request, lambda: shown(request, talk) | again, gettext("Not asked"), reasons)
    messages.success(
        request, gettext("The question is on its way. What the customer is owed stays as it is.")
    )
    return redirect("conversation", talk.pk)


@login_required
@require_POST
def owe(request: HttpRequest, number: int) -> HttpResponse:
    """Owe an answer to a message that was taken for a machine's."""
    author, message = writing(request), find_message(request, number)
    try:
        by_hand.owe(message, author, request.POST.get("reason", ""), now())
    except Refused as refusal:
        return refuse(request, find(request, place(message)), gettext("Not done"), refusal)
    messages.success(request, gettext("An answer is owed, since the message came."))
    return redirect("conversation", place(message))


def _debt(request: HttpRequest) -> int:
    debt = numbers.number(request.POST.get("debt", ""))
    if debt is None:
        raise Refused(gettext("Choose which debt."))
    return debt


def moment(request: HttpRequest) -> datetime:
    """Return the day and hour of the form, which are local to the person."""
    try:
        local = datetime.fromisoformat(f"{request.POST.get('day', '')}T{request.POST.get('hour', '')}")
        return timezone.make_aware(local)
    except (ValueError, OverflowError):
        raise Refused(gettext("Give a day and an hour, for example 2026-11-30 and 16:00.")) from None
