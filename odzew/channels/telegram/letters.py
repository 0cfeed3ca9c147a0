"""An update as a letter to be kept: known by its number, and as old as Telegram says."""

from datetime import datetime

from odzew.channels.models import Account
from odzew.channels.telegram import parse
from odzew.channels.watching import Letter

# https://core.telegram.org/bots/api#setwebhook: other kinds are not sent at all.
WANTED = ["message", "edited_message"]


def letter(account: Account, content: bytes, at: datetime) -> Letter:
    """Return an update as a letter; the customer waits since he wrote, not since it came to us.

    :raises parse.Damaged: when it is no update
    """
    update = parse.parse(content)
    message = update.message or {}
    said = parse.moment(message, "edit_date" if update.is_edit else "date")
    chat = parse.number(parse.part(message, "chat"), "id")
    return Letter(
        number=update.number,
        transport_key=f"update:{update.number}",
        content=content,
        received_at=min(said or at, at),
        envelope={"from": str(chat or ""), "to": [account.address], "kind": "telegram"},
    )
