"""Absence and cover: no open debt rests on somebody who is away (law 7, F7)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, cover_notice
from odzew.conversations.models import Message
from odzew.customers.models import Customer
from odzew.domain.cover import Why
from odzew.domain.obligation import Refused
from odzew.ledger import alarms, leave, leaving, reasons, story
from odzew.ledger.models import Entry, Owed
from odzew.outbox import letter
from odzew.staff import absences, presence
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person, Role
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.factory import answer, debt, receive, sent

pytestmark = pytest.mark.django_db
FIRST, LAST = NINE + DAY, NINE + 8 * DAY
SECOND = timedelta(seconds=1)


@pytest.fixture
def firm():
    made = factory.firm()
    made.ewa = made.people[2]
    yield made
    assert factory.findings() == []


def plan(person, *covers, begins=FIRST, ends=LAST, now=NINE, **told):
    """Plan an absence; the covers accept."""
    absence = absences.plan(person, person, begins, ends, now, covers=covers, **told)
    for asked in absence.covers.all():
        absences.answer(asked, now, yes=True)
    return absence


def state(absence):
    return Absence.objects.get(pk=absence.pk).state


def owner(message):
    return debt(message).owner


def moved(message):
    """Return how often the debt of a message was handed over, with the reasons."""
    return [
        entry.reason
        for entry in Entry.objects.filter(obligation=debt(message).pk, kind="handed_over").order_by("seq")
    ]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_whoever_plans_holds_up_nobody_who_only_names_him(firm):
    with CaptureQueriesContext(connection) as asked:
        absences.change_end(plan(firm.jan, firm.ola), LAST + HOUR, NINE)

    people = f'FROM "{Person._meta.db_table}"'
    held = [one["sql"] for one in asked if people in one["sql"] and one["sql"].endswith("UPDATE")]
    assert len(held) == 3 and all(sql.endswith("FOR NO KEY UPDATE") for sql in held)


# At its first moment.


def test_open_debts_move_to_the_cover_at_the_first_moment_and_not_before(firm):
    message = receive()
    plan(firm.jan, firm.ola)

    leave.step(FIRST - SECOND)
    before = owner(message)
    leave.step(FIRST)

    assert (before, owner(message), debt(message).instead_of) == (firm.jan, firm.ola, firm.jan)
    assert moved(message) == [reasons.AWAY]
    assert firm.jan.pk not in presence.there()


def test_the_first_moment_and_the_rank_of_a_debt_stay_as_they_were(firm):
    message = receive()
    before = debt(message)
    plan(firm.jan, firm.ola)

    leave.step(FIRST)

    after = debt(message)
    assert (after.opened_at, after.due_at, after.press_at) == (
        before.opened_at,
        before.due_at,
        before.press_at,
    )


def test_promises_are_inherited(firm):
    talk = receive().conversation
    actions.promise(talk, firm.jan, "Call back", LAST - DAY, NINE)
    plan(firm.jan, firm.ola)

    leave.step(FIRST)

    assert {row.owner for row in Owed.objects.all()} == {firm.ola}


def test_later_mail_in_his_conversation_goes_to_the_cover_directly(firm):
    message = receive()
    sent(answer(message.conversation, firm.jan))
    plan(firm.jan, firm.ola)
    leave.step(FIRST)

    receive("And another thing", into=message.conversation, at=FIRST + HOUR)

    owed = Owed.objects.open().get()
    assert (owed.owner, owed.instead_of) == (firm.ola, firm.jan)


def test_new_customers_are_given_to_whoever_is_there(firm):
    plan(firm.jan, firm.ola)
    leave.step(FIRST)

    for number in range(4):
        receive(sender=f"new{number}@example.org", at=FIRST + HOUR)

    assert not Owed.objects.filter(owner=firm.jan).exists()


def test_mail_between_the_first_moment_and_the_worker_goes_to_the_cover(firm):
    message = receive()
    sent(answer(message.conversation, firm.jan))
    plan(firm.jan, firm.ola)

    receive("Hello?", into=message.conversation, at=FIRST)

    assert (Owed.objects.open().get().owner, state(Absence.objects.get())) == (firm.ola, "planned")


def test_nobody_accepted_so_the_team_takes_it_all_the_same(firm):
    message = receive()
    absences.plan(firm.jan, firm.jan, FIRST, LAST, NINE, covers=[firm.ola])

    leave.step(FIRST)

    assert owner(message) in (firm.ola, firm.ewa)


def test_nobody_accepted_so_the_standing_cover_of_the_team_takes_it(firm):
    firm.team.standing_cover = firm.ewa
    firm.team.save()
    messages = [receive(sender=f"{n}@example.org") for n in range(6)]
    plan(firm.jan)

    leave.step(FIRST)

    assert {owner(m) for m in messages if debt(m).instead_of} == {firm.ewa}


def test_what_nobody_accepted_goes_as_one_matter_to_whoever_speaks_its_language(firm):
    message = receive()
    also = actions.promise(message.conversation, firm.jan, "Send the part", LAST, NINE)
    Customer.objects.update(language="uk")
    Person.objects.filter(pk=firm.ola.pk).update(languages=["pl"])
    Person.objects.exclude(pk__in=[firm.jan.pk, firm.ola.pk]).update(languages=["uk"])
    plan(firm.jan)

    leave.step(FIRST)

    owners = {row.owner for row in Owed.objects.open().of_conversation(message.conversation_id)}
    assert also and len(owners) == 1 and owners.pop().languages == ["uk"]


def test_a_chain_of_covers_is_followed(firm):
    message = receive()
    plan(firm.ola, firm.ewa)
    plan(firm.jan, firm.ola)

    leave.step(FIRST)

    assert (owner(message), debt(message).instead_of) == (firm.ewa, firm.jan)


def test_a_cover_who_is_back_first_gets_what_his_own_cover_has_kept_for_the_absent(firm):
    message = receive()
    plan(firm.jan, firm.ola)
    plan(firm.ola, firm.ewa, ends=FIRST + DAY)
    leave.step(FIRST)
    kept_by = owner(message)

    leave.step(FIRST + DAY)
    leave.step(FIRST + DAY)

    assert (kept_by, owner(message), debt(message).instead_of) == (firm.ewa, firm.ola, firm.jan)


def test_a_cover_who_leaves_hands_on_what_he_holds_and_its_way_back(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)
    leave.step(FIRST)
    plan(firm.ola, firm.ewa, begins=FIRST + DAY, ends=FIRST + 2 * DAY, now=FIRST)
    leave.step(FIRST + DAY)
    on_the_way = (owner(message), debt(message).instead_of)

    leave.step(LAST)

    assert on_the_way == (firm.ewa, firm.jan)
    assert (owner(message), debt(message).instead_of, state(absence)) == (firm.jan, None, "ended")


def test_what_a_cover_who_leaves_the_desk_has_kept_still_goes_back(firm):
    message = receive()
    plan(firm.jan, firm.ola)
    leave.step(FIRST)
    boss = factory.person("boss", role=Role.ADMINISTRATOR, team=firm.team)

    leaving.deactivate(firm.ola, boss, FIRST + HOUR, to=firm.ewa)
    kept_by = owner(message)
    leave.step(LAST)

    assert (kept_by, owner(message)) == (firm.ewa, firm.jan)


def test_two_covers_who_share_the_time_take_turns(firm):
    message = receive()
    absence = absences.plan(firm.jan, firm.jan, FIRST, LAST, NINE)
    for colleague, since, until in [(firm.ola, FIRST, FIRST + DAY), (firm.ewa, FIRST + DAY, LAST)]:
        absences.answer(absences.ask(absence, colleague, since, until, NINE), NINE, yes=True)

    owners = []
    for moment in (FIRST, FIRST + DAY - SECOND, FIRST + DAY, LAST):
        leave.step(moment)
        owners.append(owner(message))

    assert owners == [firm.ola, firm.ola, firm.ewa, firm.jan]
    assert moved(message) == [reasons.AWAY, reasons.COVER_CHANGED, reasons.BACK]


def test_a_cover_who_accepts_late_gets_what_the_team_has_taken(firm):
    message = receive()
    absence = absences.plan(firm.jan, firm.jan, FIRST, LAST, NINE, covers=[firm.ola])
    firm.team.standing_cover = firm.ewa
    firm.team.save()
    leave.step(FIRST)
    before = owner(message)

    absences.answer(absence.covers.get(), FIRST + HOUR, yes=True)
    leave.step(FIRST + HOUR)

    assert (before, owner(message)) == (firm.ewa, firm.ola)


# At its end.


@pytest.mark.parametrize(("at_end", "back"), [("return", True), ("stay", False)])
def test_at_its_end_the_unpaid_return_or_stay(firm, at_end, back):
    unpaid, paid = receive(), receive(sender="other@example.org")
    plan(firm.jan, firm.ola, at_end=at_end)
    leave.step(FIRST)
    sent(answer(paid.conversation, firm.ola, at=FIRST + HOUR), FIRST + HOUR)

    leave.step(LAST)

    assert (owner(unpaid) == firm.jan, debt(unpaid).instead_of) == (back, None)
    assert debt(paid).state == "paid"


def test_what_a_cover_has_given_to_somebody_by_hand_does_not_come_back(firm):
    message = receive()
    plan(firm.jan, firm.ola)
    leave.step(FIRST)
    actions.hand_over(
        message.conversation, firm.ola, [debt(message).pk], firm.ewa, "She knows it", FIRST + HOUR
    )

    leave.step(LAST)

    assert owner(message) == firm.ewa


def test_two_absences_without_a_gap_give_nothing_back_between(firm):
    message = receive()
    plan(firm.jan, firm.ola)
    plan(firm.jan, firm.ola, begins=LAST, ends=LAST + DAY)
    leave.step(FIRST)

    while leave.step(LAST):
        pass

    assert (owner(message), debt(message).instead_of) == (firm.ola, firm.jan)
    leave.step(LAST + DAY)
    assert owner(message) == firm.jan


def test_whoever_is_back_early_gets_his_debts_at_once(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)
    leave.step(FIRST)

    leave.back(absence, FIRST + HOUR)

    assert (owner(message), state(absence)) == (firm.jan, "ended")
    with pytest.raises(Refused):
        leave.back(absence, FIRST + HOUR)


def test_an_absence_that_was_over_before_the_desk_ran_again_moves_nothing(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)

    leave.step(LAST + DAY)

    assert (owner(message), moved(message), state(absence)) == (firm.jan, [], "ended")


def test_an_absence_called_off_does_not_begin(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)
    absences.call_off(absence, NINE)

    assert leave.step(FIRST) == 0
    assert owner(message) == firm.jan


def test_whoever_left_for_good_while_he_was_away_gets_nothing_back(firm):
    message = receive()
    plan(firm.jan, firm.ola)
    leave.step(FIRST)
    Person.objects.filter(pk=firm.jan.pk).update(is_active=False)

    leave.step(LAST)

    assert owner(message) == firm.ola


# Only once.


def test_who_comes_second_finds_nothing_to_do(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)

    assert [leave.begin(absence, FIRST), leave.begin(absence, FIRST)] == [True, False]
    assert [leave.end(absence, LAST), leave.end(absence, LAST)] == [True, False]
    assert moved(message) == [reasons.AWAY, reasons.BACK]


def test_a_clock_set_back_begins_nothing_twice(firm):
    message = receive()
    plan(firm.jan, firm.ola)

    for moment in (FIRST, FIRST - DAY, FIRST, FIRST + HOUR):
        leave.step(moment)

    assert moved(message) == [reasons.AWAY]


# Unplanned.


def test_out_today_moves_everything_at_once(firm):
    message = receive()

    absence = leave.out_now(firm.jan, firm.ola, NINE + 15 * HOUR, NINE + HOUR)

    assert owner(message) != firm.jan
    assert (state(absence), absence.is_planned, absence.created_by) == ("begun", False, firm.ola)
    leave.step(NINE + 15 * HOUR)
    assert owner(message) == firm.jan


def test_nothing_is_promised_or_handed_to_whoever_is_away(firm):
    message = receive()
    other = next(person for person in firm.people if person != owner(message))
    leave.out_now(other, other, LAST, NINE)

    with pytest.raises(Refused, match="away"):
        actions.hand_over(message.conversation, firm.jan, [debt(message).pk], other, "Please", NINE)
    with pytest.raises(Refused, match="away"):
        actions.promise(message.conversation, firm.jan, "Call", LAST, NINE, owner=other)


def test_a_debt_that_is_reopened_while_its_owner_is_away_goes_to_the_cover(firm):
    message = receive()
    sent(answer(message.conversation, firm.jan))
    plan(firm.jan, firm.ola)
    leave.step(FIRST)

    actions.reopen(message.conversation, firm.ewa, debt(message).pk, "Not solved", FIRST + HOUR)

    assert (owner(message), debt(message).instead_of) == (firm.ola, firm.jan)


# What is refused.


def test_an_absence_needs_a_length_and_a_time_to_come(firm):
    for begins, ends in [
        (LAST, FIRST),
        (FIRST, FIRST),
        (NINE - 2 * DAY, NINE - DAY),
        (FIRST, FIRST + 401 * DAY),
    ]:
        with pytest.raises(Refused):
            absences.plan(firm.jan, firm.jan, begins, ends, NINE)


def test_two_absences_of_one_person_do_not_overlap(firm):
    plan(firm.jan, firm.ola)

    with pytest.raises(Refused, match="away in that time already"):
        plan(firm.jan, firm.ola, begins=LAST - SECOND, ends=LAST + DAY)


def test_the_last_one_at_the_desk_cannot_leave(firm):
    plan(firm.jan, firm.ola)
    plan(firm.ola, firm.ewa)

    with pytest.raises(Refused, match="Nobody would be at the desk"):
        plan(firm.ewa, begins=FIRST - HOUR, ends=FIRST + SECOND)
    plan(firm.ewa, begins=FIRST - HOUR, ends=FIRST)


def test_a_circle_is_refused_when_somebody_says_yes(firm):
    plan(firm.jan, firm.ola)
    other = absences.plan(firm.ola, firm.ola, FIRST + DAY, FIRST + 2 * DAY, NINE, covers=[firm.jan])

    with pytest.raises(Refused, match="circle"):
        absences.answer(other.covers.get(), NINE, yes=True)
    assert Cover.objects.get(absence=other).state == "asked"


def test_whoever_is_away_himself_without_a_cover_cannot_say_yes(firm):
    plan(firm.ola, begins=FIRST + DAY, ends=FIRST + 2 * DAY)
    absence = absences.plan(firm.jan, firm.jan, FIRST, LAST, NINE, covers=[firm.ola])

    with pytest.raises(Refused, match="away in that time yourself"):
        absences.answer(absence.covers.get(), NINE, yes=True)


@pytest.mark.parametrize(
    ("begins", "ends", "asks", "is_planned", "refused"),
    [
        pytest.param(FIRST, LAST, False, True, True, id="the whole of it"),
        pytest.param(LAST - SECOND, LAST + DAY, False, True, True, id="its last second"),
        pytest.param(LAST, LAST + DAY, False, True, False, id="after it"),
        pytest.param(FIRST - HOUR, FIRST, False, True, False, id="before it"),
        pytest.param(FIRST, LAST, True, True, False, id="somebody is asked to stand in for her"),
        pytest.param(FIRST, LAST, False, False, False, id="nobody plans to fall ill"),
    ],
)
def test_who_has_agreed_to_stand_in_is_not_away_then_without_a_word(
    firm, begins, ends, asks, is_planned, refused
):
    plan(firm.jan, firm.ola)
    told = {"covers": [firm.ewa] if asks else [], "is_planned": is_planned}

    if refused:
        with pytest.raises(Refused, match="ola has agreed to stand in for jan in that time"):
            absences.plan(firm.ola, firm.ola, begins, ends, NINE, **told)
    else:
        absences.plan(firm.ola, firm.ola, begins, ends, NINE, **told)


def test_an_absence_is_not_made_longer_into_the_time_of_a_cover(firm):
    absence = plan(firm.ola, begins=FIRST - DAY / 2, ends=FIRST)
    asked = plan(firm.jan, firm.ola).covers.get()

    with pytest.raises(Refused, match="agreed to stand in for jan"):
        absences.change_end(absence, FIRST + DAY, NINE)
    absences.answer(asked, NINE, yes=False)
    absences.change_end(absence, FIRST + DAY, NINE)


def test_while_nobody_has_said_yes_for_the_cover_the_one_covered_has_a_gap_and_the_team_his_debts(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)
    hers = absences.plan(firm.ola, firm.ola, FIRST, LAST, NINE, covers=[firm.ewa])

    found = presence.gaps([absence, hers], LAST)
    leave.step(FIRST)

    assert [[gap.why for gap in found[one.pk]] for one in (absence, hers)] == [[Why.AWAY], [Why.NOBODY]]
    assert owner(message) == firm.ewa


def test_nobody_covers_himself_and_no_reader_and_none_who_has_left(firm):
    absence = plan(firm.jan)
    reader = factory.person("rita", role=Role.READER, team=firm.team)
    gone = factory.person("gosia", team=firm.team, is_active=False)

    for colleague in (firm.jan, reader, gone):
        with pytest.raises(Refused):
            absences.ask(absence, colleague, FIRST, LAST, NINE)


def test_who_is_asked_is_asked_once(firm):
    absence = absences.plan(firm.jan, firm.jan, FIRST, LAST, NINE, covers=[firm.ola])

    with pytest.raises(Refused, match="already"):
        absences.ask(absence, firm.ola, FIRST, LAST, NINE)


def test_the_end_can_be_moved_while_it_lasts(firm):
    message = receive()
    absence = plan(firm.jan, firm.ola)
    leave.step(FIRST)

    absences.change_end(absence, LAST + DAY, FIRST + HOUR)

    leave.step(LAST)
    assert owner(message) == firm.ola or debt(message).instead_of == firm.jan
    leave.step(LAST + DAY)
    assert owner(message) == firm.jan


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        pytest.param("Europe/Warsaw", 11.0, id="the day on which clocks go forward"),
        pytest.param("UTC", 12.0, id="a place without summer time"),
    ],
)
def test_half_a_day_ends_at_noon_on_the_wall(zone, hours):
    day = date(2026, 3, 29)

    length = absences.ends(zone, day, at_noon=True) - absences.begins(zone, day, at_noon=False)

    assert length == timedelta(hours=hours)


# Escalation.


def due_at(message):
    return debt(message).due_at


def steps(message):
    lines = story.of_conversation(message.conversation_id)
    return [(line.entry.step, line.entry.to) for line in lines if hasattr(line.entry, "step")]


@pytest.fixture
def lead(firm):
    person = factory.person("lena", role=Role.LEAD, team=None)
    firm.team.lead = person
    firm.team.manager = factory.person("mirek", role=Role.ADMINISTRATOR)
    firm.team.save()
    person.teams.add(firm.team)
    return person


def test_owner_then_lead_then_manager_each_once_and_to_the_second(firm, lead):
    message = receive()
    due = due_at(message)

    taken = []
    for moment in (due - SECOND, due, due + HOUR - SECOND, due + HOUR, due + 5 * HOUR, due + 90 * DAY):
        alarms.step(moment)
        alarms.step(moment)
        taken.append(len(steps(message)))

    assert taken == [0, 1, 1, 2, 3, 3]
    assert steps(message) == [(1, owner(message).pk), (2, lead.pk), (3, firm.team.manager_id)]


def test_after_a_week_of_silence_of_the_desk_one_step_is_taken(firm, lead):
    message = receive()

    while alarms.step(due_at(message) + 7 * DAY):
        pass

    assert steps(message) == [(3, firm.team.manager_id)]


def test_a_debt_paid_in_time_is_not_escalated(firm, lead):
    message = receive()
    sent(answer(message.conversation, firm.jan))

    assert alarms.step(NINE + 90 * DAY) == 0


def test_a_clock_set_back_escalates_nothing_twice(firm, lead):
    message = receive()
    due = due_at(message)

    for moment in (due, due - DAY, due, due + HOUR, due, due + HOUR):
        alarms.step(moment)

    assert [step for step, _ in steps(message)] == [1, 2]


def test_a_lead_who_is_away_is_stood_in_for(firm, lead):
    message = receive()
    plan(lead, firm.ewa, begins=NINE, ends=LAST)
    leave.step(NINE)

    for moment in (due_at(message), due_at(message) + HOUR):
        alarms.step(moment)

    assert steps(message)[-1] == (2, firm.ewa.pk)


@pytest.mark.parametrize("takes", [True, False])
def test_what_a_silent_owner_leaves_is_taken_by_the_cover_of_the_team_if_it_is_so_set(firm, lead, takes):
    firm.team.takes_from_silent, firm.team.standing_cover = takes, firm.ewa
    firm.team.save()
    message = receive()
    before = owner(message)

    for moment in (due_at(message), due_at(message) + HOUR):
        alarms.step(moment)

    assert owner(message) == (firm.ewa if takes else before)


def test_a_silent_owner_loses_all_that_is_due_that_day_and_keeps_the_rest(firm, lead):
    firm.team.takes_from_silent, firm.team.standing_cover = True, firm.ewa
    firm.team.save()
    message = receive()
    due, silent = due_at(message), owner(message)
    moments = (due + 2 * HOUR, due + DAY)
    for hour in moments:
        actions.promise(message.conversation, silent, "Call", hour, NINE)
    Person.objects.update(acted_at=NINE)

    for moment in (due, due + HOUR, due + HOUR):
        alarms.step(moment)

    rows = Owed.objects.open().of_conversation(message.conversation_id).order_by("due_at")
    assert [row.owner for row in rows] == [firm.ewa, firm.ewa, silent]


@pytest.mark.parametrize("is_awake", [True, False])
def test_it_goes_once_to_somebody_who_did_something_that_day_or_stays(firm, lead, is_awake):
    firm.team.takes_from_silent = True
    firm.team.save()
    message = receive()
    due, silent = due_at(message), owner(message)
    Person.objects.filter(pk=firm.ewa.pk).update(acted_at=due if is_awake else None)
    for moment in (due, due + HOUR):
        alarms.step(moment)
    taken = owner(message)
    Person.objects.filter(pk=firm.ewa.pk).update(acted_at=None)
    Person.objects.filter(pk=silent.pk).update(acted_at=due + DAY)

    alarms.step(due + DAY)

    assert (taken, owner(message)) == ((firm.ewa, firm.ewa) if is_awake else (silent, silent))


def test_whoever_acted_since_it_fell_due_is_not_silent(firm, lead):
    firm.team.takes_from_silent, firm.team.standing_cover = True, firm.ewa
    firm.team.save()
    message = receive()
    alarms.step(due_at(message))
    actions.note(message.conversation, owner(message), "I am on it", due_at(message) + SECOND)

    alarms.step(due_at(message) + HOUR)

    assert owner(message) == firm.jan


# Rank.


def test_a_customer_we_failed_ranks_before_one_we_did_not(firm):
    late = receive(sender="failed@example.org")
    sent(answer(late.conversation, firm.jan, at=NINE + 9 * HOUR), NINE + 9 * HOUR)
    receive(sender="new@example.org", at=NINE + 10 * HOUR)
    receive("Again", sender="failed@example.org", at=NINE + 12 * HOUR)

    first, second = Owed.objects.open().most_pressing_first()

    assert (first.failures, second.failures) == (1, 0)
    assert first.opened_at > second.opened_at


# Customers are told.


@pytest.fixture
def telling(firm):
    firm.team.tells_who_has_it = True
    firm.team.save()
    firm.account.settings = {"smtp": {"host": "127.0.0.1"}, "receipts": True}
    firm.account.save()
    return firm


def notices():
    return list(Message.objects.filter(automatic="cover"))


def test_whoever_waits_is_told_once_who_has_it_and_it_pays_nothing(telling):
    message = receive()
    plan(telling.jan, telling.ola)
    leave.step(FIRST)

    told = [cover_notice.step(FIRST), cover_notice.step(FIRST), cover_notice.step(FIRST - DAY)]

    [notice] = notices()
    assert told == [1, 0, 0]
    assert ("jan is away" in notice.text, "with ola now" in notice.text) == (True, True)
    assert (notice.pays, notice.author, notice.to_address) == ([], None, factory.ALA)
    assert letter.write(notice).automatic
    sent(notice, FIRST + HOUR)
    assert debt(message).state == "open"


def test_whose_debts_were_paid_and_who_waits_for_somebody_else_is_told_nothing(telling):
    answered, other = receive(), receive(sender="other@example.org")
    sent(answer(answered.conversation, owner(answered)))
    plan(owner(answered), telling.ewa)
    leave.step(FIRST)

    cover_notice.step(FIRST)

    assert notices() == []
    assert owner(other) != owner(answered)


def test_one_address_gets_one_notice_for_all_its_matters(telling):
    for n in range(6):
        receive(f"Matter {n}")
    plan(telling.jan, telling.ola)
    leave.step(FIRST)

    cover_notice.step(FIRST)

    assert len(notices()) == 1


def test_nobody_is_told_where_the_team_does_not_want_it(telling):
    telling.team.tells_who_has_it = False
    telling.team.save()
    receive()
    plan(telling.jan, telling.ola)
    leave.step(FIRST)

    cover_notice.step(FIRST)

    assert notices() == []
