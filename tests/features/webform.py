"""A web form of a desk, and somebody who fills it in."""

import re
from datetime import timedelta
from typing import Any

import time_machine
from django.http import HttpResponse
from django.test import Client

from odzew.channels.models import Account
from odzew.staff.models import AccountTeam
from tests.features.letters import MONDAY, Desk

PAGE = "/form/complaint/"
SETTINGS: dict[str, Any] = {
    "title": {"en": "A complaint", "pl": "Reklamacja"},
    "consent": {"en": "I agree that you keep this."},
    "questions": [
        {"key": "order", "kind": "number", "label": {"en": "Order number"}, "required": True},
        {"key": "day", "kind": "date", "label": {"en": "Bought on"}},
        {"key": "nip", "kind": "nip", "label": {"en": "NIP"}},
        {
            "key": "wish",
            "kind": "choice",
            "label": {"en": "What you wish", "pl": "Czego Pani/Pan oczekuje"},
            "choices": [{"en": "Repair", "pl": "Naprawa"}, {"en": "Money back"}],
        },
    ],
}
FILLED = {
    "mail": "ala@example.org",
    "name": "Ala Nowak",
    "message": "The kettle leaks. When do you repair it?",
    "q-order": "1234",
    "q-wish": "Repair",
    "consent": "on",
}


def make(desk: Desk, **more: Any) -> Account:
    said = {**SETTINGS, "answers_by": desk.account.pk, **more}
    account = Account.objects.create(
        channel="webform", name="Shop", address="complaint", settings=said, created_at=MONDAY
    )
    AccountTeam.objects.create(account=account, team=desk.team)
    return account


def stamp(client: Client, page: str = PAGE) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', client.get(page).content.decode())
    assert found
    return found[1]


def fill(client: Client, clock: time_machine.Traveller, wait: int = 30, **said: Any) -> HttpResponse:
    """Open the form, fill it in like a person, and send it."""
    token = said.pop("stamp", None) or stamp(client)
    clock.shift(timedelta(seconds=wait))
    return client.post(PAGE, {"stamp": token, **FILLED, **said})
