"""An administrator makes a chat, and a secret by which the shop says who a visitor is."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from odzew.channels import registry
from odzew.channels.models import Account
from odzew.lib.clock import now
from odzew.portal.chat import views
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from tests.features.chat import Window, signed
from tests.features.letters import Desk, open_desk

pytestmark = pytest.mark.django_db
LIMIT = 20 * 1000  # bytes, compressed


@pytest.fixture
def desk() -> Desk:
    cache.clear()
    return open_desk(can_send=True)


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


def said(desk: Desk, **more: object) -> dict[str, object]:
    return {
        "slug": "shop",
        "name": "Shop",
        "team": desk.team.pk,
        "by_mail": desk.account.pk,
        "patience": 5,
        "languages": ["pl", "uk"],
        "active": "on",
        "origins": "https://shop.example.com/\nhttp://localhost:8001\n",
        "greeting_pl": "Dzień dobry",
        **more,
    }


def test_a_chat_is_made_and_the_page_gives_the_line_to_paste(desk: Desk, boss: Client) -> None:
    response = boss.post("/chats/new", said(desk))

    account = Account.objects.get(channel="chat")
    assert response["Location"] == f"/chats/{account.pk}/"
    assert account.settings["origins"] == ["https://shop.example.com", "http://localhost:8001"]
    assert all(check.ok for check in registry.check(account))
    page = boss.get(response["Location"]).content.decode()
    assert "data-chat=&quot;shop&quot;" in page or 'data-chat="shop"' in page
    assert "/chat/widget.js" in page
    told = json.loads(Client().get("/chat/shop/about?lang=uk").content)
    assert (told["language"], told["patience"], told["greeting"]) == ("uk", 300.0, "Dzień dobry")
    assert json.loads(Client().get("/chat/shop/about?lang=de").content)["language"] == "pl"
    assert 'data-chat="shop"' in Client().get("/chat/shop/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "widget"}, {"origins": "https://a.example/path"}, {"origins": "*"}, {"patience": 0}],
)
def test_what_cannot_be_is_given_back(desk: Desk, boss: Client, wrong: dict[str, object]) -> None:
    assert boss.post("/chats/new", said(desk, **wrong)).status_code == 422
    assert not Account.objects.filter(channel="chat").exists()


def test_a_secret_is_shown_once_and_ends_the_one_before_it(desk: Desk, boss: Client) -> None:
    boss.post("/chats/new", said(desk))
    account = Account.objects.get(channel="chat")
    url = f"/chats/{account.pk}/secret"
    assert Window().write(token=signed(now())).status_code == 403, "without a secret nothing is believed"
    secrets = []
    for _ in range(2):
        page = boss.post(url).content.decode()
        account.refresh_from_db()
        secrets.append(account.secrets["identity"])
        assert secrets[-1] in page
        assert secrets[-1] not in boss.get(f"/chats/{account.pk}/").content.decode()
        assert secrets[-1] not in account.sealed

    assert Window().write(token=signed(now(), secrets[0])).status_code == 403
    assert Window().write(token=signed(now(), secrets[1])).status_code == 200
    assert StaffAct.objects.filter(act="chat-secret").count() == 2


def test_the_script_is_small_and_may_be_loaded_by_any_page() -> None:
    response = Client().get("/chat/widget.js")

    assert len(gzip.compress(Path(views.SCRIPT).read_bytes(), 9)) <= LIMIT
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = Client().get("/chat/widget.js", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
