"""A chat of a desk, and a window of a visitor that talks to it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import jwt
from django.http import HttpResponse
from django.test import Client

from odzew.channels.models import Account
from odzew.staff.models import AccountTeam
from tests.features.letters import MONDAY, Desk

SHOP = "https://shop.example.com"
SECRET = "a secret of at least thirty-two characters"
SETTINGS: dict[str, Any] = {
    "greeting": {"en": "Hello.", "pl": "Dzień dobry."},
    "origins": [SHOP],
    "patience": 3,
    "asks": False,
}


def make(desk: Desk, **more: Any) -> Account:
    said = {**SETTINGS, "by_mail": desk.account.pk, **more}
    account = Account(channel="chat", name="Shop", address="shop", settings=said, created_at=MONDAY)
    account.secrets = {"identity": SECRET}
    account.save()
    AccountTeam.objects.create(account=account, team=desk.team)
    return account


def signed(at: datetime, secret: str = SECRET, **more: Any) -> str:
    """Return the token of a shop, of which a claim may be left out by None."""
    told = {"sub": "17", "exp": int((at + timedelta(hours=1)).timestamp()), **more}
    return jwt.encode({key: value for key, value in told.items() if value is not None}, secret, "HS256")


@dataclass
class Window:
    """What the script does, as far as the desk sees it."""

    secret: str = field(default_factory=lambda: token_urlsafe(32))
    origin: str = SHOP
    slug: str = "shop"
    client: Client = field(default_factory=Client)
    token: str = ""

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/chat/{self.slug}/{path}", headers=self._headers())

    def post(self, path: str, said: dict[str, Any]) -> HttpResponse:
        return self.client.post(f"/chat/{self.slug}/{path}", said, headers=self._headers())

    def write(self, text: str = "Where is my parcel?", once: str = "", **more: Any) -> HttpResponse:
        self.token = more.pop("token", self.token)
        return self.post(
            "messages", {"text": text, "once": once or token_urlsafe(12).replace("_", "-"), **more}
        )

    def said(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.get("messages").content)["messages"]
        return found

    def texts(self) -> list[str]:
        return [one["text"] for one in self.said()]

    def show(self, *numbers: int) -> int:
        """Say that answers were shown, and return how many were settled by it."""
        settled: int = json.loads(self.post("shown", {"ids": ",".join(map(str, numbers))}).content)["settled"]
        return settled

    def _headers(self) -> dict[str, str]:
        origin = {"Origin": self.origin} if self.origin else {}
        token = {"Odzew-Token": self.token} if self.token else {}
        return {"Authorization": f"Bearer {self.secret}", **origin, **token}
