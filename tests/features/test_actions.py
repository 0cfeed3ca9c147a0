"""What people do with a conversation, and what the books refuse them."""

from datetime import timedelta

import pytest

from odzew.conversations import actions, holding, replying, settling
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.domain.obligation import Kind, Refused, State
from odzew.intake import again
from odzew.intake.models import Raw
from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Role
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import answer, debt, receive, sent

pytestmark = pytest.mark.django_db
NOON = NINE + 3 * HOUR


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def talk(firm):
    return receive().conversation


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def promised(talk, author, due=NOON + DAY, **told):
    return actions.promise(talk, author, "the invoice", due, told.pop("at", NOON), **told)


# Every action asks who acts.

ACTS = {
    "reply": lambda talk, who: answer(talk, who),
    "acknowledge": lambda talk, who: replying.reply(talk, who, "We have it.", NOON, pays=[]),
    "note": lambda talk, who: actions.note(talk, who, "He is angry.", NOON),
    "promise": lambda talk, who: promised(talk, who),
    "postpone": lambda talk, who: actions.postpone(talk, who, debt().pk, NOON + DAY, "", NOON),
    "hand over": lambda talk, who: actions.hand_over(
        talk, who, [debt().pk], debt().team.members.all()[1], "ill", NOON
    ),
    "waive": lambda talk, who: actions.waive(talk, who, debt().pk, "spam", NOON),
    "close": lambda talk, who: actions.close(talk, who, NOON),
    "reopen": lambda talk, who: actions.reopen(talk, who, debt().pk, "not yet", NOON),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(
    "who",
    [
        pytest.param({"role": Role.READER}, id="a reader"),
        pytest.param({"is_active": False}, id="who has left"),
    ],
)
def test_who_may_not_write_is_refused_whatever_he_does(firm, talk, act, who):
    person = factory.person("guest", **who)
    before = list(Entry.objects.values()), list(Message.objects.values())

    with pytest.raises(holding.NotAllowed):
        act(talk, person)

    assert (list(Entry.objects.values()), list(Message.objects.values())) == before


# Replying.


def test_an_answer_waits_in_the_outbox_with_what_it_is_to_pay(firm, talk):
    message = answer(talk, firm.ola)

    assert (message.state, message.purpose, message.pays) == ("queued", "answer", [debt().pk])
    assert (message.author, message.to_address, message.next_try_at) == (firm.ola, factory.ALA, NINE + HOUR)
    assert debt().state == State.OPEN


def test_a_reply_that_pays_nothing_is_an_acknowledgement(firm, talk):
    assert replying.reply(talk, firm.jan, "We have it.", NOON, pays=[]).purpose == "acknowledgement"


def test_an_empty_reply_is_refused(firm, talk):
    with pytest.raises(Refused, match="empty"):
        answer(talk, firm.jan, text=" \n")


def test_a_reply_to_nowhere_is_refused_and_says_what_to_do(firm, talk):
    Conversation.objects.update(address="")

    with pytest.raises(Refused, match="no address"):
        answer(talk, firm.jan)


def test_a_reply_cannot_pay_what_is_owed_elsewhere(firm, talk):
    other = receive("Something else").conversation

    with pytest.raises(Refused, match="not owed in this conversation"):
        answer(talk, firm.jan, debt(Message(conversation=other)))

    assert not Message.objects.filter(direction="outbound").exists()


def test_a_reply_cannot_pay_twice(firm, talk):
    sent(answer(talk, firm.jan))

    with pytest.raises(Refused, match="paid already"):
        answer(talk, firm.jan, debt())


def test_a_reply_written_before_the_customer_wrote_again_is_refused(firm, talk):
    seen = talk.messages.get()
    newer = receive("It has to be blue!", into=talk, at=NOON)

    with pytest.raises(holding.NewerMessage):
        answer(talk, firm.jan, seen=seen.pk)

    assert not Message.objects.filter(direction="outbound").exists()
    assert answer(talk, firm.jan, seen=newer.pk).state == "queued"


def test_a_machine_s_message_does_not_hold_a_reply_back(firm, talk):
    seen = talk.messages.get()
    receive("I am on holiday", into=talk, at=NOON, automatic="out-of-office")

    assert answer(talk, firm.jan, seen=seen.pk).state == "queued"


def test_a_message_that_comes_while_the_answer_is_under_way_is_owed_an_answer_of_its_own(firm, talk):
    message = answer(talk, firm.jan)
    receive("And it has to be blue!", into=talk, at=NOON)

    sent(message)

    assert list(Owed.objects.order_by("pk").values_list("state", "opened_at")) == [
        ("paid", NINE),
        ("open", NOON),
    ]


def test_a_message_that_comes_while_one_of_two_debts_is_being_answered_joins_the_other(firm, talk):
    answer(talk, firm.jan, still_open=["And the colour?"])

    receive("Hello?", into=talk, at=NOON)

    assert list(Owed.objects.order_by("pk").values_list("text", "chasers")) == [
        ("", 0),
        ("And the colour?", 1),
    ]


def test_files_of_a_reply_are_kept_once_by_content(firm, talk):
    price = Upload(filename="prices.pdf", content_type="application/pdf", content=b"%PDF")

    answer(talk, firm.jan, uploads=[price, price])

    assert [(a.index, a.filename, bytes(a.blob.content)) for a in Attachment.objects.order_by("index")] == [
        (0, "prices.pdf", b"%PDF"),
        (1, "prices.pdf", b"%PDF"),
    ]


# Questions.


def test_a_question_left_open_is_a_debt_as_old_as_the_whole(firm, talk):
    whole = debt()

    message = answer(talk, firm.ola, still_open=["And the colour?", "And the invoice?"])

    parts = list(Owed.objects.exclude(pk=whole.pk).order_by("pk"))
    assert [part.text for part in parts] == ["And the colour?", "And the invoice?"]
    assert {(p.opened_at, p.due_at, p.owner_id) for p in parts} == {(NINE, whole.due_at, whole.owner_id)}
    assert message.pays == [whole.pk]


def test_a_question_left_open_stays_owed_when_the_answer_is_accepted(firm, talk):
    sent(answer(talk, firm.jan, still_open=["And the colour?"]))

    assert list(Owed.objects.order_by("pk").values_list("state", flat=True)) == ["paid", "open"]


def test_of_several_debts_answered_a_question_left_open_inherits_the_first_moment(firm, talk):
    answer(talk, firm.jan)
    receive("And the invoice?", into=talk, at=NOON)
    first, second = Owed.objects.order_by("pk")

    answer(talk, firm.jan, second, first, still_open=["And the colour?"])

    assert Owed.objects.get(text="And the colour?").opened_at == NINE


def test_a_question_is_not_due_as_late_as_a_promise_kept_in_the_same_reply(firm, talk):
    promise = promised(talk, firm.jan, due=NINE + 30 * DAY, at=NINE - HOUR)
    asked = Owed.objects.get(kind="answer")

    answer(talk, firm.jan, asked, promise.id, still_open=["And the colour?"])

    assert Owed.objects.get(text="And the colour?").due_at == asked.due_at


def test_a_blank_question_is_no_debt(firm, talk):
    answer(talk, firm.jan, still_open=["", "  "])

    assert Owed.objects.count() == 1


def test_an_acknowledgement_splits_nothing(firm, talk):
    replying.reply(talk, firm.jan, "We have it.", NOON, pays=[], still_open=["And the colour?"])

    assert Owed.objects.count() == 1


# Promises.


def test_a_promise_is_a_dated_debt_of_who_made_it(firm, talk):
    made = promised(talk, firm.ola)

    assert (made.kind, made.owner, made.due_at, made.text) == (
        Kind.PROMISE,
        firm.ola.pk,
        NOON + DAY,
        "the invoice",
    )


@pytest.mark.parametrize(
    ("text", "due", "why"),
    [
        pytest.param(" ", NOON + DAY, "Say what", id="nothing"),
        pytest.param("the invoice", NOON, "still to come", id="for now"),
        pytest.param("the invoice", NOON - DAY, "still to come", id="for yesterday"),
    ],
)
def test_a_promise_of_nothing_or_for_the_past_is_refused(firm, talk, text, due, why):
    with pytest.raises(Refused, match=why):
        actions.promise(talk, firm.jan, text, due, NOON)


@pytest.mark.parametrize(
    "who",
    [
        pytest.param({"role": Role.READER}, id="a reader"),
        pytest.param({"is_active": False}, id="who has left"),
    ],
)
def test_nobody_promises_for_who_is_not_there(firm, talk, who):
    with pytest.raises(Refused, match="not there"):
        promised(talk, firm.jan, owner=factory.person("guest", **who))


def test_a_promise_or_a_note_whose_button_is_pressed_twice_is_kept_once(firm, talk):
    first, again = (promised(talk, firm.jan, at=NOON + timedelta(seconds=n)) for n in (0, 9))
    other = promised(talk, firm.jan, at=NOON + timedelta(seconds=9), due=NOON + 2 * DAY)
    later = promised(talk, firm.jan, at=NOON + HOUR)
    notes = [actions.note(talk, firm.jan, "Call him", NOON + timedelta(seconds=n)).pk for n in (0, 9, 99)]

    assert len({first.id, other.id, later.id}) == 3 and again.id == first.id
    assert notes[0] == notes[1] != notes[2]


def test_a_promise_in_a_closed_conversation_opens_it(firm, talk):
    sent(answer(talk, firm.jan))
    actions.close(talk, firm.jan, NOON)

    promised(talk, firm.jan)

    assert (fresh(talk).status, fresh(talk).closed_at) == ("open", None)


def test_a_promise_is_kept_by_a_reply_that_says_so(firm, talk):
    promise = promised(talk, firm.jan)

    sent(answer(talk, firm.jan, promise.id))

    assert list(Owed.objects.order_by("pk").values_list("kind", "state")) == [
        ("answer", "open"),
        ("promise", "paid"),
    ]


def test_a_new_date_stands_beside_the_old_one(firm, talk):
    promise = promised(talk, firm.jan)

    actions.postpone(talk, firm.jan, promise.id, NOON + 3 * DAY, " the post is late ", NOON + 2 * DAY)

    row = Owed.objects.get(pk=promise.id)
    assert (row.due_at, row.moves, row.broken) == (NOON + 3 * DAY, 1, True)
    dates = [e.facts["due"] for e in Entry.objects.filter(obligation=promise.id).order_by("seq")]
    assert dates == [(NOON + DAY).isoformat(), (NOON + 3 * DAY).isoformat()]
    assert Entry.objects.get(kind="postponed").reason == "the post is late"


def test_an_answer_gets_no_new_date(firm, talk):
    with pytest.raises(Refused, match="Only a promise"):
        actions.postpone(talk, firm.jan, debt().pk, NOON + DAY, "busy", NOON)


def test_a_new_date_in_the_past_is_refused(firm, talk):
    promise = promised(talk, firm.jan)

    with pytest.raises(Refused, match="still to come"):
        actions.postpone(talk, firm.jan, promise.id, NOON, "", NOON)


# Handing over.


def test_whoever_is_handed_a_debt_is_accountable(firm, talk):
    actions.hand_over(talk, firm.jan, [debt().pk], firm.ola, "She knows him.", NOON)

    assert debt().owner == firm.ola
    assert (Entry.objects.last().by, Entry.objects.last().reason) == (
        f"person:{firm.jan.pk}",
        "She knows him.",
    )


@pytest.mark.parametrize(
    "who",
    [
        pytest.param({"role": Role.READER}, id="a reader"),
        pytest.param({"is_active": False}, id="who has left"),
    ],
)
def test_a_debt_is_not_handed_to_who_is_not_there(firm, talk, who):
    with pytest.raises(Refused, match="not there"):
        actions.hand_over(talk, firm.jan, [debt().pk], factory.person("guest", **who), "holiday", NOON)


def test_a_debt_is_not_handed_over_without_a_word(firm, talk):
    with pytest.raises(Refused, match="Say why"):
        actions.hand_over(talk, firm.jan, [debt().pk], firm.ola, " ", NOON)


def test_of_several_handed_over_all_are_or_none(firm, talk):
    mine = debt()
    other = receive("Something else")

    with pytest.raises(Refused):
        actions.hand_over(talk, firm.jan, [mine.pk, debt(other).pk], firm.people[2], "holiday", NOON)

    assert fresh(mine).owner == mine.owner


# Waiving.


def test_a_waiver_has_a_name_and_a_reason(firm, talk):
    actions.waive(talk, firm.ola, debt().pk, " He wrote to us by mistake. ", NOON)

    line = Entry.objects.get(kind="waived")
    assert (line.by, line.reason) == (f"person:{firm.ola.pk}", "He wrote to us by mistake.")
    assert debt().state == State.WAIVED


def test_a_waiver_without_a_reason_is_refused(firm, talk):
    with pytest.raises(Refused, match="reason"):
        actions.waive(talk, firm.ola, debt().pk, " ", NOON)

    assert debt().state == State.OPEN


def test_a_waiver_of_what_the_customer_has_just_added_to_is_refused(firm, talk):
    seen = talk.messages.get()
    receive("By the way, the machine is burning.", into=talk, at=NOON)

    with pytest.raises(holding.NewerMessage):
        actions.waive(talk, firm.jan, debt().pk, "He only said thanks.", NOON, seen=seen.pk)

    assert debt().state == State.OPEN


def test_only_what_is_owed_here_can_be_waived(firm, talk):
    other = receive("Something else")

    with pytest.raises(Refused, match="not owed in this conversation"):
        actions.waive(talk, firm.jan, debt(other).pk, "spam", NOON)


# Closing.


def test_a_conversation_closes_when_all_is_paid_or_waived(firm, talk):
    answer(talk, firm.jan)
    receive("And the invoice?", into=talk, at=NOON)
    sent(Message.objects.get(direction="outbound"))
    actions.waive(talk, firm.jan, Owed.objects.open().get().pk, "He has it.", NOON)

    assert actions.close(talk, firm.jan, NOON) == []

    assert (fresh(talk).status, fresh(talk).closed_at) == ("closed", NOON)


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(lambda talk, who: None, id="unanswered"),
        pytest.param(
            lambda talk, who: replying.reply(talk, who, "We have it.", NOON, pays=[]), id="acknowledged"
        ),
        pytest.param(lambda talk, who: answer(talk, who), id="the answer is under way"),
        pytest.param(lambda talk, who: settling.failed(answer(talk, who), "550", NOON), id="it failed"),
    ],
)
def test_a_conversation_in_which_an_answer_is_owed_does_not_close_and_says_why(firm, talk, prepare):
    prepare(talk, firm.jan)

    assert [owed.id for owed in actions.close(talk, firm.jan, NOON)] == [debt().pk]
    assert fresh(talk).status == "open"


def test_a_promise_stands_against_closing(firm, talk):
    sent(answer(talk, firm.jan))
    promise = promised(talk, firm.jan)

    assert [owed.id for owed in actions.close(talk, firm.jan, NOON)] == [promise.id]


def test_a_customer_who_writes_opens_what_was_closed(firm, talk):
    sent(answer(talk, firm.jan))
    actions.close(talk, firm.jan, NOON)

    receive("And the invoice?", into=talk, at=NOON + HOUR)

    assert (fresh(talk).status, fresh(talk).closed_at) == ("open", None)


def test_a_machine_that_writes_leaves_what_was_closed(firm, talk):
    sent(answer(talk, firm.jan))
    actions.close(talk, firm.jan, NOON)

    receive("I am on holiday", into=talk, at=NOON + HOUR, automatic="out-of-office")

    assert fresh(talk).status == "closed"


# Reopening.


def test_not_yet_reopens_with_the_old_moment(firm, talk):
    before = debt()
    sent(answer(talk, firm.jan))
    actions.close(talk, firm.jan, NOON)

    actions.reopen(talk, firm.ola, before.pk, "He says it is broken still.", NOON + DAY)

    after = debt()
    assert (after.state, after.opened_at, after.due_at) == (State.OPEN, before.opened_at, before.due_at)
    assert fresh(talk).status == "open"


def test_what_was_waived_can_be_owed_again(firm, talk):
    actions.waive(talk, firm.jan, debt().pk, "spam", NOON)

    actions.reopen(talk, firm.ola, debt().pk, "It was no spam.", NOON)

    assert (debt().state, debt().opened_at) == (State.OPEN, NINE)


@pytest.mark.parametrize("reason", ["", "  "])
def test_reopening_needs_a_word(firm, talk, reason):
    sent(answer(talk, firm.jan))

    with pytest.raises(Refused, match="still missing"):
        actions.reopen(talk, firm.jan, debt().pk, reason, NOON)


def test_what_is_open_cannot_be_reopened(firm, talk):
    with pytest.raises(Refused, match="nothing to reopen"):
        actions.reopen(talk, firm.jan, debt().pk, "again", NOON)


def test_not_yet_is_not_paid_by_a_letter_written_before(firm, talk):
    first, second = answer(talk, firm.jan), answer(talk, firm.ola)
    sent(first)
    actions.reopen(talk, firm.jan, debt().pk, "not yet", NOON)

    sent(second, at=NOON + HOUR)

    assert debt().state == State.OPEN
    assert fresh(second).state == "sent"


def test_a_message_after_not_yet_joins_the_debt_although_an_old_letter_is_on_its_way(firm, talk):
    first, _second = answer(talk, firm.jan), answer(talk, firm.ola)
    sent(first)
    actions.reopen(talk, firm.jan, debt().pk, "not yet", NOON)

    receive("Well?", into=talk, at=NOON + HOUR)

    assert (Owed.objects.count(), debt().chasers) == (1, 1)


def test_a_reopened_debt_of_who_has_left_goes_to_a_colleague(firm, talk):
    sent(answer(talk, firm.ola))
    firm.jan.is_active = False
    firm.jan.save()

    actions.reopen(talk, firm.ola, debt().pk, "not yet", NOON)

    assert debt().owner in firm.people[1:]


# The quarantine.


def quarantined(at, **told):
    raw = factory.kept(at=at)
    raw.error = "It cannot be read."
    raw.save()
    return receive("raw text", at=at, raw=raw, **told), raw


def test_discarding_an_unreadable_mail_waives_its_debt_and_no_other(firm, talk):
    answer(talk, firm.jan)
    message, raw = quarantined(NOON, into=talk)
    assert message.conversation == talk

    again.discard(raw, firm.jan, "spam", NOON)

    assert list(Owed.objects.order_by("pk").values_list("state", flat=True)) == ["open", "waived"]


def test_discarding_an_unreadable_chaser_leaves_what_the_customer_is_owed(firm, talk):
    _message, raw = quarantined(NOON, into=talk)
    assert debt().chasers == 1

    again.discard(raw, firm.jan, "spam", NOON)

    assert debt().state == State.OPEN
    assert Raw.objects.get(pk=raw.pk).state == "discarded"


def test_an_unreadable_mail_the_customer_wrote_after_is_not_discarded(firm):
    message, raw = quarantined(NINE)
    receive("Have you got my mail?", into=message.conversation, at=NOON)

    with pytest.raises(Refused, match="since"):
        again.discard(raw, firm.jan, "spam", NOON + timedelta(minutes=1))

    assert debt().state == State.OPEN
