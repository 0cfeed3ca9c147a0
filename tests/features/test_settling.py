"""What becomes of a letter, and of the debts it was to pay."""

from datetime import timedelta

import pytest

from odzew.conversations import actions, replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused, State
from odzew.ledger.models import Entry, Owed
from odzew.outbox import by_log
from odzew.staff.models import Role
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import ALA, answer, debt, receive, report, sent

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * HOUR


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def talk(firm):
    return receive().conversation


def fresh(message):
    return Message.objects.get(pk=message.pk)


def test_an_accepted_answer_pays_in_the_name_of_its_author(firm, talk):
    message = answer(talk, firm.ola)

    settling.accepted(message, "250 taken", NOON)

    assert (debt().state, debt().closed_at, debt().settled_by) == (State.PAID, NOON, message.pk)
    assert Entry.objects.get(kind="paid").by == f"person:{firm.ola.pk}"
    assert (fresh(message).state, fresh(message).server_said) == ("sent", "250 taken")


def test_a_queued_answer_pays_nothing(firm, talk):
    answer(talk, firm.jan)

    assert debt().state == State.OPEN


def test_an_accepted_acknowledgement_pays_nothing(firm, talk):
    message = replying.reply(talk, firm.jan, "We have it.", NOON, pays=[])

    settling.accepted(message, "250", NOON)

    assert debt().state == State.OPEN
    assert fresh(message).state == "sent"


def test_a_message_without_an_author_pays_nothing_whatever_it_claims(firm, talk):
    message = answer(talk, firm.jan)
    Message.objects.filter(pk=message.pk).update(author=None)

    settling.accepted(fresh(message), "250", NOON)

    assert debt().state == State.OPEN
    assert fresh(message).state == "sent"


def test_a_failed_answer_leaves_the_debt_with_its_moments(firm, talk):
    before = debt()
    message = answer(talk, firm.jan)

    settling.failed(message, "550 no such user", NOON)

    assert fresh(message).state == "failed"
    assert debt().state == State.OPEN
    assert (debt().opened_at, debt().due_at) == (before.opened_at, before.due_at)


def test_an_answer_in_doubt_pays_nothing(firm, talk):
    message = answer(talk, firm.jan)
    Message.objects.update(state="sending")

    settling.in_doubt(message, "the line broke", NOON)

    assert fresh(message).state == "in_doubt"
    assert debt().state == State.OPEN


def test_a_chaser_of_a_failed_answer_joins_the_debt_again(firm, talk):
    message = answer(talk, firm.jan)
    settling.failed(message, "550", NOON)

    receive("Hello?", into=talk, at=NOON + HOUR)

    assert (Owed.objects.count(), debt().chasers) == (1, 1)


def test_accepted_twice_pays_once(firm, talk):
    message = answer(talk, firm.jan)
    other_worker = fresh(message)
    settling.accepted(message, "250 one", NOON)

    settling.accepted(other_worker, "250 two", NOON + HOUR)

    assert Entry.objects.filter(kind="paid").count() == 1
    assert fresh(message).server_said == "250 one"


def test_two_answers_to_one_debt_pay_it_once(firm, talk):
    first, second = answer(talk, firm.jan), answer(talk, firm.ola)
    settling.accepted(second, "250", NOON)

    settling.accepted(first, "250", NOON)

    assert debt().settled_by == second.pk


def test_accepted_after_the_debt_was_waived_changes_nothing_in_the_books(firm, talk):
    message = answer(talk, firm.jan)
    actions.waive(talk, firm.ola, debt().pk, "He called, all is well.", NOON)

    settling.accepted(message, "250", NOON + HOUR)

    assert debt().state == State.WAIVED
    assert fresh(message).state == "sent"


def test_a_bounce_of_an_answer_whose_debt_was_waived_leaves_it_waived(firm, talk):
    message = answer(talk, firm.jan)
    actions.waive(talk, firm.ola, debt().pk, "He called, all is well.", NOON)
    settling.accepted(message, "250", NOON + HOUR)

    settling.bounced(message, "550", NOON + DAY)

    assert debt().state == State.WAIVED
    assert fresh(message).state == "bounced"


def test_what_is_paid_and_what_was_waived_are_told_apart_in_one_answer(firm, talk):
    answer(talk, firm.jan)
    receive("And the invoice?", into=talk, at=NOON)
    first, second = Owed.objects.order_by("pk")
    message = answer(talk, firm.jan, first, second)
    actions.waive(talk, firm.jan, first.pk, "Settled on the phone.", NOON)

    settling.accepted(message, "250", NOON)

    assert set(Owed.objects.values_list("pk", "state")) == {(first.pk, "waived"), (second.pk, "paid")}


# A bounce.


def test_a_bounce_reopens_with_the_old_moment(firm, talk):
    before = debt()
    message = sent(answer(talk, firm.jan))

    report(ALA, about=message.message_id, at=NINE + 2 * DAY)

    after = debt()
    assert (after.state, after.reopenings, after.settled_by) == (State.OPEN, 1, None)
    assert (after.opened_at, after.due_at, after.owner) == (before.opened_at, before.due_at, before.owner)
    assert fresh(message).state == "bounced"


def test_a_bounce_opens_a_closed_conversation_again(firm, talk):
    message = sent(answer(talk, firm.jan))
    assert actions.close(talk, firm.jan, NOON) == []

    report(ALA, about=message.message_id)

    assert Conversation.objects.get(pk=talk.pk).status == "open"
    assert Conversation.objects.get(pk=talk.pk).closed_at is None


def test_a_bounce_of_the_copy_leaves_the_answer_paid(firm, talk):
    message = sent(answer(talk, firm.jan, cc=["Boss@example.org"]))

    report("boss@example.org", about=message.message_id)

    assert debt().state == State.PAID


def test_a_bounce_of_the_customer_reopens_although_he_also_stands_among_the_copies(firm, talk):
    Conversation.objects.update(address="Ala@Example.org")
    message = sent(answer(Conversation.objects.get(), firm.jan, cc=["ala@example.org"]))

    report("ala@example.org", about=message.message_id)

    assert debt().state == State.OPEN


def test_a_bounce_of_the_customer_and_the_copy_reopens(firm, talk):
    message = sent(answer(talk, firm.jan, cc=["boss@example.org"]))

    report("boss@example.org", ALA, about=message.message_id)

    assert debt().state == State.OPEN


def test_a_bounce_from_behind_a_forwarding_reopens(firm, talk):
    message = sent(answer(talk, firm.jan, cc=["boss@example.org"]))

    report("ala@elsewhere.example", about=message.message_id)

    assert debt().state == State.OPEN


def test_a_delay_is_no_bounce(firm, talk):
    message = sent(answer(talk, firm.jan))

    report(ALA, about=message.message_id, permanent=False)

    assert debt().state == State.PAID


def test_a_bounce_that_names_the_message_but_nobody_reopens(firm, talk):
    message = sent(answer(talk, firm.jan))

    report(about=message.message_id)

    assert debt().state == State.OPEN


def test_a_bounce_heard_twice_reopens_once(firm, talk):
    message = sent(answer(talk, firm.jan))
    report(ALA, about=message.message_id)

    report(ALA, about=message.message_id, at=NOON + DAY)

    assert debt().reopenings == 1


def test_a_bounce_of_the_second_of_two_answers_reopens_what_the_second_paid(firm, talk):
    first = sent(answer(talk, firm.jan))
    receive("And the invoice?", into=talk, at=NOON)
    second = sent(answer(talk, firm.jan, at=NOON + HOUR), at=NOON + HOUR)

    report(ALA, about=second.message_id, references=(first.message_id,), at=NOON + DAY)

    assert list(Owed.objects.order_by("pk").values_list("state", flat=True)) == ["paid", "open"]


def test_a_bounce_named_only_in_references_is_of_the_newest_of_them(firm, talk):
    first = sent(answer(talk, firm.jan))
    receive("And the invoice?", into=talk, at=NOON)
    second = sent(answer(talk, firm.jan, at=NOON + HOUR), at=NOON + HOUR)

    report(ALA, references=(first.message_id, second.message_id), at=NOON + DAY)

    assert list(Owed.objects.order_by("pk").values_list("state", flat=True)) == ["paid", "open"]


def test_a_bounce_that_names_only_the_customer_reopens_what_he_was_answered_lately(firm, talk):
    Conversation.objects.update(address="Ala@Example.org")
    sent(answer(Conversation.objects.get(), firm.jan))
    thanks = replying.reply(talk, firm.jan, "You are welcome.", NOON, pays=[])
    sent(thanks, at=NOON)

    report(ALA, at=NOON + HOUR)

    assert debt().state == State.OPEN


def test_a_bounce_that_names_only_the_customer_reopens_every_answer_it_may_be_about(firm, talk):
    other = receive("Something else", at=NINE + timedelta(minutes=5)).conversation
    sent(answer(talk, firm.jan))
    sent(answer(other, firm.jan))

    report(ALA, at=NOON)

    assert set(Owed.objects.values_list("state", flat=True)) == {State.OPEN}


def test_a_bounce_that_names_only_the_customer_lets_old_answers_rest(firm, talk):
    sent(answer(talk, firm.jan))

    report(ALA, at=NINE + 6 * DAY)

    assert debt().state == State.PAID


@pytest.mark.parametrize("on_the_way", ["sending", "in_doubt"])
def test_a_bounce_that_is_quicker_than_the_word_of_the_server_lets_nothing_be_paid(firm, talk, on_the_way):
    message = answer(talk, firm.jan)
    Message.objects.filter(pk=message.pk).update(state=on_the_way)
    in_the_hands_of_the_worker = fresh(message)
    report(ALA, about=message.message_id, at=NOON)

    settling.accepted(in_the_hands_of_the_worker, "250 taken", NOON)

    assert debt().state == State.OPEN
    assert fresh(message).state == "bounced"


def test_doubt_that_comes_late_does_not_undo_what_is_settled(firm, talk):
    """The step that looks for what was cut short has read the row before the worker settled it."""
    message = answer(talk, firm.jan)
    Message.objects.update(state="sending")
    stale = fresh(message)
    settling.accepted(fresh(message), "250", NOON)

    settling.in_doubt(stale, "cut short", NOON)

    assert fresh(message).state == "sent"


def test_failure_that_comes_late_does_not_undo_what_is_settled(firm, talk):
    message = answer(talk, firm.jan)
    stale = fresh(message)
    settling.accepted(message, "250", NOON)

    settling.failed(stale, "550", NOON)

    assert fresh(message).state == "sent"


def test_acceptance_that_comes_after_a_failure_pays_nothing(firm, talk):
    message = answer(talk, firm.jan)
    stale = fresh(message)
    settling.failed(message, "550", NOON)
    receive("Hello?", into=talk, at=NOON)

    settling.accepted(stale, "250", NOON)

    assert debt().state == State.OPEN
    assert fresh(message).state == "failed"


@pytest.mark.parametrize("said", ["550 \x00 no", "550 \udcff no", "550 " + "é" * 5000])
def test_what_a_server_says_never_stops_the_books(firm, talk, said):
    message = sent(answer(talk, firm.jan))

    report(ALA, about=message.message_id, said=said)

    assert debt().state == State.OPEN


def test_a_reopened_debt_goes_to_somebody_who_is_there(firm, talk):
    assert debt().owner == firm.jan
    message = sent(answer(talk, firm.ola))
    firm.jan.is_active = False
    firm.jan.save()

    report(ALA, about=message.message_id)

    assert debt().state == State.OPEN
    assert debt().owner in (firm.ola, firm.people[2])


def test_a_reopened_debt_stays_with_an_owner_of_another_team(firm, talk):
    boss = factory.person("boss", role=Role.ADMINISTRATOR)
    actions.hand_over(talk, firm.jan, [debt().pk], boss, "He knows the machine.", NOON)
    message = sent(answer(talk, firm.ola))

    report(ALA, about=message.message_id)

    assert debt().owner == boss


# Doubt.


def in_doubt(talk, author, **told):
    message = answer(talk, author, **told)
    Message.objects.filter(pk=message.pk).update(state="in_doubt")
    return fresh(message)


def test_a_person_who_saw_it_in_the_log_settles_doubt_and_the_debt_is_paid(firm, talk):
    message = in_doubt(talk, firm.jan)

    settling.found_sent(message, firm.ola, NOON)

    assert debt().state == State.PAID
    assert "ola" in fresh(message).server_said


def test_doubt_is_settled_once(firm, talk):
    message, stale = in_doubt(talk, firm.jan), fresh(Message.objects.filter(state="in_doubt").get())
    settling.found_sent(message, firm.ola, NOON)

    with pytest.raises(Refused, match="not in doubt any more"):
        settling.send_again(stale, firm.jan, NOON)

    assert fresh(message).state == "sent"


def test_a_letter_sent_again_by_a_person_waits_in_the_outbox(firm, talk):
    message = in_doubt(talk, firm.jan)

    settling.send_again(message, firm.ola, NOON)

    assert (fresh(message).state, fresh(message).next_try_at) == ("queued", NOON)
    assert debt().state == State.OPEN


def test_a_reader_settles_no_doubt(firm, talk):
    message = in_doubt(talk, firm.jan)
    reader = factory.person("reader", role=Role.READER)

    with pytest.raises(Refused):
        settling.found_sent(message, reader, NOON)

    assert debt().state == State.OPEN


LOG = [
    "Mar 2 10:00:00 mx postfix/cleanup[1]: 4ABCDEF012: message-id={id}",
    "Mar 2 10:00:01 mx postfix/smtp[2]: 4ABCDEF012: to=<boss@example.org>, relay=a, status=sent (250)",
]


def test_a_log_that_tells_of_the_copy_alone_settles_nothing(firm, talk):
    message = in_doubt(talk, firm.jan, cc=["boss@example.org"])

    by_log.settle([line.format(id=message.message_id) for line in LOG], NOON)

    assert debt().state == State.OPEN
    assert fresh(message).state == "in_doubt"


@pytest.mark.parametrize(("fate", "state"), [("sent", "paid"), ("bounced", "open"), ("deferred", "open")])
def test_a_log_settles_by_what_became_of_the_customer_s_copy(firm, talk, fate, state):
    message = in_doubt(talk, firm.jan, cc=["boss@example.org"])
    last = (
        f"Mar 2 10:00:02 mx postfix/smtp[2]: 4ABCDEF012: to=<Ala@example.org>, relay=b, status={fate} (said)"
    )

    by_log.settle([*(line.format(id=message.message_id) for line in LOG), last], NOON)

    assert debt().state == state
