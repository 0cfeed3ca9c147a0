"""Arrival: one payload on its way into the history."""

from dataclasses import dataclass, field
from datetime import timedelta

from odzew.channels.base import Inbound
from odzew.channels.models import Account
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Identity
from odzew.intake.models import Raw
from odzew.staff.models import Team


@dataclass(slots=True)
class Arrival:
    """One payload with all that acceptance has found or made for it."""

    raw: Raw
    inbound: Inbound
    account: Account
    team: Team
    automatic: str
    identity: Identity
    conversation: Conversation
    is_new: bool
    # What rules have said: who is to owe it, how soon, and with which tags.
    given: int | None = None
    tags: tuple[int, ...] = ()
    within: timedelta | None = None
    opens: bool = False  # whether a debt began with it
    # Whom it was written to, when that is merged into the conversation it joins; else the same.
    home: Conversation | None = None
    message: Message = field(init=False)
