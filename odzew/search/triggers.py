"""The marks "to index", written by the database itself whenever words of a message may have changed.

`arm` puts back what is missing, and says so.
"""

from odzew.lib import triggers
from odzew.lib.triggers import Trigger

_NEW = "INSERT INTO odzew_toindex (message) VALUES (NEW.id)"
_OLD = "INSERT INTO odzew_toindex (message) VALUES (OLD.id)"
_OF_FILE = "INSERT INTO odzew_toindex (message) VALUES (NEW.message_id)"
_OF_FILE_GONE = "INSERT INTO odzew_toindex (message) VALUES (OLD.message_id)"
_OF_TALK = "INSERT INTO odzew_toindex (message) SELECT id FROM odzew_message WHERE conversation_id = NEW.id"
_OF_CUSTOMER = (
    "INSERT INTO odzew_toindex (message) SELECT m.id FROM odzew_message m "
    "JOIN odzew_conversation c ON c.id = m.conversation_id WHERE c.customer_id = NEW.id"
)
_WORDS_CHANGED = (
    "UPDATE OF conversation_id, at, author_id, direction, from_name, from_address, to_address, "
    "recipients, subject, text, language"
)
_TALK_CHANGED = "UPDATE OF subject, team_id, account_id, customer_id"


_TRIGGERS = (
    Trigger("words_message_new", "INSERT", "odzew_message", _NEW),
    Trigger("words_message_changed", _WORDS_CHANGED, "odzew_message", _NEW),
    Trigger("words_message_gone", "DELETE", "odzew_message", _OLD),
    Trigger("words_file_new", "INSERT", "odzew_attachment", _OF_FILE),
    Trigger("words_file_named", "UPDATE OF filename", "odzew_attachment", _OF_FILE),
    Trigger("words_file_gone", "DELETE", "odzew_attachment", _OF_FILE_GONE),
    Trigger("words_talk_changed", _TALK_CHANGED, "odzew_conversation", _OF_TALK),
    Trigger("words_customer_named", "UPDATE OF name", "odzew_customer", _OF_CUSTOMER),
)


def arm() -> bool:
    """Set up the triggers that are missing, and return whether there were any."""
    return triggers.arm(_TRIGGERS)


def missing() -> list[Trigger]:
    """Return the triggers that are not there."""
    return triggers.missing(_TRIGGERS)
