"""A second factor: an app with codes (RFC 6238), recovery codes, who must have one, what if it is lost."""

import base64
import hmac
import re
import struct
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse

from odzew.desk.account import factors
from odzew.desk.account.passkeys import passkeys_work
from odzew.lib.clock import now
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, PASSWORD, Desk, is_in, open_desk, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def code(secret: str) -> str:
    """Return what an app shows now (RFC 6238, RFC 4226)."""
    counter = struct.pack(">Q", int(now().timestamp()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    [number] = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"


def set_up(client: Client) -> str:
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/factors/app/on/").content.decode()
    found = re.search(r'id="secret" readonly value="([A-Z2-7]+)"', page)
    assert found, page
    answer = client.post("/account/factors/app/on/", {"code": code(found[1])})
    assert answer.status_code == 302
    return found[1]


def shown_codes(client: Client) -> set[str]:
    return set(re.findall(r"<li>(\d{8})</li>", client.get("/account/factors/codes/").content.decode()))


def test_with_an_app_the_password_alone_does_not_sign_in(desk: Desk, clock: time_machine.Traveller) -> None:
    secret = set_up(sign_in(desk.agent))
    clock.shift(60)

    client = sign_in(desk.agent)
    assert not is_in(client)
    wrong = client.post("/account/factors/sign-in/", {"code": "000000"})
    assert wrong.status_code == 200 and not is_in(client)
    client.post("/account/factors/sign-in/", {"code": code(secret)})

    assert is_in(client)
    acts = StaffAct.objects.filter(act="sign-in", refused=True).values_list("person", "facts")
    assert list(acts) == [(desk.agent.pk, {"by": "code"})]
    last = StaffAct.objects.filter(act="sign-in").order_by("-seq")[0]
    assert last.facts == {"by": ["password", "totp"]}


def test_a_code_opens_once(desk: Desk, clock: time_machine.Traveller) -> None:
    secret = set_up(sign_in(desk.agent))
    clock.shift(60)
    first, second = sign_in(desk.agent), sign_in(desk.agent)

    for client in (first, second):
        client.post("/account/factors/sign-in/", {"code": code(secret)})

    assert is_in(first) and not is_in(second)


def test_five_wrong_codes_shut_the_door_for_a_while(desk: Desk, clock: time_machine.Traveller) -> None:
    secret = set_up(sign_in(desk.agent))
    clock.shift(60)
    client = sign_in(desk.agent)
    for _ in range(5):
        client.post("/account/factors/sign-in/", {"code": "000000"})

    client.post("/account/factors/sign-in/", {"code": code(secret)})

    assert not is_in(client)


def test_a_recovery_code_signs_in_once(desk: Desk, clock: time_machine.Traveller) -> None:
    client = sign_in(desk.agent)
    set_up(client)
    codes = client.get("/account/factors/codes/file").content.decode().split()
    clock.shift(60)
    assert len(codes) == 10

    first, second = sign_in(desk.agent), sign_in(desk.agent)
    for one in (first, second):
        one.post("/account/factors/sign-in/", {"code": codes[0]})

    assert is_in(first) and not is_in(second)


def test_what_the_database_holds_opens_nothing_without_the_key(desk: Desk, settings: LazySettings) -> None:
    client = sign_in(desk.agent)
    secret = set_up(client)

    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    settings.SECRET_KEY = "another key"
    kept = Authenticator.objects.get(type="totp").data["secret"]

    assert factors.Factors().decrypt(kept) != secret


def test_the_screens_show_what_is_on_and_take_it_away(desk: Desk) -> None:
    client = sign_in(desk.agent)
    set_up(client)

    page = client.get("/account/factors/").content.decode()
    assert "/account/factors/app/off/" in page and "Recovery codes" in page
    codes = shown_codes(client)
    assert len(codes) == 10
    client.post("/account/factors/codes/new/")
    fresh = shown_codes(client)
    assert len(fresh) == 10 and fresh.isdisjoint(codes)
    assert client.get("/account/factors/app/off/").status_code == 200
    client.post("/account/factors/app/off/")

    assert not Authenticator.objects.exists()
    logged = list(StaffAct.objects.order_by("seq").values_list("act", flat=True))
    logged.remove("account_reauthenticate")
    assert logged == ["sign-in", "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]


def test_a_change_of_factors_asks_again_who_it_is(desk: Desk, clock: time_machine.Traveller) -> None:
    client = sign_in(desk.agent)
    clock.shift(600)

    asked = client.get("/account/factors/app/on/")
    assert asked.status_code == 302 and asked["Location"].startswith("/account/reauthenticate/")
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    client.post(asked["Location"], {"password": PASSWORD})

    set_up(client)
    slip = client.post(reverse("mfa_reauthenticate"), {"code": "000000"}).content.decode()
    assert 'aria-invalid="true" aria-describedby="code-error"' in slip
    assert 'id="code-error"' in slip


@pytest.mark.parametrize(
    ("asked", "role", "free"),
    [
        ("nobody", Role.ADMINISTRATOR, True),
        ("administrators", Role.ADMINISTRATOR, False),
        ("administrators", Role.AGENT, True),
        ("everybody", Role.AGENT, False),
    ],
)
def test_who_must_have_a_factor_comes_no_further_than_setting_it_up(
    desk: Desk, settings: LazySettings, asked: str, role: Role, free: bool
) -> None:
    settings.SECOND_FACTOR = asked
    person = Person.objects.filter(role=role).order_by("pk")[0]
    client = sign_in(person)

    assert is_in(client) is free
    if not free:
        sent = client.post("/look", {"theme": "dark"}), client.post("/people/invite", {})
        assert [answer["Location"] for answer in sent] == ["/", "/account/factors/"]
        assert client.get("/account/").status_code == 200
        assert client.get("/form/none/").status_code == 404  # what is for customers is no part of the desk
        set_up(client)
        assert is_in(client)


def test_who_must_have_a_factor_cannot_take_the_last_one_away(desk: Desk, settings: LazySettings) -> None:
    settings.SECOND_FACTOR = "everybody"
    client = sign_in(desk.agent)
    set_up(client)

    page = client.post("/account/factors/app/off/").content.decode()

    assert "this is your last" in page
    assert Authenticator.objects.filter(type="totp").exists()


def test_nor_can_the_last_be_a_passkey_that_goes(desk: Desk, settings: LazySettings) -> None:
    settings.SECOND_FACTOR = "everybody"
    client = sign_in(desk.agent)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    keys = [passkey(desk.agent, name) for name in ("phone", "laptop")]
    first, last = (f"/account/factors/keys/{key.pk}/remove/" for key in keys)

    client.post(first)
    assert Authenticator.objects.get() == keys[1]
    assert "this is your last" in client.get(last).content.decode()
    refused = client.post(last)

    assert refused.status_code == 422 and "this is your last" in refused.content.decode()
    assert Authenticator.objects.get() == keys[1]
    tried = StaffAct.objects.filter(act="mfa_remove_webauthn").order_by("seq")
    assert list(tried.values_list("refused", flat=True)) == [False, True]


def passkey(person: Person, name: str) -> Authenticator:
    data = {"name": name, "credential": {}}
    return Authenticator.objects.create(user=person, type="webauthn", data=data)


def test_an_administrator_resets_a_lost_factor(desk: Desk) -> None:
    agent = sign_in(desk.agent)
    set_up(agent)
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    client = sign_in(boss)
    assert "Reset the second factor" in client.get(f"/people/{desk.agent.pk}/").content.decode()

    client.post(f"/people/{desk.agent.pk}/reset-factor")

    assert not is_in(agent)
    assert is_in(sign_in(desk.agent))
    line = StaffAct.objects.get(act="person-reset-factor")
    assert (line.person, line.number, line.facts) == (boss, desk.agent.pk, {"factors": 2})


def test_a_new_password_by_a_link_does_not_pass_by_the_factor(desk: Desk) -> None:
    from odzew.staff import welcome

    set_up(sign_in(desk.agent))
    welcome.choose(desk.agent, PASSWORD)

    assert not is_in(sign_in(desk.agent))


def test_a_passkey_that_nobody_has_signs_nobody_in_and_is_kept(desk: Desk) -> None:
    client = Client()
    options = client.get("/account/factors/keys/sign-in/", headers={"Accept": "application/json"})
    assert options.json()["request_options"]["publicKey"]["userVerification"] == "required"

    client.post("/account/factors/keys/sign-in/", {"credential": '{"id": "x"}'})

    assert not is_in(client)
    line = StaffAct.objects.get()
    assert (line.act, line.refused, line.facts) == ("sign-in", True, {"by": "passkey"})


@pytest.mark.parametrize(
    "forged", ["{}", "[]", '"x"', "7", "no JSON", '{"id": "x", "rawId": "x", "response": {}}']
)
def test_a_passkey_no_browser_makes_is_refused_wherever_one_is_given(desk: Desk, forged: str) -> None:
    client = sign_in(desk.agent)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    answers = [
        one.post(f"/account/factors/keys/{where}/", {"credential": forged, "name": "phone"})
        for one, where in ((client, "new"), (client, "again"), (Client(), "sign-in"))
    ]

    assert [answer.status_code < 500 for answer in answers] == [True] * 3
    assert not Authenticator.objects.exists()


def test_the_command_line_unlocks_who_has_no_administrator_to_ask(desk: Desk) -> None:
    set_up(sign_in(desk.agent))

    call_command("unlock", desk.agent.email, stdout=StringIO())

    assert is_in(sign_in(desk.agent))
    line = StaffAct.objects.get(act="person-reset-factor")
    assert (line.person, line.number) == (None, desk.agent.pk)
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("unlock", "nobody@example.org")


@pytest.mark.parametrize(
    ("host", "https", "offered"),
    [
        ("desk.example.com", True, True),
        ("desk.example.com:8443", True, True),
        ("desk.example.com", False, False),
        ("localhost:8000", False, True),
        ("192.0.2.1", True, False),
        ("[::1]", True, False),
        ("[2001:db8::1]:8443", True, False),
    ],
)
def test_passkeys_are_offered_where_browsers_offer_them(
    settings: LazySettings, host: str, https: bool, offered: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    assert passkeys_work(RequestFactory().get("/", secure=https, HTTP_HOST=host)) is offered
