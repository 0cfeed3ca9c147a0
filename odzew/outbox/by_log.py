"""Settling messages in doubt by the log of the mail server.

Postfix names the Message-ID in its cleanup line and the fate in a later line of the same queue id
(http://www.postfix.org/DEBUG_README.html#logging).
"""

import re
from collections.abc import Iterable
from datetime import datetime

from odzew.conversations import settling
from odzew.conversations.models import Message

NAMED = re.compile(r"\b([0-9A-Za-z]{6,20}): message-id=(<[^>]+>)")
FATE = re.compile(
    r"\b([0-9A-Za-z]{6,20}): to=<([^>]*)>,(?: orig_to=<([^>]*)>,)? .*?\bstatus=(sent|bounced|deferred)\b"
)


def settle(lines: Iterable[str], now: datetime) -> list[tuple[str, str]]:
    """Settle what the log tells of, and return `(message id, fate)` for each message settled.

    `sent` pays what the message answers, `bounced` leaves it owed; `deferred` says that the server
    has it and goes on trying, so the message stays in doubt. What became of a copy says nothing.
    """
    doubtful = {m.message_id: m for m in _in_doubt()}
    names: dict[str, str] = {}
    done = []
    for line in lines:
        if named := NAMED.search(line):
            names[named[1]] = named[2]
        elif fate := FATE.search(line):
            message = doubtful.get(names.get(fate[1], ""))
            if message is not None and fate[4] != "deferred" and _is_for(message, fate):
                _settle(message, fate[4], line.strip(), now)
                done.append((doubtful.pop(message.message_id).message_id, fate[4]))
    return done


def _in_doubt() -> Iterable[Message]:
    return Message.objects.unfinished().filter(state=Message.State.IN_DOUBT).select_related("conversation")


def _is_for(message: Message, fate: re.Match[str]) -> bool:
    return message.to_address.lower() in ((fate[2] or "").lower(), (fate[3] or "").lower())


def _settle(message: Message, fate: str, line: str, now: datetime) -> None:
    if fate == "sent":
        settling.accepted(message, line, now)
    else:
        settling.failed(message, line, now)
