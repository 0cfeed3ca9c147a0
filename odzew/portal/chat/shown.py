"""What a window is told, as JSON: words of people as plain text, so that nothing of it can be run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from odzew.channels.models import Account
from odzew.conversations import at_window
from odzew.conversations.models import Conversation, Message
from odzew.conversations.visitor import Visitor
from odzew.domain import worktime
from odzew.intake.models import Raw
from odzew.intake.visiting import DOOR
from odzew.ledger.models import Owed
from odzew.lib import marked, words
from odzew.portal.chat.submit import transport_key
from odzew.staff.answer_time import Times
from odzew.staff.due import counted_hours


def messages(visitor: Visitor | None) -> list[dict[str, Any]]:
    """Return what was said between a visitor and us, the oldest first."""
    if visitor is None or visitor.conversation is None:
        return []
    talk = visitor.conversation
    his = _his(visitor, at_window.newest(at_window.his(talk)))
    ours = [_ours(message) for message in at_window.newest(at_window.ours(talk))]
    return sorted([*his, *ours], key=lambda said: (said["at"], said["id"]))


def standing(account: Account, visitor: Visitor | None, at: datetime) -> dict[str, Any]:
    """Return until when a person answers, whether anybody is in, and where else we write to."""
    team, talk = account.in_charge.team, visitor.conversation if visitor else None
    due, lang = _due(talk), get_language() or "en"
    until = due or Times().due(team, at, account.channel)
    said = words.until_words(until, at, team.timezone, lang) if until > at else ""
    return {
        "here": worktime.is_open(counted_hours(team, at), at),
        "until": said,
        "owed": due is not None,
        "mail": visitor.mail if visitor else "",
    }


def _due(talk: Conversation | None) -> datetime | None:
    if talk is None:
        return None
    rows = Owed.objects.open().filter(conversation=talk.stands_for_id or talk.pk)
    due: datetime | None = rows.order_by("due_at").values_list("due_at", flat=True).first()
    return due


def _his(visitor: Visitor, came: Sequence[Message]) -> list[dict[str, Any]]:
    # What came by mail is not shown: who typed an address may not be who holds it.
    rows = Raw.objects.filter(pk__in=[message.raw for message in came], door=DOOR)
    mine = transport_key(visitor.key, "")
    keys = rows.filter(transport_key__startswith=mine).values_list("pk", "transport_key")
    names = {number: str(key).removeprefix(mine) for number, key in keys}
    return [_told(message) | {"once": names[message.raw]} for message in came if message.raw in names]


def _ours(message: Message) -> dict[str, Any]:
    text = marked.to_plain(message.text) if message.has_html else message.text
    who = message.author.name if message.author else ""
    return _told(message) | {"text": text.strip(), "who": who, "shown": message.state == Message.State.SENT}


def _told(message: Message) -> dict[str, Any]:
    files = [
        {"index": file.index, "name": file.filename, "size": file.size} for file in message.attachments.all()
    ]
    return {"id": message.pk, "at": message.at.isoformat(), "text": message.own_words, "files": files}
