"""Arrival: one payload on its way into the history."""

from dataclasses import dataclass, field

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
    message: Message = field(init=False)
