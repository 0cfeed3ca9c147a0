"""Every door at which a provider calls: calls a second that are proven and stored, one after the other.

    python -m bench.hooks

BENCH_CALLS (300 each), BENCH_DATABASE. A call is stored when its bytes are kept, before it is read; of shops
and telephones a second line says what the worker needs until it is in the history and the books.
"""

import json
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from bench import ground


def main() -> None:
    """Measure each door on a desk of its own."""
    with ground.desk():
        from django.conf import settings

        from tests.features import hooks

        settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], hooks.SITE
        calls = ground.size("BENCH_CALLS", 300)
        ground.title("calls of providers, from the call to what is stored")
        for name, door in hooks.DOORS.items():
            story = door.begin(_desk())
            _measure(name, [_numbered(name, story, number) for number in range(calls)])
            _rename()


def _desk() -> Any:
    """Return what a story needs of a desk; each has a mailbox, a team and somebody."""
    from odzew.channels.models import Account
    from odzew.lib.clock import now
    from odzew.staff.models import AccountTeam, Person, Team

    team, facts = Team.objects.all()[0], {"name": "Shop", "created_at": now()}
    account, is_new = Account.objects.get_or_create(address="shop@firm.example", defaults=facts)
    if is_new:
        AccountTeam.objects.create(account=account, team=team)
    return SimpleNamespace(account=account, team=team, agent=Person.objects.all()[0])


def _rename() -> None:
    """Make room for the next, which has the same word in its address."""
    from odzew.conversations.call import Line
    from odzew.orders.models import Shop

    for rows in (Shop.objects.filter(slug="kites"), Line.objects.filter(slug="hotline")):
        for number in list(rows.values_list("pk", flat=True)):
            rows.filter(pk=number).update(slug=f"old-{number}")


def _measure(name: str, calls: list[Any]) -> None:
    assert calls.pop().send() < 300  # the first one makes ready what all others find
    begin, busy = time.perf_counter(), time.process_time()
    for call in calls:
        status = call.send()
        assert status < 300, f"{name}: {status}"
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    ground.line(name, len(calls) / took, "/s", f"{worked / len(calls) * 1000:.1f} ms of the processor each")
    _worked_off(len(calls))


def _worked_off(calls: int) -> None:
    from odzew.hearing.models import Heard
    from tests.features import heard

    if not Heard.objects.filter(state="kept").exists():  # a messenger's, of which bench.process tells
        return
    begin, busy = time.perf_counter(), time.process_time()
    heard.work()
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    assert not Heard.objects.exclude(state="done").exists()
    ground.line("  … done by the worker", calls / took, "/s", f"{worked / calls * 1000:.1f} ms each")


def _numbered(name: str, story: list[Any], number: int) -> Any:
    """Return the call that owes something, as one of another order, call or message."""
    call = story[{"a shop of one's own": 1, "WooCommerce": 1, "Shopify": 1}.get(name, 0)]
    if name == "Twilio":
        return replace(call, body=call.body.replace(b"1" * 32, f"{number:032d}".encode()))
    said = json.loads(call.body)
    match name:
        case "a shop of one's own":
            said["data"]["key"] = str(number)
        case "an exchange of one's own":
            said["data"] |= {"call": str(number), "number": f"+4860010{number:04d}"}
        case "WooCommerce" | "Shopify":
            said["id"] = number
        case "Telegram":
            said["update_id"] = said["message"]["message_id"] = 1_000 + number
        case _:
            said["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = f"wamid.{number}"
    return replace(call, name=f"{name}-{number}", body=json.dumps(said).encode())


if __name__ == "__main__":
    main()
