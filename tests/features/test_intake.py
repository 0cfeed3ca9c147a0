"""What comes is in the history once, belongs to the right person, and is owed an answer."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import Error

from odzew.channels.base import Inbound
from odzew.conversations import actions, replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import reply_address
from odzew.customers.models import Customer, Identity
from odzew.domain.obligation import State
from odzew.intake import proof
from odzew.intake.drain import Drain
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.intake.reader import Job, Reader
from odzew.ledger import reports
from odzew.ledger.models import Owed
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    yield opened
    assert [*reports.findings(), *proof.findings()] == []


def test_a_letter_opens_a_debt_of_an_answer_since_the_moment_it_reached_the_door(desk: Desk) -> None:
    with time_machine.travel(desk.clock + timedelta(hours=1), tick=False):
        message = desk.deliver(letter("Where is my parcel?"))

    debt = Owed.objects.get()
    assert (debt.kind, debt.state, debt.opened_at) == ("answer", State.OPEN, desk.clock)
    assert debt.conversation == message.conversation_id
    assert message.own_words == "Where is my parcel?"
    assert message.conversation.customer.name == "Ala Nowak"


def test_the_same_letter_twice_is_acknowledged_and_kept_once(desk: Desk) -> None:
    same = letter("Hello")

    assert desk.deliver(same) is not None
    assert desk.deliver(same) is None
    assert (Message.objects.count(), Owed.objects.count()) == (1, 1)


def test_the_same_words_after_ten_days_are_a_new_letter(desk: Desk) -> None:
    same = letter("Any news?")
    desk.deliver(same)

    desk.clock += timedelta(days=11)

    assert desk.deliver(same) is not None


def test_two_different_letters_with_one_message_id_are_both_kept(desk: Desk) -> None:
    first = desk.deliver(letter("One", message_id="<same@example.org>"))
    second = desk.deliver(letter("Two", message_id="<same@example.org>"))

    assert first.pk != second.pk
    assert Owed.objects.open().count() == 2


def test_a_chaser_joins_the_debt_keeps_its_first_moment_and_raises_its_rank(desk: Desk) -> None:
    desk.deliver(letter("Where is it?", message_id="<1st@example.org>"))
    before = Owed.objects.get()

    desk.deliver(letter("Well?", in_reply_to="<1st@example.org>"))

    after = Owed.objects.get()
    assert (after.opened_at, after.due_at, after.chasers) == (before.opened_at, before.due_at, 1)
    assert after.press_at < before.press_at


def test_a_machines_letter_opens_no_debt_and_says_why(desk: Desk) -> None:
    message = desk.deliver(
        letter("I am away until Monday.", auto_submitted="auto-replied", subject="Out of office")
    )

    assert Owed.objects.count() == 0
    assert message.automatic


def test_the_copy_of_a_letter_we_wrote_by_another_program_opens_no_debt(desk: Desk) -> None:
    copy = letter("It is on its way.", sender="shop@example.com", to="ala@example.org")
    message = desk.deliver(copy, sender="shop@example.com")

    assert (message.automatic, Owed.objects.count()) == ("own", 0)


def test_a_reference_to_a_strangers_conversation_does_not_join_it(desk: Desk) -> None:
    hers = desk.deliver(letter("My secret", message_id="<hers@example.org>"))

    his = desk.deliver(
        letter("Me too", sender="mallory@evil.example", in_reply_to="<hers@example.org>"),
        sender="mallory@evil.example",
    )

    assert his.conversation_id != hers.conversation_id
    assert his.conversation.customer_id != hers.conversation.customer_id
    assert his.conversation.points_at_id == hers.conversation_id


def test_a_letter_its_own_domain_disowns_is_kept_apart_from_the_real_sender(desk: Desk) -> None:
    real = desk.deliver(letter("Me", message_id="<real@example.org>"), proof={"dmarc": "pass"})

    forged = desk.deliver(letter("Me again", in_reply_to="<real@example.org>"), proof={"dmarc": "fail"})

    assert forged.conversation.customer_id != real.conversation.customer_id
    assert Identity.objects.filter(value="ala@example.org").count() == 2
    assert Owed.objects.open().count() == 2


def test_the_signed_reply_address_joins_for_the_one_it_was_made_for_and_nobody_else(desk: Desk) -> None:
    first = desk.deliver(letter("Hello"))
    signed = reply_address("shop@example.com", first.conversation_id, "ala@example.org")

    again = desk.deliver(letter("More"), to=signed)
    stranger = desk.deliver(letter("Hm", sender="eve@evil.example"), sender="eve@evil.example", to=signed)

    assert again.conversation_id == first.conversation_id
    assert stranger.conversation_id != first.conversation_id


def test_a_letter_never_joins_by_its_subject_alone(desk: Desk) -> None:
    first = desk.deliver(letter("One", subject="Order 12"))
    second = desk.deliver(letter("Two", subject="Re: Order 12"))

    assert first.conversation_id != second.conversation_id
    assert first.conversation.customer_id == second.conversation.customer_id


def test_a_letter_that_arrives_while_an_answer_is_under_way_opens_a_debt_of_its_own(desk: Desk) -> None:
    first = desk.deliver(letter("One", message_id="<one@example.org>"))
    reply = replying.reply(
        first.conversation, desk.agent, "Here you are.", desk.clock, pays=[Owed.objects.get().pk]
    )

    desk.deliver(letter("And something else!", in_reply_to="<one@example.org>"))
    settling.accepted(reply, "250 ok", desk.clock)

    assert sorted(Owed.objects.values_list("state", flat=True)) == ["open", "paid"]


def test_an_answer_to_a_closed_conversation_opens_it_again(desk: Desk) -> None:
    first = desk.deliver(letter("One", message_id="<c1@example.org>"))
    reply = replying.reply(first.conversation, desk.agent, "Done.", desk.clock, pays=[Owed.objects.get().pk])
    settling.accepted(reply, "250 ok", desk.clock)
    assert actions.close(first.conversation, desk.agent, desk.clock) == []

    desk.deliver(letter("Not done!", in_reply_to=reply.message_id))

    assert Conversation.objects.get().status == Conversation.Status.OPEN
    assert Owed.objects.open().count() == 1


def test_a_bounce_reopens_what_the_answer_had_paid_with_the_old_moment(desk: Desk) -> None:
    first = desk.deliver(letter("One"))
    opened_at = Owed.objects.get().opened_at
    reply = replying.reply(first.conversation, desk.agent, "Here.", desk.clock, pays=[Owed.objects.get().pk])
    settling.accepted(reply, "250 ok", desk.clock)

    desk.deliver(_bounce(reply), sender="")

    debt = Owed.objects.get()
    assert (debt.state, debt.opened_at, debt.reopenings) == (State.OPEN, opened_at, 1)
    assert Message.objects.get(pk=reply.pk).state == Message.State.BOUNCED


def test_a_letter_nobody_can_read_is_quarantined_after_three_tries_and_owed(desk: Desk) -> None:
    desk.drain = Drain(Broken())
    desk.hand_in(b"From: ala@example.org\r\n\r\nPoison")

    desk.work()

    raw = Raw.objects.get()
    message = Message.objects.get(raw=raw.pk)
    assert (raw.state, raw.tries) == (Raw.State.QUARANTINED, 3)
    assert "Poison" in message.text
    assert "it fell over" in message.notes[0]
    assert Owed.objects.open().get().team_id == desk.team.pk


def test_one_letter_that_cannot_be_written_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from odzew.intake import written

    honest = written.say

    def say(message: Message, said: object) -> None:
        if "bad" in said.subject:  # type: ignore[attr-defined]
            raise ValueError("cannot be written")
        honest(message, said)  # type: ignore[arg-type]

    monkeypatch.setattr(written, "say", say)
    for subject in ("good 1", "bad", "good 2"):
        desk.hand_in(letter(subject=subject))

    desk.drain.carry(list(Raw.objects.select_related("account").order_by("pk")))

    assert sorted(Message.objects.values_list("subject", flat=True)) == ["good 1", "good 2"]
    monkeypatch.undo()
    desk.work()
    assert Owed.objects.open().count() == 3


def test_text_no_database_takes_is_kept_with_the_unfit_letters_made_visible(desk: Desk) -> None:
    raw = letter("x").replace(b"x\n", b"a\x00b\n")

    message = desk.deliver(raw)

    assert "\x00" not in message.text
    assert "b" in message.text


def test_a_letter_without_any_sender_is_owed_all_the_same(desk: Desk) -> None:
    message = desk.deliver(b"\r\nHello, it is me.\r\n", sender="")

    assert Owed.objects.open().count() == 1
    assert Customer.objects.count() == 1
    assert "it is me" in message.text


def test_nothing_is_kept_when_the_database_refuses_one_of_a_round(desk: Desk) -> None:
    good = Payload(account=desk.account.pk, door="t", content=b"1", received_at=desk.clock)
    nowhere = Payload(account=None, door="t", content=b"2", received_at=desk.clock)  # type: ignore[arg-type]

    with pytest.raises(Error):
        keep([good, nowhere])

    assert Raw.objects.count() == 0


class Broken(Reader):
    """A reader that falls over whatever it reads."""

    def __init__(self) -> None:
        super().__init__(1, 256)

    def read_all(self, jobs: Iterable[Job]) -> list[Inbound | str]:
        return ["it fell over" for _ in jobs]


BOUNCE = """\
From: MAILER-DAEMON@mx.example.org
To: shop@example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: Parcel

--b--
"""


def _bounce(reply: Message) -> bytes:
    return BOUNCE.format(to=reply.to_address, message_id=reply.message_id).replace("\n", "\r\n").encode()


def test_a_refusal_names_the_published_rule_or_is_flagged_before_it_is_sent(desk: Desk) -> None:
    first = desk.deliver(letter("I want an invoice"))
    owed = [Owed.objects.get().pk]

    with pytest.raises(replying.NoRule):
        replying.reply(first.conversation, desk.agent, "We issue none.", desk.clock, pays=owed, rests_on="")
    refusal = replying.reply(
        first.conversation, desk.agent, "We issue none.", desk.clock, pays=owed, rests_on="Terms of sale, § 7"
    )

    assert (refusal.purpose, refusal.rests_on) == ("refusal", "Terms of sale, § 7")


def test_a_trusted_servers_verdict_is_read_and_shown_and_a_forged_one_is_not(desk: Desk) -> None:
    desk.account.settings = {"trusted_authserv": ["mx.example.com"]}
    desk.account.save()
    verdict = "dmarc=pass header.from=example.org"

    true = desk.deliver(letter("One", authentication_results=f"mx.example.com; {verdict}"))
    forged = desk.deliver(letter("Two", authentication_results=f"mx.evil.example; {verdict}"))

    assert true.proof["dmarc"] == "pass"
    assert forged.proof == {"dmarc": "none"}
    assert Identity.objects.get(value="ala@example.org").proof == "dmarc"
