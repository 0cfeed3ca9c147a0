"""Giving a person all we keep of her (GDPR Art. 15 and 20): one ZIP file people and programs can read."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from odzew.conversations import fact, timeline
from odzew.conversations.call import Call, Recorded
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.rating import Rating
from odzew.conversations.visitor import Visitor
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.orders.models import Order
from odzew.orders.payment import Payment, Subscription
from odzew.privacy import extent
from odzew.privacy.extent import Extent

AT_ONCE = 50  # rows that hold whole mails


def give(customer: Customer, into: IO[bytes] | SpooledTemporaryFile[bytes], now: datetime) -> None:
    """Write everything we keep of a customer, and of all that are one with her, into a ZIP file.

    It holds `customer.json`, `history.json`, `owed.json`, `orders.json`, `payments.json`,
    `subscriptions.json`, `calls.json` and `conversations/<n>.json`, the mails as they came under `mails/`,
    the files we sent under `files/`, and recordings under `calls/`. This function will read what may be
    large in portions.
    """
    whole = extent.of(customer)
    with ZipFile(into, "w", ZIP_DEFLATED) as made:
        made.writestr("README.txt", _readme(customer, now))
        for name, said in _tables(customer, whole):
            made.writestr(name, _json(said))
        for talk in Conversation.objects.filter(pk__in=whole.talks).order_by("pk").iterator():
            made.writestr(f"conversations/{talk.pk}.json", _json(_talk(talk)))
        for raw in whole.raws().select_related("account").order_by("pk").iterator(AT_ONCE):
            made.writestr(f"mails/{raw.pk}.{'eml' if raw.channel == 'email' else 'bin'}", raw.content)
        for name, content in chain(_files(whole.attachments()), _recordings(whole)):
            made.writestr(name, content)


def _readme(customer: Customer, now: datetime) -> str:
    words = _(
        "All that is kept of %(customer)s, as of %(day)s.\n\n"
        "customer.json: who it is, and what is known\n"
        "history.json: everything that happened, in order\n"
        "owed.json: what was owed, and what became of it\n"
        "orders.json: orders and what they hold\n"
        "payments.json, subscriptions.json: what was paid, and what is paid for regularly\n"
        "calls.json, calls/: telephone calls, and what was said to the machine\n"
        "conversations/: every message of every conversation, our notes too\n"
        "mails/: what came to us, as it came\n"
        "files/: the files we sent\n"
    )
    return words % {"customer": customer, "day": now.date().isoformat()}


def _tables(customer: Customer, whole: Extent) -> Iterator[tuple[str, Any]]:
    yield "customer.json", _who(customer, whole)
    yield "history.json", timeline.of_customer(customer)
    yield "owed.json", list(Owed.objects.filter(customer__in=whole.customers).order_by("pk").values(*OWED))
    yield "calls.json", list(_calls(whole).values(*CALL))
    yield "orders.json", [_order(one) for one in Order.objects.filter(customer__in=whole.customers)]
    yield "payments.json", list(_of(Payment, whole).order_by("at", "pk").values(*PAYMENT))
    yield "subscriptions.json", list(_of(Subscription, whole).order_by("since", "pk").values(*PLAN))


OWED = ("id", "kind", "state", "conversation", "opened_at", "due_at", "closed_at", "text", "broken")
IDENTITY = ("kind", "value", "display", "proof", "proven_at", "forged")
MESSAGE = (
    *("id", "at", "direction", "purpose", "state", "from_name", "from_address", "to_address"),
    *("recipients", "subject", "text", "language", "message_id", "raw"),
)
CALL = (
    *("id", "conversation", "direction", "number", "state", "begun_at", "answered_at", "ended_at"),
    *("talked_seconds", "held_seconds", "purpose"),
)
PAYMENT = ("key", "order__number", "subscription__plan", "amount", "currency", "state", "at")
PLAN = ("key", "plan", "state", "since", "until", "cancelled_at")
RATING = ("message", "how", "text", "at")
FILE = ("message", "index", "filename", "content_type", "size")


def _who(customer: Customer, whole: Extent) -> dict[str, Any]:
    facts = fact.of(customer).values("kind", "label", "value", "source", "at", "ended_at")
    people = Customer.objects.filter(pk__in=whole.customers).values("id", "name", "language", "created_at")
    typed = (
        Visitor.objects.filter(conversation__in=whole.talks).exclude(mail="").values_list("mail", flat=True)
    )
    return {
        "typed_in_chats": sorted(set(typed)),
        "customers": list(people),
        "identities": list(kin.identities(customer).values(*IDENTITY)),
        "known": list(facts),
    }


def _talk(talk: Conversation) -> dict[str, Any]:
    return {
        "conversation": talk.pk,
        "subject": talk.subject,
        "address": talk.address,
        "begun": talk.created_at,
        "messages": list(Message.objects.filter(conversation=talk).order_by("at", "pk").values(*MESSAGE)),
        "ratings": list(Rating.objects.filter(message__conversation=talk).order_by("at").values(*RATING)),
        "files": list(Attachment.objects.filter(message__conversation=talk).values(*FILE)),
    }


def _order(one: Order) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ("number", "placed_at", "paid_at", "cancelled_at")}
    money = {"amount": one.amount, "currency": one.currency}
    return {**said, **money, "items": list(one.items.values("title", "count"))}


def _of(kind: type[Payment] | type[Subscription], whole: Extent) -> "QuerySet[Any]":
    return kind.objects.filter(customer__in=whole.customers)


def _files(attachments: "QuerySet[Attachment]") -> Iterator[tuple[str, bytes]]:
    ours = attachments.exclude(blob=None).select_related("blob").order_by("message", "index")
    for one in ours.iterator(AT_ONCE):
        if one.blob is not None:
            yield f"files/{one.message_id}-{one.index}.bin", bytes(one.blob.content)


def _calls(whole: Extent) -> "QuerySet[Call]":
    return Call.objects.filter(conversation__in=whole.talks).order_by("begun_at", "pk")


def _recordings(whole: Extent) -> Iterator[tuple[str, bytes]]:
    kept = (
        Recorded.objects.filter(call__in=_calls(whole).order_by()).exclude(blob=None).select_related("blob")
    )
    for one in kept.order_by("pk").iterator(AT_ONCE):
        if one.blob is not None:
            yield f"calls/{one.call_id}-{one.pk}.bin", bytes(one.blob.content)


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1, default=str)
