"""The API: a page of a customer's timeline of ten thousand events, and webhooks heard from a shop.

    python -m bench.api

BENCH_EVENTS (10,000), BENCH_CALLS (300), BENCH_TIMES (100 pages).
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from bench import ground

BUDGET = 50  # ms of the processor, p95
KEY = b"a secret that is only good for this"


def main() -> None:
    """Measure both on a desk of its own."""
    with ground.desk():
        from django.conf import settings

        from odzew.webhooks import triggers

        settings.ALLOWED_HOSTS = ["*"]
        ground.title("API")
        triggers.arm()
        _timeline(ground.size("BENCH_EVENTS", 10_000), ground.size("BENCH_TIMES", 100))
        _webhooks(ground.size("BENCH_CALLS", 300))


def _timeline(events: int, times: int) -> None:
    from django.test import Client

    customer, header = _customer(events // 2)
    client = Client(headers=header)
    took, cursor = [], ""
    for _turn in range(times):
        begin = time.process_time()
        answer = client.get(f"/api/v1/customers/{customer}/timeline", {"limit": 50, "cursor": cursor}).json()
        took.append((time.process_time() - begin) * 1000)
        cursor = answer["next"] or ""
    half, most = sorted(took)[times // 2], sorted(took)[times * 95 // 100]
    kept = "kept" if most <= BUDGET else "MISSED"
    ground.line(
        f"a page of a timeline of {events:,} events: p95", most, "ms",
        f"of the processor; p50 {half:.1f} ms; ≤ {BUDGET}: {kept}",
    )  # fmt: skip


def _customer(count: int) -> tuple[int, dict[str, str]]:
    """Make a customer with so many messages and as many lines of the journal, by the worker's own way."""
    from odzew.channels.base import Inbound
    from odzew.channels.models import Account
    from odzew.conversations.models import Conversation
    from odzew.intake.accept import accept
    from odzew.intake.keep import Payload, keep
    from odzew.intake.models import Raw
    from odzew.lib.clock import now
    from odzew.staff import token as tokens
    from odzew.staff.models import Person, Role
    from odzew.staff.token import Scope

    account = Account.objects.first() or Account.objects.create(
        name="Shop", address="shop@firm.example", created_at=now()
    )
    for batch in range(0, count, 100):
        numbers = range(batch, min(batch + 100, count))
        keep(
            [
                Payload(
                    account=account.pk, door="smtp", content=f"mail {n}".encode(), received_at=now(),
                    envelope={"from": "ala@example.org"},
                )
                for n in numbers
            ]
        )  # fmt: skip
        rows = list(Raw.objects.filter(state=Raw.State.KEPT).select_related("account"))
        said = [Inbound(address="ala@example.org", text=f"{n}", own_words="", subject="S") for n in numbers]
        accept(list(zip(rows, said, strict=True)), now())
    boss = Person.objects.filter(role=Role.ADMINISTRATOR)[0]
    _token, secret = tokens.issue(boss, "bench", list(Scope), now())
    talk: Any = Conversation.objects.latest("pk")
    return talk.customer_id, {"Authorization": f"Bearer {secret}"}


def _webhooks(calls: int) -> None:
    from django.test import Client

    from odzew.channels.models import Account
    from odzew.lib.clock import now
    from odzew.orders import door
    from odzew.orders.models import Shop

    secret = "whsec_" + base64.b64encode(KEY).decode()
    account = Account.objects.all()[0]
    Shop.objects.create(
        name="Kites",
        slug="kites",
        kind="generic",
        account=account,
        secret=door.sealed(secret),
        created_at=now(),
    )
    client, ready = Client(), [_call(number) for number in range(calls)]
    begin, busy = time.perf_counter(), time.process_time()
    for body, headers in ready:
        answer = client.post("/hooks/shops/kites", body, content_type="application/json", headers=headers)
        assert answer.status_code == 204, answer.content
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    ground.line(
        "orders heard by webhook, proven and in the books", calls / took, "/s",
        f"one after the other, each synced; {worked / calls * 1000:.1f} ms of the processor each",
    )  # fmt: skip


def _call(number: int) -> tuple[bytes, dict[str, str]]:
    from odzew.lib.clock import now

    at = now()
    data = {
        "key": str(number), "email": f"c{number}@example.org", "placed_at": at.isoformat(),
        "paid_at": at.isoformat(), "items": [{"line": "1", "title": "Kite"}],
    }  # fmt: skip
    body = json.dumps({"type": "order", "timestamp": at.isoformat(), "data": data}).encode()
    moment = str(int(at.timestamp()))
    said = f"call-{number}.{moment}.".encode() + body
    signature = "v1," + base64.b64encode(hmac.new(KEY, said, hashlib.sha256).digest()).decode()
    return body, {"webhook-id": f"call-{number}", "webhook-timestamp": moment, "webhook-signature": signature}


if __name__ == "__main__":
    main()
