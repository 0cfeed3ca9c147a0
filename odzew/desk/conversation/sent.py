"""Where a message of ours is on its way, in words."""

from datetime import datetime

from django.utils.translation import gettext

from odzew.channels import chats
from odzew.conversations import at_window
from odzew.conversations.later import A_MINUTE, WAITING
from odzew.conversations.models import Message
from odzew.desk import moments
from odzew.desk.conversation.mark import Mark


def waits(message: Message) -> bool:
    """Return whether its author can still take it back."""
    return message.later is not None and message.state in WAITING


def is_undo(message: Message) -> bool:
    """Return whether it waits only for the seconds in which it can be undone."""
    return message.not_before is not None and message.not_before - message.at <= A_MINUTE


def state(message: Message, now: datetime) -> Mark:
    """Return what became of a message so far."""
    when = moments.day(message.settled_at, now) if message.settled_at else ""
    said = message.server_said
    match Message.State(message.state):
        case Message.State.QUEUED | Message.State.HELD:
            return _waiting(message, now)
        case Message.State.SENDING:
            return Mark("clock", gettext("Being sent"), state="open")
        case Message.State.PASSED:
            words = gettext("With the messenger since %(day)s; it has not reached the customer yet")
            return Mark("hourglass", words % {"day": when}, state="open")
        case Message.State.SENT:
            return _arrived(message, when, now)
        case Message.State.FAILED:
            return Mark("triangle-alert", gettext("Could not be delivered"), state="late", more=said)
        case Message.State.BOUNCED:
            return Mark("undo-2", gettext("It came back"), state="late", more=said)
        case Message.State.IN_DOUBT:
            words = gettext("In doubt: nobody knows whether it went out. Look at the server's log, then say.")
            return Mark("circle-question-mark", words, state="late")


def _arrived(message: Message, when: str, now: datetime) -> Mark:
    if message.server_said == at_window.SHOWN:
        words = gettext("Shown to the visitor %(day)s") % {"day": when}
        return Mark("check-check", words, state="paid")
    words = gettext("Accepted by the receiver's server %(day)s") % {"day": when}
    return Mark("check", words, state="paid", more=_read(message, now))


def _read(message: Message, now: datetime) -> str:
    """Return when the customer saw it, where a messenger told that."""
    at = getattr(message, "read_at", None)
    return gettext("read %(day)s") % {"day": moments.day(at, now)} if at else ""


def _waiting(message: Message, now: datetime) -> Mark:
    if message.state == Message.State.HELD:
        words = gettext("Held: something happened before it went out. Read that first.")
        return Mark("triangle-alert", words, state="late")
    if message.tries and chats.is_window(message.to_address):
        return Mark("hourglass", gettext(message.server_said), state="soon")
    if message.tries:
        following = moments.day(message.next_try_at, now) if message.next_try_at else "?"
        words = gettext("Not accepted yet; next try %(day)s") % {"day": following}
        return Mark("hourglass", words, state="soon", more=message.server_said)
    if waits(message) and message.not_before and not is_undo(message):
        words = gettext("Goes out %(day)s") % {"day": moments.day(message.not_before, now)}
        return Mark("hourglass", words, state="open")
    return Mark("clock", gettext("Waiting to be sent"), state="open")
