"""Single sign-on by OpenID Connect, against a provider of our own on this machine."""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from odzew.desk.account import factors
from odzew.ledger import leaving
from odzew.lib.clock import now
from odzew.staff import welcome
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from tests.features.letters import PASSWORD, Desk, is_in, open_desk, sign_in

pytestmark = pytest.mark.django_db


@dataclass
class Provider:
    """A provider that says of everybody what a test has told it."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def configuration(self) -> dict[str, str]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def token(self) -> dict[str, str]:
        said = {"iss": self.url, "aud": "odzew", "sub": "42", "exp": int(time.time()) + 60} | self.claims
        return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(said, "k" * 32)}


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    cache.clear()
    made = Provider()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(made.configuration())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.asked.append(parse_qs(sent))
            self._answer(made.token())

        def _answer(self, said: dict[str, str]) -> None:
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    use(settings, made.url)
    yield made
    server.shutdown()
    server.server_close()


def use(settings: LazySettings, url: str) -> None:
    settings.SSO_URL = url
    app = {"provider_id": "sso", "name": "sso", "client_id": "odzew", "secret": "s"}
    app |= {"settings": {"server_url": url, "fetch_userinfo": False}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def desk(provider: Provider) -> Desk:
    return open_desk()


def come_back(client: Client, **changed: str) -> Any:
    """Go to the provider to sign in, and come back as its page would send a browser."""
    sent = client.get("/account/sso/sso/")
    assert sent.status_code == 302, sent.content
    return back(client, sent["Location"], **changed)


def come_back_to_link(client: Client) -> Any:
    page = client.post("/account/sso/link").content.decode()
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert found, page
    return back(client, unescape(found[1]))


def back(client: Client, address: str, **changed: str) -> Any:
    asked = {name: said[0] for name, said in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
    return client.get("/account/sso/sso/back/", {"code": "c", "state": asked["state"]} | changed)


def link(person: Person) -> Client:
    client = sign_in(person)
    asked = come_back_to_link(client)
    assert asked["Location"].startswith("/account/reauthenticate/")  # who it is, once more
    done = client.post(asked["Location"], {"password": PASSWORD})
    assert done["Location"] == "/account/"
    return client


def test_an_account_that_was_linked_signs_in_without_a_password(desk: Desk, provider: Provider) -> None:
    link(desk.agent)
    client = Client()
    assert "single sign-on" in client.get("/account/login/").content.decode()

    come_back(client)

    assert is_in(client)
    assert provider.asked[-1]["code_verifier"]
    logged = list(StaffAct.objects.order_by("seq").values_list("act", "person", "refused"))
    assert ("account-sso-on", desk.agent.pk, False) in logged
    last = StaffAct.objects.order_by("-seq")[0]
    assert (last.act, last.person, last.facts) == ("sign-in", desk.agent, {"by": ["socialaccount"]})


def test_an_address_of_the_provider_opens_nothing(desk: Desk, provider: Provider) -> None:
    provider.claims = {"email": desk.agent.email, "email_verified": True}
    client = Client()

    answer = come_back(client)

    assert answer.status_code == 403 and "Not linked yet" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists() and not EmailAddress.objects.exists()
    assert StaffAct.objects.values_list("act", "refused").get() == ("sign-in", True)


@pytest.mark.parametrize(
    "claims", [{"sub": "43"}, {"sub": "43", "email": "agent@example.com"}], ids=["another", "same address"]
)
def test_another_subject_is_somebody_else(desk: Desk, provider: Provider, claims: dict[str, str]) -> None:
    link(desk.agent)
    provider.claims = claims
    client = Client()

    assert come_back(client).status_code == 403
    assert not is_in(client)


def test_the_same_subject_of_another_issuer_is_somebody_else(
    desk: Desk, provider: Provider, settings: LazySettings
) -> None:
    link(desk.agent)
    provider.url = provider.url.replace("127.0.0.1", "localhost")
    use(settings, provider.url)
    client = Client()

    assert come_back(client).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another desk"}, {"iss": "https://elsewhere.example"}, {"exp": 1_000}],
    ids=["for another", "from another", "too old"],
)
def test_a_token_that_is_not_for_us_now_from_there_is_refused(
    desk: Desk, provider: Provider, claims: dict[str, Any]
) -> None:
    link(desk.agent)
    provider.claims = claims
    client = Client()

    answer = come_back(client)

    assert answer.status_code == 401 and "The sign-on failed" in answer.content.decode()
    assert not is_in(client)


def test_an_answer_nobody_asked_for_is_refused(desk: Desk, provider: Provider) -> None:
    link(desk.agent)
    client = Client()

    come_back(client, state="a guess")

    assert not is_in(client)


def test_who_has_left_the_desk_cannot_sign_in_by_it(desk: Desk, provider: Provider) -> None:
    link(desk.agent)
    Person.objects.filter(pk=desk.agent.pk).update(is_active=False)
    client = Client()

    come_back(client)

    assert not is_in(client)


@pytest.mark.parametrize("how", ["a new password by a link", "a reset factor", "leaving and coming back"])
def test_a_link_with_the_provider_ends_with(desk: Desk, provider: Provider, how: str) -> None:
    link(desk.agent)
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    page = f"/people/{desk.agent.pk}/"
    assert ">linked<" in re.sub("<svg.*?</svg>", "", sign_in(boss).get(page).content.decode())

    if how == "a new password by a link":
        welcome.choose(desk.agent, "another long password")
    elif how == "a reset factor":
        factors.reset(desk.agent)
    else:
        leaving.deactivate(desk.agent, boss, now())
        sign_in(boss).post(f"{page}come-back")
    client = Client()

    assert come_back(client).status_code == 403 and not is_in(client)
    assert Person.objects.get(pk=desk.agent.pk).is_active
    assert not SocialAccount.objects.exists()
    kept = StaffAct.objects.filter(act="account-sso-off", person_id=desk.agent.pk)
    assert [line.facts for line in kept] == [{"by": "desk"}]


def test_a_second_factor_is_asked_all_the_same(desk: Desk, provider: Provider) -> None:
    link(desk.agent)
    Authenticator.objects.create(user=desk.agent, type="totp", data={"secret": "x"})
    client = Client()

    assert come_back(client)["Location"] == "/account/factors/sign-in/"
    assert not is_in(client)


def test_the_account_page_links_and_unlinks(desk: Desk, provider: Provider) -> None:
    assert "Link it once" in sign_in(desk.agent).get("/account/").content.decode()
    client = link(desk.agent)
    assert "Unlink" in client.get("/account/").content.decode()

    client.post("/account/sso/off")

    assert come_back(Client()).status_code == 403


def test_only_a_form_of_ours_begins_to_link(desk: Desk, provider: Provider) -> None:
    client = sign_in(desk.agent)
    client.handler.enforce_csrf_checks = True

    for process in ("connect", "redirect"):
        assert client.get(f"/account/sso/sso/?process={process}")["Location"] == "/account/"
    assert client.get("/account/sso/link").status_code == 405
    assert client.post("/account/sso/link").status_code == 403

    assert "socialaccount_states" not in client.session
    token = client.get("/account/").cookies["csrftoken"].value
    assert provider.url in client.post("/account/sso/link", headers={"X-CSRFToken": token}).content.decode()


def test_one_account_there_is_one_person_here(desk: Desk, provider: Provider) -> None:
    link(desk.agent)
    client = sign_in(desk.lead)

    asked = come_back_to_link(client)
    client.post(asked["Location"], {"password": PASSWORD})

    assert SocialAccount.objects.values_list("user", flat=True).get() == desk.agent.pk


@pytest.mark.parametrize("says", ["nothing", "no address"])
def test_a_provider_that_is_down_is_said_and_the_password_still_opens(
    desk: Desk, provider: Provider, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    if says == "nothing":
        use(settings, "http://127.0.0.1:9")
    monkeypatch.setattr(provider, "configuration", dict)

    answers = [Client().get("/account/sso/sso/"), sign_in(desk.agent).post("/account/sso/link")]

    assert all("The provider did not say who you are" in answer.content.decode() for answer in answers)
    assert is_in(sign_in(desk.agent))


def test_a_desk_without_a_provider_offers_none(desk: Desk, settings: LazySettings) -> None:
    settings.SSO_URL = ""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}

    assert "/account/sso/" not in Client().get("/account/login/").content.decode()
    assert Client().get("/account/sso/sso/").status_code == 404
