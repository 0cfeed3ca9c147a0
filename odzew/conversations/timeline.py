"""Everything that happened, in order: messages and calls beside the lines of the journal."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from odzew.conversations.call import Call
from odzew.conversations.happening import Happening
from odzew.conversations.models import Message
from odzew.conversations.rule import Ruled
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.ledger import journal_lines

Line = dict[str, Any]


def of_customer(customer: Customer) -> list[Line]:
    """Return the history of a customer, what third parties were asked besides, the oldest line first."""
    one = kin.numbers(customer)
    hers = Q(conversation__customer__in=one) | Q(conversation__beside__customer__in=one)
    said = map(_said, Message.objects.filter(hers).select_related("author"))
    called = map(_called, Call.objects.filter(hers).select_related("agent"))
    done = map(_done, Happening.objects.filter(hers).select_related("by"))
    ruled = map(_ruled, Ruled.objects.filter(hers))
    lines = [*said, *called, *done, *ruled, *_booked(journal_lines.of_customers(one))]
    return sorted(lines, key=lambda line: (line["at"], line["what"]))


def _said(message: Message) -> Line:
    who = message.author.name if message.author else message.from_name or message.from_address
    return {
        "at": message.at.isoformat(),
        "what": message.automatic or message.purpose or message.direction,
        "who": who,
        "conversation": message.conversation_id,
        "text": message.own_words,
        "state": message.state,
    }


def _called(call: Call) -> Line:
    return {
        "at": call.begun_at.isoformat(),
        "what": f"call {call.direction}",
        "who": call.agent.name if call.agent else call.number,
        "conversation": call.conversation_id,
        "text": call.purpose,
        "state": call.state,
    }


def _done(act: Happening) -> Line:
    return {
        "at": act.at.isoformat(),
        "what": act.what,
        "who": str(act.by),
        "conversation": act.conversation_id,
        "text": act.text,
        "state": "",
    }


def _ruled(one: Ruled) -> Line:
    return {
        "at": one.at.isoformat(),
        "what": "ruled",
        "who": one.name,
        "conversation": one.conversation_id,
        "text": ", ".join(f"{what}: {name}" for what, name in one.did),
        "state": "",
    }


def _booked(lines: Iterable[journal_lines.Line]) -> Iterable[Line]:
    for line in lines:
        yield {
            "at": line.at.isoformat(),
            "what": line.what,
            "who": line.by,
            "conversation": line.conversation,
            "text": line.text,
            "state": "",
        }
