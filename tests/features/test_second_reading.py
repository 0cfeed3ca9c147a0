"""What a second reading of the code found about mail, each finding with the test that would have shown it."""

import random
from typing import Any

import pytest
from django.db import connection

from odzew.channels.email.compose import compose
from odzew.conversations import replying
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


def answer(desk: Desk, talk: Conversation, **more: Any) -> Message:
    owed = [debt.id for debt in books.open_debts([talk.pk])]
    return replying.reply(talk, desk.agent, "On Monday.", desk.clock, pays=owed, **more)


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


@pytest.mark.parametrize(
    "hidden", ["=0A", "=0D=0ABcc:_eve=40evil.example=0D=0A", "=E2=80=A8", "=C2=85", "=0B"]
)
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


# Who may join a matter


FOLLOWS = [
    ("nobody can be asked here", {}, True),
    ("his domain vouches for him", {"dmarc": "pass", "domain": "example.org"}, True),
    ("a signature does, without a policy", {"dkim": "pass", "dmarc": "none", "domain": "example.org"}, True),
    ("nobody vouches for him", {"spf": "none", "dkim": "none", "dmarc": "none"}, False),
    ("another domain does", {"spf": "pass", "dkim": "none", "dmarc": "none"}, False),
    ("the DNS was silent", {"spf": "temperror", "dmarc": "temperror"}, False),
    ("his domain disowns it", {"dmarc": "fail", "policy": "reject"}, False),
]


@pytest.mark.parametrize(("name", "proof", "joins"), FOLLOWS, ids=[name for name, *_ in FOLLOWS])
def test_who_names_the_customers_own_letter_joins_only_if_he_may_be_the_customer(
    desk: Desk, name: str, proof: dict[str, str], joins: bool
) -> None:
    first = desk.deliver(letter(message_id="<his-own@example.org>"))
    again = desk.deliver(letter("Send it elsewhere", in_reply_to="<his-own@example.org>"), proof=proof)
    assert first and again

    assert (again.conversation_id == first.conversation_id) is joins
    assert joins or again.conversation.points_at_id == first.conversation_id
    assert Owed.objects.open().count() == (1 if joins else 2)


def test_a_reply_to_our_letter_joins_whoever_vouches(desk: Desk) -> None:
    first = desk.deliver(letter())
    assert first
    ours = answer(desk, first.conversation)

    again = desk.deliver(letter("Thanks, but", in_reply_to=ours.message_id), proof={"dmarc": "none"})

    assert again and again.conversation_id == first.conversation_id


def test_a_copy_of_our_letter_that_comes_back_does_not_stand_between_it_and_its_reply(desk: Desk) -> None:
    first = desk.deliver(letter())
    assert first
    ours = answer(desk, first.conversation)
    copy = letter("On Monday.", sender="shop@example.com", message_id=ours.message_id)
    desk.deliver(copy, sender="shop@example.com")

    again = desk.deliver(letter("Thanks, but", in_reply_to=ours.message_id))

    assert again and again.conversation_id == first.conversation_id


def test_two_customers_whose_programs_chose_one_identifier_each_come_back_to_their_own(desk: Desk) -> None:
    hers = desk.deliver(letter("Hers", message_id="<1@localhost>"))
    his = desk.deliver(letter("His", sender="jan@example.net", message_id="<1@localhost>"))

    again = desk.deliver(letter("Well?", sender="jan@example.net", in_reply_to="<1@localhost>"))
    also = desk.deliver(letter("And?", in_reply_to="<1@localhost>"))

    assert hers and his and again and also
    assert again.conversation_id == his.conversation_id
    assert also.conversation_id == hers.conversation_id


def test_a_form_that_names_a_customer_does_not_write_into_his_matter(desk: Desk) -> None:
    first = desk.deliver(letter(message_id="<his-own@example.org>"))
    form = letter(
        "x", sender="shop@example.com", reply_to="ala@example.org", references="<his-own@example.org>"
    )
    again = desk.deliver(form, sender="shop@example.com", proof={"dmarc": "pass", "domain": "example.com"})

    assert first and again and again.conversation_id != first.conversation_id


# Headers that strangers write


@pytest.mark.parametrize("field", ["X-Odzew-Message: 1", "X-Odzew-Left-On-Server: 7", "Return-Path: <>"])
def test_no_header_of_ours_or_of_a_server_is_obeyed_from_outside(desk: Desk, field: str) -> None:
    message = desk.deliver(f"{field}\r\n".encode() + letter("I wait."), peer="127.0.0.1")

    assert message and message.automatic == ""
    assert Owed.objects.open().count() == 1
