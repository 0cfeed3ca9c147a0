"""Beginning to follow a conversation, and ceasing to."""

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations import following
from odzew.conversations.models import Conversation
from odzew.desk import numbers
from odzew.desk.conversation.acts import act
from odzew.lib.clock import now
from odzew.staff.models import Person


@act
def follow(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Follow a conversation, or let a colleague follow it."""
    person = numbers.number(request.POST.get("person", "")) or 0
    following.follow(talk, author, person, now())
    if person == author.pk:
        return gettext("You follow this conversation.")
    return gettext("The colleague follows this conversation, and is told.")


@act
def unfollow(_request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Follow a conversation no more."""
    following.unfollow(talk, author)
    return gettext("You do not follow this conversation any more.")
