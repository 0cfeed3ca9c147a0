"""A token is asked for when it is needed, kept while it is good, and asked for safely."""

import http.server
import json
import ssl
import threading
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from odzew.channels.base import ChannelError
from odzew.channels.email import oauth
from odzew.channels.models import Account


class Provider(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(asked)
        status, said = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Location", "https://localhost:1/")
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_said):
        pass


@pytest.fixture
def provider(mailboxes):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mailboxes.certificate, mailboxes.key)
    with http.server.HTTPServer(("127.0.0.1", 0), Provider) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.asked, server.answers = [], []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def account(provider, mailboxes, settings):
    settings.PRIVATE_HOSTS = ["localhost"]
    made = Account(address="desk@shop.test", settings={"ca_file": str(mailboxes.certificate)})
    made.secrets = {
        "oauth_refresh_token": uuid4().hex,
        "oauth_client_id": "odzew",
        "oauth_client_secret": "secret",
        "oauth_token_url": f"https://localhost:{provider.server_port}/token",
    }
    return made


def given(name, seconds=3600):
    return 200, json.dumps({"access_token": name, "expires_in": seconds})


def test_a_token_is_kept_while_it_is_good(provider, account):
    provider.answers = [given("one"), given("two")]

    assert [oauth.token(account), oauth.token(account)] == ["one", "one"]
    [asked] = provider.asked
    assert asked["grant_type"] == ["refresh_token"] and asked["client_secret"] == ["secret"]


def test_a_token_about_to_end_is_renewed(provider, account):
    provider.answers = [given("one", seconds=50), given("two")]

    assert [oauth.token(account), oauth.token(account)] == ["one", "two"]


def test_a_token_the_mail_server_refused_is_not_shown_again(provider, account):
    provider.answers = [given("one"), given("two")]
    oauth.token(account)

    oauth.forget(account)

    assert oauth.token(account) == "two"


@pytest.mark.parametrize("answer", [
    (400, '{"error": "invalid_grant"}'), (200, "not json"), (200, "[]"),
    (200, '{"access_token": "x", "expires_in": []}'), (307, ""), (500, ""),
])  # fmt: skip
def test_a_provider_that_gives_none_is_said(provider, account, answer):
    provider.answers = [answer]

    with pytest.raises(ChannelError, match="connect the mailbox again") as failed:
        oauth.token(account)

    assert not failed.value.permanent
    assert len(provider.asked) == 1


def test_secrets_are_not_sent_to_whom_nobody_vouches_for(provider, account):
    account.settings["ca_file"] = ""

    with pytest.raises(ChannelError):
        oauth.token(account)

    assert not provider.asked


def test_secrets_are_not_sent_in_the_clear(account):
    account.secrets = {**account.secrets, "oauth_token_url": "http://localhost/token"}

    with pytest.raises(ChannelError, match="https"):
        oauth.token(account)


def test_an_address_in_our_own_network_is_not_asked(provider, account, settings):
    settings.PRIVATE_HOSTS = []

    with pytest.raises(ChannelError, match="no address out in the world"):
        oauth.token(account)

    assert not provider.asked
