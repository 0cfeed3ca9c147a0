"""The marks "to index", written by the database itself whenever words of a message may have changed.

They stand here and not in a migration: SQLite drops the triggers of a table that a later migration
makes anew. `arm` puts back what is missing, and says so.
"""

from dataclasses import dataclass

from django.db import connection

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


@dataclass(frozen=True, slots=True)
class Trigger:
    """A statement that follows the writing of a row."""

    name: str
    event: str
    table: str
    does: str


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
    lost = missing()
    for trigger in lost:
        _set(trigger)
    return bool(lost)


def missing() -> list[Trigger]:
    """Return the triggers that are not there."""
    there = _there()
    return [trigger for trigger in _TRIGGERS if trigger.name not in there]


def _there() -> set[str]:
    catalog = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalog)
        return {name for (name,) in cursor.fetchall()}


def _set(trigger: Trigger) -> None:
    head = f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"{head} BEGIN {trigger.does}; END")
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION odzew_{trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {trigger.does}; RETURN NULL; END $$"
        )
        cursor.execute(f"{head} EXECUTE FUNCTION odzew_{trigger.name}()")
