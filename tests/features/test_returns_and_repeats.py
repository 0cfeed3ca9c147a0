"""What a second reading found about reports, buttons pressed twice, and failures that only a log saw."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.channels import registry
from odzew.channels.models import Account
from odzew.conversations import replying
from odzew.conversations.models import Message
from odzew.intake import mailboxes
from odzew.ledger.models import Owed
from odzew.outbox import deliver, letter as outgoing
from odzew.staff.models import Role
from tests.domain.examples import HOUR, NINE
from tests.features import factory
from tests.features.factory import ALA, Firm, answer, receive, report, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return factory.firm()


# Reports


def test_a_report_that_fishes_for_addresses_brings_nothing_back(firm: Firm) -> None:
    sent(answer(receive().conversation, firm.jan))

    report(ALA, *(f"guess{n}@example.org" for n in range(30)))

    assert Owed.objects.open().count() == 0


def test_a_report_that_names_only_an_address_brings_its_answers_back_once(firm: Firm) -> None:
    sent(answer(receive(text="One").conversation, firm.jan))
    sent(answer(receive(text="Two").conversation, firm.jan))

    report(ALA.upper(), ALA)
    report(ALA)

    assert list(Owed.objects.order_by("pk").values_list("state", "reopenings")) == [("open", 1), ("open", 1)]
    assert factory.findings() == []


def test_a_report_of_many_addresses_asks_once_and_by_an_index(firm: Firm) -> None:
    receive()

    def questions(*addresses: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            report(*addresses)
        return len(asked)

    questions("anybody@example.org")  # from now on the reporting server is known
    assert questions("a@example.org") == questions(*(f"a{n}@example.org" for n in range(20)))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM odzew_message WHERE direction = 'outbound'"
                " AND to_address IN ('a@x', 'b@x') AND at >= '2026-01-01'"
            )
            assert "message_sent_to" in str(cursor.fetchall())


# Buttons pressed twice


def test_a_reply_sent_twice_goes_out_once(firm: Firm, client: Client) -> None:
    message = receive(at=NINE)
    client.force_login(firm.jan)
    debt = Owed.objects.get()
    form = {"text": "On Monday.", "purpose": "answer", "pays": [debt.pk], "seen": message.pk}

    answers = [client.post(f"/conversations/{message.conversation_id}/reply", form) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Message.objects.filter(direction="outbound").count() == 1


def test_the_same_words_later_or_of_somebody_else_are_said_again(firm: Firm) -> None:
    talk = receive().conversation
    said = [
        replying.reply(talk, author, "We look into it.", at, pays=[])
        for author, at in (
            (firm.jan, NINE),
            (firm.jan, NINE + timedelta(seconds=20)),
            (firm.ola, NINE),
            (firm.jan, NINE + HOUR),
        )
    ]

    assert len({message.pk for message in said}) == 3


# Passwords


BOX = {"name": "Shop", "address": "shop@firm.example", "active": "on", "smtp_security": "tls"}
SERVERS = [
    ({"imap_host": "imap.firm.example", "imap_user": "shop", "imap_security": "tls"}, 302),
    ({"imap_host": "imap.evil.example", "imap_user": "shop", "imap_security": "tls"}, 422),
    ({"imap_host": "imap.firm.example", "imap_user": "eve", "imap_security": "tls"}, 422),
    ({"imap_host": "imap.firm.example", "imap_user": "shop", "imap_security": "none"}, 422),
    ({"imap_host": "imap.evil.example", "imap_security": "tls", "imap_password": "new"}, 302),
]


@pytest.mark.parametrize(("said", "status"), SERVERS)
def test_a_kept_password_goes_to_no_other_server(firm: Firm, client: Client, said, status) -> None:
    firm.account.settings = {"imap": {"host": "imap.firm.example", "user": "shop", "security": "tls"}}
    firm.account.secrets = {"imap_password": "kept"}
    firm.account.save()
    client.force_login(factory.person("boss", role=Role.ADMINISTRATOR))

    answered = client.post(f"/mailboxes/{firm.account.pk}/", {**BOX, "team": firm.team.pk, **said})

    assert answered.status_code == status
    host = Account.objects.get().settings["imap"]["host"]
    assert host == (said["imap_host"] if status == 302 else "imap.firm.example")


# Failures that only a log saw


def claimed(firm: Firm) -> Message:
    message = answer(receive().conversation, firm.jan)
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENDING)
    return Message.objects.select_related("conversation__account", "author").get(pk=message.pk)


def test_a_letter_sealed_with_a_lost_key_waits_and_says_so(firm: Firm) -> None:
    Account.objects.update(sealed="not ours", settings={"smtp": {"host": "127.0.0.1", "security": "none"}})
    message = claimed(firm)

    with time_machine.travel(NINE + 2 * HOUR, tick=False):
        deliver.deliver(message)

    message.refresh_from_db()
    assert (message.state, "enter the passwords" in message.server_said) == (Message.State.QUEUED, True)


def test_what_nobody_foresaw_is_shown_at_once(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def falls(*_what: object) -> None:
        raise RuntimeError("nobody foresaw it")

    unwritten, unsent = claimed(firm), claimed(firm)
    with monkeypatch.context() as broken:
        broken.setattr(outgoing, "write", falls)
        with pytest.raises(RuntimeError):
            deliver.deliver(unwritten)
    with monkeypatch.context() as broken:
        broken.setattr(registry, "sender", lambda _channel: falls)
        with pytest.raises(RuntimeError):
            deliver.deliver(unsent)

    unwritten.refresh_from_db()
    unsent.refresh_from_db()
    assert (unwritten.state, unsent.state) == (Message.State.QUEUED, Message.State.IN_DOUBT)
    assert "nobody foresaw it" in unwritten.server_said
    assert "nobody foresaw it" in unsent.server_said


def test_one_mailbox_that_cannot_be_counted_leaves_the_others_counted(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Account.objects.create(name="B", address="b@firm.example", created_at=NINE)
    counted = []

    def falls(account: Account, *_what: object) -> list[object]:
        counted.append(account.pk)
        if account.pk == firm.account.pk:
            raise RuntimeError("nobody foresaw it")
        return []

    monkeypatch.setattr(registry, "recount", falls)
    monkeypatch.setattr(mailboxes, "connections", _Open())

    mailboxes._recount_each([firm.account, other])

    assert counted == [firm.account.pk, other.pk]
    assert "nobody foresaw it" in Account.objects.get(pk=firm.account.pk).state["recount_error"]


class _Open:
    """Connections that stay open."""

    def close_all(self) -> None:
        """Close none."""
