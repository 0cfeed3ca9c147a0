"""What a review of the code against SAFETY §3 found, each finding with the test that would have shown it."""

import os
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from odzew.channels import watching
from odzew.channels.base import Bounce, Bounced, File, Inbound
from odzew.channels.models import Account
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Identity, Proof
from odzew.intake import answers
from odzew.outbox import letter as outgoing
from odzew.staff.models import Person, Role
from tests.features import factory
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db

HELP = {
    "name": "Shop",
    "address": "shop@example.com",
    "active": "on",
    "imap_host": "imap.example.com",
    "imap_security": "tls",
    "smtp_security": "tls",
}


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


# Mailboxes


def test_saving_a_mailbox_leaves_the_cursor_where_the_door_has_moved_it(
    desk: Desk, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching.note(desk.account, cursor={"uid": 7})

    from odzew.desk.mailboxes import form

    filled = form.Mailbox.filled

    def while_mail_comes_in(self: form.Mailbox) -> Account:
        watching.note(Account.objects.get(pk=desk.account.pk), cursor={"uid": 8})
        return filled(self)

    monkeypatch.setattr(form.Mailbox, "filled", while_mail_comes_in)
    response = boss.post(f"/mailboxes/{desk.account.pk}/", {**HELP, "team": desk.team.pk})

    assert response.status_code == 302
    assert Account.objects.get(pk=desk.account.pk).state == {"cursor": {"uid": 8}}


def test_saving_a_mailbox_keeps_the_settings_its_form_does_not_ask_for(desk: Desk, boss: Client) -> None:
    kept = {"folder": "Klienci", "since_uid": 400}
    desk.account.settings = {"imap": {"host": "old.example.com", **kept}, "asks": False}
    desk.account.save()

    boss.post(f"/mailboxes/{desk.account.pk}/", {**HELP, "team": desk.team.pk})

    settings = Account.objects.get(pk=desk.account.pk).settings
    assert {name: settings["imap"][name] for name in ("host", *kept)} == {"host": "imap.example.com", **kept}
    assert settings["asks"] is False


# Who is writing


def test_naming_a_message_of_ones_own_proves_no_address(desk: Desk) -> None:
    first = desk.deliver(letter(message_id="<chosen-by-me@example.org>"))
    second = desk.deliver(letter("And?", references="<chosen-by-me@example.org>"))

    assert first and second
    assert second.conversation_id == first.conversation_id
    assert Identity.objects.get(value="ala@example.org").proof == Proof.NONE


# The process that reads


class Evil:
    """What a reader that has been taken over might answer."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch taken-over",)


def test_a_reader_that_is_taken_over_cannot_run_anything_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    for body in (pickle.dumps(Evil()), b"", b"\x80\x05", b"cos\nsystem\n.", pickle.dumps(Path("x"))):
        with pytest.raises(pickle.UnpicklingError):
            answers.understood(body)

    assert list(tmp_path.iterdir()) == []
    pickle.loads(pickle.dumps(Evil()))  # the control: a plain pickle would have run it
    assert [path.name for path in tmp_path.iterdir()] == ["taken-over"]


def test_all_that_a_message_can_hold_comes_through() -> None:
    bounce = Bounce((Bounced("a@b.example", True, "no"),), "<1@x>")
    sent = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
    said = Inbound(address="a@b.example", bounce=bounce, sent_at=sent, files=(File(0, "a", "b/c", 1, "d"),))

    assert answers.understood(pickle.dumps(said, protocol=5)) == said
    assert answers.understood(pickle.dumps("It could not be read.")) == "It could not be read."


# Not a cannon


def test_a_receipt_holds_no_word_the_sender_chose() -> None:
    firm = factory.firm()
    firm.account.settings = {"smtp": {"host": "127.0.0.1"}}
    firm.account.save()
    factory.receive("Read http://evil.example", name="Win at http://evil.example")

    receipt = Message.objects.get(purpose=Message.Purpose.RECEIPT)
    out = outgoing.write(receipt)

    assert out.to == (("", factory.ALA),)
    assert "evil" not in f"{out.subject}{out.text}{out.sender_name}"
    assert "Win" not in f"{out.subject}{out.text}{out.sender_name}"


def test_proof_of_ones_own_address_buys_no_further_receipts_for_another() -> None:
    firm = factory.firm()
    firm.account.settings = {"smtp": {"host": "127.0.0.1"}}
    firm.account.save()
    for number in range(3):
        at = factory.NINE + timedelta(hours=2 * number)
        proven = {"proof": {"dmarc": "pass"}, "reply_to": "victim@example.net"}
        factory.receive(sender=f"me{number}@evil.example", at=at, **proven)

    receipts: Any = Message.objects.filter(purpose=Message.Purpose.RECEIPT)
    assert list(receipts.values_list("to_address", flat=True)) == ["victim@example.net"]
    assert Conversation.objects.count() == 3


# Numbers and moments nobody means


BIG, HUGE = "9" * 30, "9" * 5000
FORMS = {
    "a debt beyond any key": ("waive", {"debt": BIG, "reason": "x"}),
    "a debt of 5,000 digits": ("waive", {"debt": HUGE, "reason": "x"}),
    "payment of a debt beyond any key": ("reply", {"purpose": "answer", "pays": BIG, "text": "x"}),
    "an hour with a zone": ("promise", {"text": "x", "day": "2031-05-06", "hour": "10:00+02:00"}),
    "a day before all days": ("promise", {"text": "x", "day": "0001-01-01", "hour": "00:00"}),
    "a hand-over to nobody": ("hand-over", {"debt": "1", "to": BIG, "reason": "x"}),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_nobody_meant_is_refused_in_words(desk: Desk, boss: Client, form: str) -> None:
    message = desk.deliver(letter())
    assert message
    what, data = FORMS[form]

    assert boss.post(f"/conversations/{message.conversation_id}/{what}", data).status_code == 409


@pytest.mark.parametrize(
    "query", ["0001-01-01T00:00:00%2B23:00_1", "9999-12-31T23:59:59-10:00_1", f"2026-01-01T00:00:00Z_{BIG}"]
)
def test_a_cursor_nobody_made_shows_a_page(boss: Client, query: str) -> None:
    assert boss.get(f"/?show=mine&after={query}").status_code == 200
