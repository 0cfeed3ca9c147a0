"""Mailboxes: connected by an administrator, tested with words that say what to do, watched by figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from odzew.channels.models import Account
from odzew.conversations import replying, settling
from odzew.conversations.models import Message
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.staff.models import Person, Role, Team
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


def test_a_mailbox_that_is_told_so_asks_nobody_whether_it_answered(desk: Desk, boss: Client) -> None:
    boss.post("/mailboxes/new", form(desk, asks="on"))
    made = Account.objects.get(address="help@example.com")
    assert made.settings["asks"] is True

    boss.post(f"/mailboxes/{made.pk}/", form(desk))

    made.refresh_from_db()
    assert made.settings["asks"] is False
    assert 'name="asks" id="id_asks">' in boss.get(f"/mailboxes/{made.pk}/").content.decode()


def form(desk: Desk, **more: Any) -> dict[str, Any]:
    fields = {"name": "Help", "address": "Help@Example.com", "team": desk.team.pk, "active": "on"}
    imap = {
        "imap_host": "imap.example.com",
        "imap_security": "tls",
        "imap_user": "help",
        "imap_password": "one",
    }
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": "1", "smtp_security": "none", "smtp_user": "help"}
    return {**fields, **imap, **smtp, "smtp_password": "two", **more}


def test_a_mailbox_is_connected_and_its_passwords_are_sealed(desk: Desk, boss: Client) -> None:
    assert boss.post("/mailboxes/new", form(desk)).status_code == 302

    account = Account.objects.get(address="help@example.com")
    assert account.settings["imap"] == {
        "host": "imap.example.com",
        "port": "",
        "security": "tls",
        "user": "help",
    }
    assert account.secrets == {"imap_password": "one", "smtp_password": "two"}
    assert "two" not in account.sealed
    assert account.in_charge.team == desk.team


def test_a_password_left_empty_stays_and_is_never_shown(desk: Desk, boss: Client) -> None:
    boss.post("/mailboxes/new", form(desk))
    account = Account.objects.get(address="help@example.com")

    shown = boss.get(f"/mailboxes/{account.pk}/").content.decode()
    boss.post(f"/mailboxes/{account.pk}/", form(desk, name="Helpdesk", imap_password="", smtp_password=""))

    account.refresh_from_db()
    assert (account.name, account.secrets["smtp_password"]) == ("Helpdesk", "two")
    assert 'value="two"' not in shown


def test_an_address_belongs_to_one_mailbox(desk: Desk, boss: Client) -> None:
    response = boss.post("/mailboxes/new", form(desk, address="SHOP@example.com"))

    assert response.status_code == 422
    assert "Another mailbox has this address already." in response.content.decode()


def test_the_test_says_which_part_does_not_work(desk: Desk, boss: Client) -> None:
    desk.account.settings = {"smtp": {"host": "127.0.0.1", "port": 1, "security": "none"}}
    desk.account.save()

    response = boss.post(f"/mailboxes/{desk.account.pk}/test")

    failed = [check for check in response.context["checks"] if not check.ok]
    assert any("SMTP" in check.what for check in failed)
    assert all(check.said for check in failed)


def test_only_an_administrator_connects(desk: Desk, client: Client) -> None:
    client.force_login(desk.lead)

    assert client.get("/mailboxes/").status_code == 200
    assert client.get("/mailboxes/new").status_code == 403
    assert client.post(f"/mailboxes/{desk.account.pk}/", form(desk)).status_code == 403
    assert client.post(f"/mailboxes/{desk.account.pk}/test").status_code == 403


def test_another_teams_mailbox_is_not_shown(desk: Desk, client: Client) -> None:
    stranger = Person.objects.create_user("x@example.com", "a long password", name="X", role=Role.LEAD)
    stranger.teams.add(Team.objects.create(name="Other"))
    client.force_login(stranger)

    assert "shop@example.com" not in client.get("/mailboxes/").content.decode()


def ago(minutes: int) -> str:
    return (now() - timedelta(minutes=minutes)).isoformat()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "Not looked into yet"),
        ({"last_ok_at": 1}, "no mail fetched yet"),
        (
            {"last_ok_at": 1, "last_mail_at": 2},
            "Last mail fetched 2\N{NO-BREAK SPACE}minutes\N{NO-BREAK SPACE}ago",
        ),
        ({"last_ok_at": 90}, "Is a worker of the desk running?"),
        ({"last_ok_at": 1, "last_error": "The password was not taken."}, "The password was not taken."),
        ({"recounted_at": 1, "recount": {"mailbox": 7, "missing": 2}}, "7 mails, 2 were missing"),
        ({"recount_error": "The line broke."}, "The last recount failed: The line broke."),
    ],
)
def test_it_says_how_the_mailbox_is_doing(
    desk: Desk, boss: Client, state: dict[str, Any], words: str
) -> None:
    desk.account.settings = {"imap": {"host": "imap.example.com"}}
    desk.account.state = {name: ago(v) if isinstance(v, int) else v for name, v in state.items()}
    desk.account.save()

    assert words in boss.get("/mailboxes/").content.decode()


def test_what_is_in_doubt_waits_for_a_person(desk: Desk, boss: Client) -> None:
    message = desk.deliver(letter("Where is it?"))
    debt = Owed.objects.get()
    reply = replying.reply(message.conversation, desk.lead, "Here.", now(), pays=[debt.pk])
    Message.objects.filter(pk=reply.pk).update(state="sending")
    settling.in_doubt(reply, "The desk stopped while it was sending.", now())

    shown = boss.get("/mailboxes/").content.decode()

    assert "Needs a person" in shown
    assert f'action="/messages/{reply.pk}/settle"' in shown
    assert Message.objects.filter(state="in_doubt").count() == 1
