"""A tag is given to a conversation, or taken off."""

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations import tagging
from odzew.conversations.models import Conversation
from odzew.desk import numbers
from odzew.desk.conversation.acts import act
from odzew.lib.clock import now
from odzew.staff.models import Person


@act
def tag(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Give a tag; a new name makes one."""
    given = tagging.add(talk, author, request.POST.get("name", ""), now())
    return gettext("Tagged “%(name)s”") % {"name": given}


@act
def untag(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Take a tag off."""
    tagging.remove(talk, author, numbers.number(request.POST.get("tag", "")) or 0, now())
    return gettext("The tag is taken off.")
