"""What a second reading of the code found about mail, each finding with the test that would have shown it."""

import random

import pytest
from django.db import connection

from odzew.channels.email.compose import compose
from odzew.conversations import actions
from odzew.conversations.models import Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.intake.models import Raw
from odzew.ledger import books
from odzew.ledger.models import Owed
from odzew.outbox import letter as outgoing
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def incompressible(length: int) -> str:
    chance = random.Random(length)  # noqa: S311  nothing secret
    return "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(length))


def answer(desk: Desk, talk: Conversation, **more: object) -> Message:
    owed = [debt.id for debt in books.open_debts([talk.pk])]
    return actions.reply(talk, desk.agent, "On Monday.", desk.clock, pays=owed, **more)  # type: ignore[arg-type]


# One letter and all that come after it


def test_an_identifier_longer_than_any_index_takes_stops_nobody(desk: Desk) -> None:
    head = b"From: ala@example.org\r\nMessage-ID: <" + incompressible(990).encode() + b">\r\n\r\n"
    desk.hand_in(head + b"Long\r\n")
    desk.hand_in(letter("Short"))

    desk.work()

    assert Raw.objects.filter(state=Raw.State.ACCEPTED).count() == 2
    assert Owed.objects.open().count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
def test_what_is_over_a_limit_of_the_database_is_put_off_alone(desk: Desk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX too_short ON odzew_message (subject)")
    for subject in ("good 1", incompressible(1500), "good 2"):
        desk.hand_in(letter(subject=subject))

    desk.drain.carry(list(Raw.objects.select_related("account").order_by("pk")))

    came = Message.objects.filter(direction=Message.Direction.INBOUND)
    assert sorted(came.values_list("subject", flat=True)) == ["good 1", "good 2"]
    assert "too_short" in Raw.objects.get(state=Raw.State.KEPT).error
    desk.work()
    assert Owed.objects.open().count() == 3


# What a stranger's words can do to our own letter


@pytest.mark.parametrize("hidden", ["=0A", "=0D=0ABcc:_eve=40evil.example=0D=0A", "=E2=80=A8", "=C2=85", "=0B"])
def test_a_break_of_the_line_in_a_subject_or_a_name_keeps_no_answer_back(desk: Desk, hidden: str) -> None:
    head = f"From: =?utf-8?q?Ala{hidden}N?= <ala@example.org>\r\nSubject: =?utf-8?q?Par{hidden}cel?=\r\n"
    message = desk.deliver(head.encode() + b"\r\nWhere is it?\r\n")
    assert message

    content = compose(outgoing.write(answer(desk, message.conversation)))

    top = content.partition(b"\r\n\r\n")[0]
    assert b"\r\nSubject: Re: Par" in top
    assert b"\r\nBcc" not in top
    assert len(message.subject.splitlines()) == 1


def test_a_subject_kept_before_with_a_break_in_it_is_answered_on_one_line(desk: Desk) -> None:
    message = desk.deliver(letter())
    assert message
    Conversation.objects.update(subject="One\nBcc: eve@evil.example\u2028two")

    sent = answer(
        desk,
        Conversation.objects.get(),
        uploads=[Upload(filename="a\u2028b.pdf", content_type="application/pdf", content=b"%PDF")],
    )

    assert b"\r\nSubject: Re: One Bcc: eve@evil.example two\r\n" in compose(outgoing.write(sent))
