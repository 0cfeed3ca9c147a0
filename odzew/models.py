"""Every table, in the order of a message."""

from odzew.channels.models import Account
from odzew.conversations.models import Attachment, Blob, Conversation, Message
from odzew.customers.models import Customer, Identity
from odzew.intake.models import Raw
from odzew.ledger.models import Entry, Head, Load, Owed
from odzew.staff.models import AccountTeam, Person, Team

__all__ = [
    "Account",
    "AccountTeam",
    "Attachment",
    "Blob",
    "Conversation",
    "Customer",
    "Entry",
    "Head",
    "Identity",
    "Load",
    "Message",
    "Owed",
    "Person",
    "Raw",
    "Team",
]
