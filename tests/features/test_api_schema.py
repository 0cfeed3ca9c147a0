"""The API does as its description says, whatever is sent: made up from the description by Schemathesis."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from odzew.conversations.models import Conversation
from odzew.ledger import reports
from odzew.lib.clock import now
from odzew.orders import door
from odzew.orders.events import Placed, Thing
from odzew.orders.models import Shop
from odzew.orders.record import record
from odzew.staff import token as tokens
from odzew.staff.models import Person, Role
from odzew.staff.token import Scope
from odzew.webhooks import events, follow, keeping
from tests.features.letters import MONDAY, letter, open_desk

pytestmark = pytest.mark.django_db
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(autouse=True)
def _the_connection_of_the_test_stays() -> Iterator[None]:
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Fill a desk, and return by the beginning of a path what numbers there are, and the token's header."""
    monkeypatch.setattr("odzew.api.keys.A_MINUTE", 10**9)
    cache.clear()
    desk = open_desk()
    desk.deliver(letter())
    shop = Shop.objects.create(
        name="Kites", slug="kites", kind="generic", account=desk.account, secret=door.sealed("x"),
        created_at=MONDAY,
    )  # fmt: skip
    placed = Placed(
        key="17", number="17", at=now(), email="ala@example.org", placed_at=now(), paid_at=now(),
        things=(Thing("1", "Ticket"),),
    )  # fmt: skip
    order = record(shop, placed, now())
    hook = keeping.make("Till", "https://till.example/", [], now())
    told = follow.made(hook, events.Event("message.sent", now(), "", {}), now())
    told.save()
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    _token, secret = tokens.issue(boss, "all", list(Scope), now())
    talk = Conversation.objects.earliest("pk")
    return {
        "conversations": {"number": talk.pk},
        "customers": {"number": talk.customer_id},
        "orders": {"number": order.pk},
        "webhooks": {"number": hook.pk, "delivery": told.pk},
        "": {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"},
    }


def described() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def test_the_description_is_openapi_3_1() -> None:
    schema = described()

    schema.validate()

    assert schema.raw_schema["openapi"].startswith("3.1")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("examples", [1, pytest.param(200, marks=pytest.mark.faults)])
def test_whatever_is_sent_is_answered_as_described(
    known: dict[str, Any], mode: GenerationMode, examples: int
) -> None:
    calls = [_tried(found.ok(), known, mode, examples) for found in described().get_all_operations()]
    print(f"\nT31 {mode.value}: {sum(calls)} calls of {len(calls)} operations answered as described")
    assert reports.findings() == []


def _tried(operation: Any, known: dict[str, Any], mode: GenerationMode, examples: int) -> int:
    """Try an operation, and return how often."""
    calls = count()
    there = known.get(operation.path.removeprefix("/api/v1").split("/")[1], {})
    numbers = {name: there[name] for name in there if f"{{{name}}}" in operation.path}
    made = operation.as_strategy(mode, path_parameters=numbers or None, headers=known[""])

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=made)
    def answers(case: Any) -> None:
        # What JSON Schema cannot say may be refused: a cursor that is none of ours, a moment to come.
        # That it is opened by nothing else than a token is asked in test_api.
        case.call_and_validate(excluded_checks=[positive_data_acceptance, ignored_auth])
        next(calls)

    with suppress(Unsatisfiable):  # nothing can be wrong in what takes nothing
        answers()
    return next(calls)


def test_the_description_says_how_it_refuses() -> None:
    told = json.dumps(described().raw_schema)

    assert "application/problem+json" in told
