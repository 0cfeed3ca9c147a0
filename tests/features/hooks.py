"""Every door at which a provider calls: a story each, signed as it signs, and what that adds up to."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus, urlencode

from django.test import Client

from odzew.calls import door as phone
from odzew.channels.models import Account
from odzew.conversations.call import Call as Talk, Line
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders.models import Order, Shop
from odzew.staff.models import AccountTeam
from tests.features import lines
from tests.features.letters import MONDAY, Desk
from tests.features.lines import ALA, KEY, OURS, SECRET
from tests.servers.telegram import Telegram
from tests.servers.whatsapp import NUMBER, SECRET as APP_SECRET, WhatsApp, signature

SITE, TOKEN, WORD = "https://desk.example", "12345", "a-word-of-the-bot"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Sign = Callable[[str, str, bytes], Mapping[str, str]]


@dataclass(frozen=True)
class Call:
    """One call of a provider: known again by `name`, however often it is signed."""

    path: str
    name: str
    body: bytes
    sign: Sign
    type: str = JSON
    more: tuple[tuple[str, str], ...] = ()

    def send(self, body: bytes | None = None, signed: bytes | None = None) -> int:
        """Let the provider call, with another body or another's signature, and return what it is answered."""
        proof = self.sign(self.name, self.path, self.body if signed is None else signed)
        content = self.body if body is None else body
        headers = {**dict(self.more), **proof}
        return Client().post(self.path, content, content_type=self.type, headers=headers).status_code


@dataclass(frozen=True)
class Door:
    """A door: how it is set up, and what its story adds up to, in whatever order it is told."""

    begin: Callable[[Desk], list[Call]]
    adds_up_to: dict[str, int]


def figures() -> dict[str, int]:
    """Return what there is, by what it is."""
    # A call told backwards is taken for missed for a while; how many debts that paid depends on the order.
    owed = Owed.objects.exclude(kind="callback", state="paid")
    counted = Counter(f"{kind} {state}" for kind, state in owed.values_list("kind", "state"))
    counted += Counter(f"call {state}" for state in Talk.objects.values_list("state", flat=True))
    kinds = (Customer, Conversation, Order, Message)
    counted += Counter({model.__name__.lower(): model.objects.count() for model in kinds})
    return dict(counted)


def _standard(name: str, _path: str, body: bytes) -> dict[str, str]:
    moment = str(int(now().timestamp()))
    proof = hmac.new(KEY, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    signed = "v1," + base64.b64encode(proof).decode()
    return {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": signed}


def _plain(header: str) -> Sign:
    def sign(_name: str, _path: str, body: bytes) -> dict[str, str]:
        return {header: base64.b64encode(hmac.new(KEY, body, hashlib.sha256).digest()).decode()}

    return sign


def _twilio(_name: str, path: str, body: bytes) -> dict[str, str]:
    pairs = sorted(pair.split("=", 1) for pair in body.decode().split("&") if "=" in pair)
    whole = SITE + path + "".join(key + unquote_plus(value) for key, value in pairs)
    proof = hmac.new(TOKEN.encode(), whole.encode(), hashlib.sha1).digest()
    return {"x-twilio-signature": base64.b64encode(proof).decode()}


def _bot(_name: str, _path: str, body: bytes) -> dict[str, str]:
    # The word is the whole proof; a stranger, whose body this is not, does not know it.
    return {"x-telegram-bot-api-secret-token": "x" if body == b"forged" else WORD}


def _app(_name: str, _path: str, body: bytes) -> dict[str, str]:
    return {"x-hub-signature-256": signature(body, APP_SECRET)}


def _shop(desk: Desk, kind: str, secret: str = KEY.decode()) -> str:
    Shop.objects.create(
        name="Kites",
        slug="kites",
        kind=kind,
        account=desk.account,
        secret=phone.sealed(secret),
        created_at=MONDAY,
    )
    return "/hooks/shops/kites"


def _at(minute: int) -> str:
    return (MONDAY + timedelta(minutes=minute)).isoformat()


def _generic(desk: Desk) -> list[Call]:
    path = _shop(desk, Shop.Kind.GENERIC, SECRET)
    order = {
        "key": "17", "email": "ala@example.org", "placed_at": _at(0), "paid_at": None,
        "items": [{"line": "1", "title": "Ticket"}, {"line": "2", "title": "Kite"}],
    }  # fmt: skip
    told = [
        ("order", 0, order),
        ("order", 1, order | {"paid_at": _at(1)}),
        ("delivered", 2, {"key": "17", "lines": ["1", "2"], "proof": "Signed by A."}),
        ("failed", 3, {"key": "17", "lines": ["2"], "reason": "Came back."}),
    ]
    bodies = [
        json.dumps({"type": kind, "timestamp": _at(minute), "data": data}) for kind, minute, data in told
    ]
    return [Call(path, f"c-{number}", body.encode(), _standard) for number, body in enumerate(bodies)]


def _woo(desk: Desk) -> list[Call]:
    path, sign = _shop(desk, Shop.Kind.WOOCOMMERCE), _plain("x-wc-webhook-signature")
    order = {
        "id": 727, "number": "727", "status": "pending", "currency": "PLN", "total": "29.35",
        "date_created_gmt": "2026-11-16T08:00:00", "date_modified_gmt": "2026-11-16T08:00:00",
        "billing": {"email": "ala@example.org"}, "line_items": [{"id": 315, "name": "Kite", "quantity": 2}],
    }  # fmt: skip
    paid = {"status": "processing", "date_modified_gmt": "2026-11-16T08:05:00"}
    told = [
        ("order.created", order),
        ("order.updated", order | paid | {"date_paid_gmt": "2026-11-16T08:05:00"}),
    ]
    return [
        Call(path, topic, json.dumps(data).encode(), sign, more=(("x-wc-webhook-topic", topic),))
        for topic, data in told
    ]


def _shopify(desk: Desk) -> list[Call]:
    path, sign = _shop(desk, Shop.Kind.SHOPIFY), _plain("x-shopify-hmac-sha256")
    order = {
        "id": 8209, "name": "#9999", "email": "ala@example.org", "financial_status": "pending",
        "currency": "USD",
        "total_price": "414.95", "created_at": _at(0), "updated_at": _at(0),
        "line_items": [{"id": 866, "name": "Kite", "quantity": 1}],
    }  # fmt: skip
    shipment = {"order_id": 8209, "fulfillment_id": 1, "status": "delivered", "happened_at": _at(9)}
    told: list[tuple[str, dict[str, Any]]] = [
        ("orders/create", order),
        ("orders/paid", order | {"financial_status": "paid", "updated_at": _at(1)}),
        ("fulfillment_events/create", shipment),
    ]
    return [
        Call(path, topic, json.dumps(data).encode(), sign, more=(("x-shopify-topic", topic),))
        for topic, data in told
    ]


def _neutral(desk: Desk) -> list[Call]:
    lines.connect(desk)
    told = [
        ("c-1", "ringing", 0), ("c-1", "ended", 1), ("c-2", "ringing", 5), ("c-2", "answered", 6),
        ("c-2", "held", 7), ("c-2", "resumed", 9), ("c-2", "ended", 10),
    ]  # fmt: skip
    bodies = [
        {"type": what, "timestamp": _at(minute), "data": {"call": call, "number": ALA}}
        for call, what, minute in told
    ]
    path = "/hooks/phone/hotline"
    return [Call(path, f"e-{n}", json.dumps(body).encode(), _standard) for n, body in enumerate(bodies)]


def _twilio_calls(desk: Desk) -> list[Call]:
    lines.connect(desk, Line.Kind.TWILIO, TOKEN, places={"+48500500500": desk.agent.pk})
    whole = {"CallSid": "CA" + "1" * 32, "From": ALA, "To": OURS, "Direction": "inbound"}
    ended = {"CallStatus": "completed", "Timestamp": "Mon, 16 Nov 2026 13:01:10 +0000"}
    told = [
        ("call", {"CallStatus": "ringing"}),
        (
            "message",
            {"RecordingSid": "RE1", "RecordingUrl": "https://api.twilio.com/RE1", "RecordingDuration": "7"},
        ),
        ("status", ended),
    ]
    return [
        Call(f"/hooks/twilio/hotline/{step}", step, urlencode(whole | more).encode(), _twilio, FORM)
        for step, more in told
    ]


def _messenger(desk: Desk, channel: str, said: dict[str, Any], secrets: dict[str, str]) -> str:
    account = Account(channel=channel, name="Kites", address=f"{channel}-kites", created_at=MONDAY)
    account.settings, account.secrets = {"asks": False, "receipts": False, "hook": "kites", **said}, secrets
    account.save()
    AccountTeam.objects.create(account=account, team=desk.team)
    return f"/hooks/{channel}/kites"


def _telegram(desk: Desk) -> list[Call]:
    path = _messenger(desk, "telegram", {"way": "hook"}, {"token": "1:a", "hook": WORD})
    api = Telegram()
    said = [api.say("Where is my kite?"), api.say("And my rod?"), api.say("I am somebody else.", chat=45)]
    return [Call(path, str(one["update_id"]), json.dumps(one).encode(), _bot) for one in said]


def _whatsapp(desk: Desk) -> list[Call]:
    path = _messenger(desk, "whatsapp", {"number": NUMBER}, {"token": "a", "app_secret": APP_SECRET})
    api = WhatsApp()
    said = [
        api.message("Where is my kite?"),
        api.message("And my rod?"),
        api.message("I am another.", sender="48500"),
    ]
    return [Call(path, str(number), body, _app) for number, body in enumerate(said)]


WRITTEN = {"answer open": 2, "customer": 2, "conversation": 2, "message": 3}
BOUGHT = {"customer": 1, "conversation": 1, "order": 1}
DOORS = {
    "a shop of one's own": Door(_generic, BOUGHT | {"delivery paid": 1, "delivery open": 1}),
    "WooCommerce": Door(_woo, BOUGHT | {"delivery open": 1}),
    "Shopify": Door(_shopify, BOUGHT | {"delivery paid": 1}),
    "an exchange of one's own": Door(
        _neutral,
        {
            "customer": 1,
            "conversation": 1,
            "call missed": 1,
            "call talked": 1,
        },
    ),
    "Twilio": Door(
        _twilio_calls, {"customer": 1, "conversation": 1, "call voicemail": 1, "callback open": 1}
    ),
    "Telegram": Door(_telegram, WRITTEN),
    "WhatsApp": Door(_whatsapp, WRITTEN),
}
