"""A conversation is put aside, and taken back."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations import snoozing
from odzew.conversations.models import Conversation
from odzew.desk import moments
from odzew.desk.conversation.acts import act, moment
from odzew.lib.clock import now
from odzew.staff.models import Person


@act
def snooze(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Put a conversation aside until a moment."""
    at, until = now(), asked(request)
    return said(until, snoozing.snooze(talk, author, until, at), at)


@act
def wake(_request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Take a conversation back onto one's lists."""
    snoozing.wake(talk, author, now())
    return gettext("It stands on your lists again.")


def asked(request: HttpRequest) -> datetime:
    """Return the moment of a preset, or the day and hour of the form."""
    try:
        until = datetime.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return moment(request)
    return until if until.tzinfo else moment(request)


def said(until: datetime, due: datetime, now: datetime) -> str:
    """Return what a snooze does, and what it cannot do."""
    day = {"day": moments.day(until, now), "due": moments.day(due, now)}
    if due < now:
        return gettext("Snoozed until %(day)s. What is late stays on your lists all the same.") % day
    if due < until:
        words = gettext(
            "Snoozed until %(day)s, or until it falls due: %(due)s. No snooze hides what is late."
        )
        return words % day
    return gettext("Snoozed until %(day)s, or until the customer writes. Its hour stays.") % day
