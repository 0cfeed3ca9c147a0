"""Status: received, who has it, answer due by. It shows nothing that is personal."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from odzew.conversations import status_link
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
from odzew.lib import words
from odzew.lib.clock import now


@dataclass(frozen=True, slots=True)
class Standing:
    """How a matter stands, in words of the customer's language."""

    number: int
    firm: str
    received: str
    owner: str = ""
    until: str = ""
    late: bool = False
    answered: str = ""


@require_safe
def status(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Show how a matter stands to whoever holds its link; the link alone opens it."""
    if not status_link.opens(number, token):
        raise Http404("There is no such page.")
    conversations = Conversation.objects.select_related("team", "account")
    conversation = conversations.get(pk=number)
    language = conversation.language or conversation.team.language
    with translation.override(language):
        standing = _standing(conversation, language, now())
        response = render(request, "portal/status.html", {"standing": standing, "language": language})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _standing(conversation: Conversation, language: str, at: datetime) -> Standing:
    zone = conversation.team.timezone
    debt = (
        Owed.objects.open()
        .filter(conversation=conversation.pk)
        .select_related("owner")
        .order_by("due_at")
        .first()
    )
    received = words.moment_words(conversation.created_at, at, zone, language)
    firm = str(conversation.account)
    if debt is None:
        return Standing(conversation.pk, firm, received, answered=_answered(conversation, at, language))
    return Standing(
        number=conversation.pk,
        firm=firm,
        received=received,
        owner=debt.owner.name.split(" ")[0],
        until=words.until_words(debt.due_at, at, zone, language),
        late=debt.due_at < at,
    )


def _answered(conversation: Conversation, at: datetime, language: str) -> str:
    answers = (Message.Purpose.ANSWER, Message.Purpose.REFUSAL)
    sent = conversation.messages.filter(purpose__in=answers, state=Message.State.SENT)
    last = sent.order_by("-settled_at").values_list("settled_at", flat=True).first()
    return words.moment_words(last, at, conversation.team.timezone, language) if last else ""
