"""The API: what a token sees and does is what its person may, within its scopes; a write is done once."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from ninja import Schema

from odzew.conversations import rated, verdicts
from odzew.conversations.fact import Fact
from odzew.conversations.models import Conversation, Message
from odzew.ledger import reports
from odzew.lib.clock import now
from odzew.orders import door
from odzew.orders.events import Placed, Thing
from odzew.orders.models import Order, Shop
from odzew.orders.record import record
from odzew.staff import token as tokens
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from odzew.staff.token import Scope
from odzew.webhooks import events, follow, keeping
from odzew.webhooks.models import Delivery
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    cache.clear()


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    with time_machine.travel(MONDAY, tick=False):
        made.deliver(letter("Where is my parcel?"))
    return made


class Program:
    """Another program with a token."""

    def __init__(self, person: Person, *scopes: Scope) -> None:
        _token, secret = tokens.issue(person, "shop", scopes or list(Scope), now())
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, **asked: Any) -> Any:
        return self.client.get(f"/api/v1{path}", asked)

    def post(self, path: str, said: dict[str, Any], key: str = "a-key-of-mine") -> Any:
        return self.client.post(
            f"/api/v1{path}", said, content_type="application/json", headers={"Idempotency-Key": key}
        )


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    return told["status"], told["detail"]


def test_what_is_owed_is_told_as_on_the_command_line(desk: Desk) -> None:
    [debt] = Program(desk.agent).get("/owed").json()["items"]

    [line] = reports.owed(now())
    moments = {name: datetime.fromisoformat(debt[name]) for name in ("opened_at", "due_at")}
    said = {name: datetime.fromisoformat(line[name]) for name in moments}
    assert {**debt, **moments, "rank": 1} == {**line, **said}


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3),
        ({"kind": "promise"}, 0),
        ({"late": "true"}, 3),
        ({"late": "false"}, 0),
        ({"owner": "x@y.z"}, 0),
    ],
    ids=str,
)
def test_what_is_owed_is_asked_for_by_what_it_is(desk: Desk, asked: dict[str, str], count: int) -> None:
    desk.deliver(letter("Two", sender="two@example.org"))
    desk.deliver(letter("Three", sender="three@example.org"))

    assert len(Program(desk.agent).get("/owed", **asked).json()["items"]) == count


def test_pages_follow_one_another_without_a_gap(desk: Desk) -> None:
    for name in ("two", "three"):
        desk.deliver(letter(name, sender=f"{name}@example.org"))
    program = Program(desk.agent)

    for path in ("/owed", "/conversations"):
        whole = [row["id"] for row in program.get(path).json()["items"]]
        found, cursor = [], ""
        while cursor is not None:
            part = program.get(path, limit=1, cursor=cursor).json()
            found += [row["id"] for row in part["items"]]
            cursor = part["next"]
        assert found == whole and len(whole) == 3


def test_a_conversation_and_what_was_said_in_it_are_told(desk: Desk) -> None:
    program = Program(desk.agent)
    [talk] = program.get("/conversations").json()["items"]

    [said] = program.get(f"/conversations/{talk['id']}/messages").json()["items"]

    assert program.get(f"/conversations/{talk['id']}").json() == talk
    assert (said["direction"], said["author"]) == ("inbound", "ala@example.org")


def test_how_an_answer_was_is_told_beside_it(desk: Desk) -> None:
    talk, words = Conversation.objects.get(), {"text": "It is here.", "purpose": "answer"}
    answer = Message.objects.create(conversation=talk, direction="outbound", at=now(), **words)
    verdicts.answered(answer, now())
    rated.rate(answer, "fair", "A bit slow.", now())

    asked, told = Program(desk.agent).get(f"/conversations/{talk.pk}/messages").json()["items"]

    assert asked["rating"] is None
    assert (told["rating"]["how"], told["rating"]["text"]) == ("fair", "A bit slow.")


@pytest.mark.parametrize("purpose", ["code", "receipt"])
def test_what_would_let_somebody_act_as_the_customer_is_not_told(desk: Desk, purpose: str) -> None:
    talk = Conversation.objects.get()
    words = {"text": "Your code is 123456", "own_words": "Your code is 123456"}
    Message.objects.create(conversation=talk, direction="outbound", purpose=purpose, at=now(), **words)

    told = Program(desk.agent).get(f"/conversations/{talk.pk}/messages").content.decode()

    assert f'"purpose": "{purpose}"' in told and "123456" not in told


def test_a_note_sent_twice_with_one_key_is_written_once_and_answered_alike(desk: Desk) -> None:
    talk, program = Conversation.objects.get(), Program(desk.agent)
    path = f"/conversations/{talk.pk}/notes"

    first, second = (program.post(path, {"text": "Seen in the shop."}) for _ in range(2))

    assert (first.status_code, first.json()) == (201, second.json())
    assert Message.objects.filter(direction="note").count() == 1
    [line] = StaffAct.objects.filter(act="api-note")
    assert (line.person, line.number, line.facts["token"]) == (desk.agent, talk.pk, "shop")


def test_a_key_used_for_something_else_is_refused(desk: Desk) -> None:
    talk, program = Conversation.objects.get(), Program(desk.agent)
    program.post(f"/conversations/{talk.pk}/notes", {"text": "One."})

    status, said = problem(program.post(f"/conversations/{talk.pk}/notes", {"text": "Another."}))

    assert status == 422 and "another request" in said
    assert Message.objects.filter(direction="note").count() == 1


def test_what_failed_may_be_tried_again_with_the_same_key(desk: Desk) -> None:
    talk, program = Conversation.objects.get(), Program(desk.agent)
    path, past = f"/conversations/{talk.pk}/promises", {"text": "Call.", "due_at": "2020-01-01T10:00:00Z"}

    assert problem(program.post(path, past))[0] == 409
    said = {"text": "Call.", "due_at": (now() + timedelta(days=1)).isoformat()}
    made = program.post(path, said)

    assert (made.status_code, made.json()["kind"]) == (201, "promise")


def test_what_is_known_of_a_customer_is_kept_and_told(desk: Desk) -> None:
    program = Program(desk.agent)
    [customer] = program.get("/customers", identity="Ala@example.org").json()["items"]

    program.post(f"/customers/{customer['id']}/facts", {"kind": "tariff", "value": "Basic", "source": "shop"})

    [known] = program.get(f"/customers/{customer['id']}").json()["facts"]
    assert (known["kind"], known["value"], Fact.objects.get().by) == ("tariff", "Basic", desk.agent)


@pytest.mark.parametrize(
    ("purpose", "allowed"), [("marketing", False), ("dunning", False), ("service", True)]
)
def test_whom_we_owe_an_overdue_answer_is_not_asked_for_anything(
    desk: Desk, purpose: str, *, allowed: bool
) -> None:
    customer = Conversation.objects.get().customer_id

    told = Program(desk.agent).get(f"/customers/{customer}/may-write", purpose=purpose).json()

    assert told["allowed"] is allowed
    assert [one["reason"] for one in told["because"]] == ([] if allowed else ["late"])


OPERATIONS = [
    ("GET", "/owed", Scope.BOOKS_READ),
    ("GET", "/balance", Scope.BOOKS_READ),
    ("GET", "/conversations", Scope.CONVERSATIONS_READ),
    ("GET", "/conversations/{talk}", Scope.CONVERSATIONS_READ),
    ("GET", "/conversations/{talk}/messages", Scope.CONVERSATIONS_READ),
    ("POST", "/conversations/{talk}/notes", Scope.CONVERSATIONS_WRITE),
    ("POST", "/conversations/{talk}/promises", Scope.CONVERSATIONS_WRITE),
    ("GET", "/customers", Scope.CUSTOMERS_READ),
    ("GET", "/customer-fields", Scope.CUSTOMERS_READ),
    ("GET", "/customers/{customer}", Scope.CUSTOMERS_READ),
    ("GET", "/customers/{customer}/may-write", Scope.CUSTOMERS_READ),
    ("POST", "/customers/{customer}/facts", Scope.CUSTOMERS_WRITE),
    ("GET", "/customers/{customer}/timeline", Scope.CONVERSATIONS_READ),
    ("POST", "/messages", Scope.MESSAGES_WRITE),
    ("GET", "/customers/{customer}/orders", Scope.ORDERS_READ),
    ("GET", "/orders", Scope.ORDERS_READ),
    ("GET", "/orders/{order}", Scope.ORDERS_READ),
    ("POST", "/orders", Scope.ORDERS_WRITE),
    ("POST", "/orders/{order}/delivered", Scope.ORDERS_WRITE),
    ("POST", "/orders/{order}/failed", Scope.ORDERS_WRITE),
    ("GET", "/customers/{customer}/payments", Scope.ORDERS_READ),
    ("GET", "/customers/{customer}/subscriptions", Scope.ORDERS_READ),
    ("POST", "/payments", Scope.ORDERS_WRITE),
    ("POST", "/subscriptions", Scope.ORDERS_WRITE),
    ("GET", "/webhooks", Scope.WEBHOOKS_MANAGE),
    ("POST", "/webhooks", Scope.WEBHOOKS_MANAGE),
    ("POST", "/webhooks/{hook}", Scope.WEBHOOKS_MANAGE),
    ("GET", "/webhooks/{hook}/secret", Scope.WEBHOOKS_MANAGE),
    ("POST", "/webhooks/{hook}/secret", Scope.WEBHOOKS_MANAGE),
    ("GET", "/webhooks/{hook}/deliveries", Scope.WEBHOOKS_MANAGE),
    ("POST", "/webhooks/{hook}/deliveries/{call}", Scope.WEBHOOKS_MANAGE),
]
HOOK = {"name": "Till", "url": "https://till.example/"}
BODIES = {
    "notes": {"text": "Hello."},
    "promises": {"text": "Call.", "due_at": "2100-01-01T10:00:00Z"},
    "facts": {"kind": "tariff", "value": "Basic"},
    "messages": {"direction": "inbound", "mailbox": "shop@example.com", "customer": "a@b.org", "text": "Hi"},
    "orders": {
        "shop": "kites",
        "key": "9",
        "at": "2026-11-16T09:00:00Z",
        "placed_at": "2026-11-16T09:00:00Z",
    },
    "delivered": {"proof": "Signed.", "at": "2026-11-16T09:00:00Z"},
    "failed": {"reason": "Came back.", "at": "2026-11-16T09:00:00Z"},
    "payments": {
        "shop": "kites",
        "key": "p-1",
        "order": "17",
        "amount": "9.90",
        "at": "2026-11-16T09:00:00Z",
        "paid_at": "2026-11-16T09:00:00Z",
    },
    "subscriptions": {
        "shop": "kites",
        "key": "s-1",
        "email": "ala@example.org",
        "plan": "Kite of the month",
        "state": "active",
        "at": "2026-11-16T09:00:00Z",
        "since": "2026-11-16T09:00:00Z",
    },
    "webhooks": HOOK,
}


def ask(program: Program, method: str, path: str) -> Any:
    talk = Conversation.objects.earliest("pk")
    order, call = Order.objects.get(key="17"), Delivery.objects.get()
    at = path.format(
        talk=talk.pk, customer=talk.customer_id, order=order.pk, hook=call.webhook_id, call=call.pk
    )
    if method == "POST":
        word = at.rpartition("/")[2]
        return program.post(at, HOOK if word.isdecimal() else BODIES.get(word, {}))
    return program.get(at, identity="ala@example.org", purpose="marketing", shop="kites", key="17")


def stock(desk: Desk) -> None:
    """Let there be one of each thing the operations are about."""
    shop = Shop.objects.create(
        name="Kites", slug="kites", kind="generic", account=desk.account, secret=door.sealed("x"),
        created_at=MONDAY,
    )  # fmt: skip
    things = (Thing("1", "Ticket"),)
    record(shop, Placed(key="17", number="17", at=MONDAY, placed_at=MONDAY, things=things), MONDAY)
    hook = keeping.make("Till", HOOK["url"], [], MONDAY)
    row = follow.made(hook, events.Event("message.sent", MONDAY, "", {}), MONDAY)
    row.state = Delivery.State.DONE
    row.save()


def numbered(path: str) -> str:
    return re.sub("{(talk|customer|order|hook)}", "{number}", path).replace("{call}", "{delivery}")


def test_the_table_of_operations_is_the_description(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    told = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert told == {(method, numbered(path)) for method, path, _ in OPERATIONS}
    assert described["openapi"].startswith("3.1")


def test_the_docs_name_every_operation_beside_its_scope() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "api.md").read_text()

    for method, path, scope in OPERATIONS:
        [row] = [line for line in docs.splitlines() if line.startswith(f"| `{scope}` ")]
        assert f"`{method} {numbered(path)}`" in row


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS, ids=str)
def test_every_operation_wants_its_scope_and_a_person_who_may(
    desk: Desk, method: str, path: str, scope: Scope
) -> None:
    stock(desk)
    others = [one for one in Scope if one != scope]
    stranger = Person.objects.create_user("x@example.com", None, name="X")
    reader = Person.objects.create_user("r@example.com", None, name="R", role=Role.READER)
    reader.teams.add(desk.team)
    boss = Person.objects.create_user("b@example.com", None, name="B", role=Role.ADMINISTRATOR)

    assert ask(Program(boss, scope), method, path).status_code == (201 if method == "POST" else 200)
    assert problem(ask(Program(boss, *others), method, path))[0] == 403
    seen = ask(Program(stranger, scope), method, path)
    assert seen.status_code in (403, 404) or seen.json()["items"] == []
    if method == "POST":
        assert problem(ask(Program(reader, scope), method, path))[0] == 403


@pytest.mark.parametrize(
    "end",
    [
        lambda token: tokens.revoke(token, now()),
        lambda token: Person.objects.filter(pk=token.person_id).update(is_active=False),
        lambda token: type(token).objects.filter(pk=token.pk).update(ends_at=now() - timedelta(seconds=1)),
    ],
    ids=["revoked", "its person left", "ended"],
)
def test_a_token_that_has_ended_opens_nothing(desk: Desk, end: Any) -> None:
    token, secret = tokens.issue(desk.agent, "shop", list(Scope), now())
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/owed").status_code == 200

    end(token)

    answer = program.get("/api/v1/owed")
    assert problem(answer)[0] == 401 and answer["WWW-Authenticate"] == "Bearer"


def test_no_session_opens_the_api(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.agent)

    assert problem(client.get("/api/v1/owed"))[0] == 401


def test_a_secret_is_kept_as_a_digest_only() -> None:
    token, secret = tokens.issue(open_desk().agent, "shop", list(Scope), now())

    token.refresh_from_db()
    assert secret.startswith("odz_") and secret not in json.dumps(
        {f.name: str(getattr(token, f.name)) for f in token._meta.fields}
    )


def test_who_asks_too_often_is_told_how_long_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odzew.api.keys.A_MINUTE", 2)
    program = Program(desk.agent)

    answers = [program.get("/owed") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/owed", {"cursor": "nonsense"}, 422),
        ("/owed", {"limit": "0"}, 422),
        ("/owed", {"kind": "x"}, 422),
        ("/conversations/999999999999999999999", {}, 404),
        ("/conversations/0", {}, 404),
        ("/nothing", {}, 404),
        ("/customers", {}, 422),
        ("/customers", {"identity": "a\x00b"}, 422),
        ("/owed", {"owner": "a\x00b"}, 422),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_as_a_problem(
    desk: Desk, path: str, asked: dict[str, str], status: int
) -> None:
    assert problem(Program(desk.agent).get(path, **asked))[0] == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": ""}', b'{"text": "\\u0000"}', b"\xff"])
def test_a_broken_body_is_refused_and_writes_nothing(desk: Desk, body: bytes) -> None:
    program, talk = Program(desk.agent), Conversation.objects.get()

    answer = program.client.post(
        f"/api/v1/conversations/{talk.pk}/notes",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "a-key-of-mine"},
    )

    assert problem(answer)[0] in (400, 422)
    assert not Message.objects.filter(direction="note").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_send_one_key_at_the_same_time_do_it_once(desk: Desk) -> None:
    talk, program = Conversation.objects.get(), Program(desk.agent)
    said = {"kind": "order", "value": "A-1"}

    def send(_turn: int) -> Any:
        try:
            return program.post(f"/customers/{talk.customer_id}/facts", said).json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(send, range(4)))

    assert all(answer == answers[0] for answer in answers)
    assert StaffAct.objects.filter(act="api-fact").count() == 1
    connection.close()


def test_no_two_types_of_the_schema_share_a_name() -> None:
    """The schema refers to them by their names alone: the second would stand for the first, too."""
    named: dict[str, set[type]] = {}
    shapes = [Schema]
    while shapes:
        shape = shapes.pop()
        shapes += shape.__subclasses__()
        kinds = {kind for field in shape.model_fields.values() for kind in parts(field.annotation)}
        for kind in {shape, *kinds}:
            if kind.__module__.startswith("odzew."):
                named.setdefault(kind.__name__, set()).add(kind)

    assert {name: kinds for name, kinds in named.items() if len(kinds) > 1} == {}
    assert len(named) > 20


def parts(annotation: Any) -> set[type]:
    inner = {kind for part in get_args(annotation) for kind in parts(part)}
    return inner | ({annotation} if isinstance(annotation, type) else set())
