"""The automatic receipt: it says until when a person answers, and pays nothing.

It is bounded (RFC 5321 §6.3, RFC 3834 §2; SAFETY P15, P16): one a conversation, few an address,
and no word the sender chose, so that nobody can use the desk to write to somebody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.channels import registry
from odzew.conversations import outbound, status_link
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
from odzew.lib import words
from odzew.staff import brand

A_DAY = timedelta(days=1)
NEWS_FOR = timedelta(days=2)  # who wrote before that is not told by a machine that it has come
AN_HOUR = timedelta(hours=1)
FOR_THE_UNPROVEN = 1
Fresh = tuple[Conversation, Message, Mapping[str, str]]


def write(fresh: Sequence[Fresh], now: datetime) -> None:
    """Queue a receipt for each new conversation whose account can send and whose sender may get one."""
    able = [f for f in fresh if can_send(f[0]) and f[0].address and f[1].at > now - NEWS_FOR]
    told = _told({talk.pk for talk, _message, _proof in able})
    able = [f for f in able if f[0].pk not in told]
    if not able:
        return
    allowance = _Allowance([c.address for c, _m, _p in able], now)
    due, house = _due([c.pk for c, _m, _p in able]), brand.current()
    receipts = [
        _receipt(conversation, house, due[conversation.pk], now)
        for conversation, message, proof in able
        if conversation.pk in due and allowance.take(conversation.address, _of_receiver(message, proof))
    ]
    Message.objects.bulk_create(receipts)


def _told(conversations: set[int]) -> set[int]:
    """Return those in which a machine has said it already: one receipt is enough for a conversation."""
    rows = Message.objects.filter(conversation__in=conversations, purpose=Message.Purpose.RECEIPT)
    return set(rows.values_list("conversation", flat=True)) if conversations else set()


def _of_receiver(message: Message, proof: Mapping[str, str]) -> Mapping[str, str]:
    # Whoever proves an address of his own has proven nothing about the one he wants the reply to go to.
    return proof if message.from_address.lower() == message.conversation.address.lower() else {}


def can_send(conversation: Conversation) -> bool:
    """Return whether the account of a conversation knows a server to send by."""
    account = conversation.account
    return registry.can_send(account) and account.settings.get("receipts", True)


class _Allowance:
    def __init__(self, addresses: Iterable[str], now: datetime) -> None:
        sent = Message.objects.filter(
            purpose=Message.Purpose.RECEIPT, to_address__in=set(addresses), at__gt=now - A_DAY
        )
        hour = Count("pk", filter=Q(at__gt=now - AN_HOUR))
        rows = sent.values_list("to_address").annotate(day=Count("pk"), hour=hour)
        self.used = {address: [day, last_hour] for address, day, last_hour in rows}

    def take(self, address: str, proof: Mapping[str, str]) -> bool:
        used = self.used.setdefault(address, [0, 0])
        a_day = settings.RECEIPTS_PER_DAY if _is_proven(proof) else _for_the_unproven(address)
        if used[0] >= a_day or used[1] >= settings.RECEIPTS_PER_HOUR:
            return False
        self.used[address] = [used[0] + 1, used[1] + 1]
        return True


def _is_proven(proof: Mapping[str, str]) -> bool:
    return proof.get("dmarc") == "pass" or bool(proof.get("provider"))


def _for_the_unproven(address: str) -> int:
    # A subaddress (RFC 5233) leads into the one mailbox as its endless sisters do.
    return 0 if "+" in address.rpartition("@")[0] else FOR_THE_UNPROVEN


def _due(conversations: Sequence[int]) -> dict[int, datetime]:
    rows = Owed.objects.open().filter(conversation__in=conversations).order_by("-due_at")
    return {number: due for number, due in rows.values_list("conversation", "due_at") if number is not None}


def _receipt(conversation: Conversation, house: brand.Brand, due: datetime, now: datetime) -> Message:
    language = house.spoken(conversation.language, conversation.team.language)
    with translation.override(language):
        until = words.until_words(due, now, conversation.team.timezone, language)
        receipt = outbound.draft(
            conversation, Message.Purpose.RECEIPT, _text(conversation, house, until), now
        )
        receipt.subject = _("We have received your message (no. %(number)s)") % {"number": conversation.pk}
    receipt.language = language
    receipt.automatic = "receipt"
    return receipt


def _text(conversation: Conversation, house: brand.Brand, until: str) -> str:
    lines = [
        _("Good morning,"),
        _("we have received your message. A person will answer you %(until)s.") % {"until": until},
        _("How it stands, at any time: %(link)s") % {"link": status_link.address(conversation)},
        _("This receipt was written by a machine; it is not the answer."),
        brand.firm(conversation.account, house),
    ]
    return "\n\n".join(lines)
