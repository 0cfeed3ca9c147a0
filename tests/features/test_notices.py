"""What a person is told of: once, in time, and no more once it is done."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from odzew.conversations import actions, replying, settling
from odzew.conversations.models import Message
from odzew.conversations.promising import Promised
from odzew.ledger import alarms, leave
from odzew.notices import follow, old, reading, telling
from odzew.notices.models import Kind, Notice, Told, Watch
from odzew.staff import absences
from odzew.staff.absence import Absence
from odzew.staff.models import Role, Team
from tests.domain.examples import DAY, HOUR, NINE
from tests.features import factory
from tests.features.at_once import together
from tests.features.factory import answer, debt, person, receive, report, sent

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
DUE = NINE + 8 * HOUR


@pytest.fixture
def firm():
    made = factory.firm()
    yield made
    assert factory.findings() == []


def catch_up(at: datetime) -> None:
    while follow.step(at):
        pass


def told(who, *, standing: bool = True) -> list[tuple[str, int]]:
    rows = Notice.objects.visible_to(who)
    rows = rows.standing() if standing else rows
    return [(row.kind, row.count) for row in rows.order_by("pk")]


def test_a_new_mail_tells_whoever_owes_the_answer_once(firm):
    mail = receive()

    catch_up(NINE)
    catch_up(NINE + HOUR)

    assert told(firm.jan) == [("owed", 1)]
    notice = Notice.objects.get()
    assert (notice.conversation, notice.message) == (mail.conversation_id, mail.pk)


def test_who_writes_again_raises_the_count_until_it_was_read(firm):
    talk = receive().conversation
    receive("Well?", into=talk, at=NINE + HOUR)
    catch_up(NINE + HOUR)
    assert told(firm.jan) == [("owed", 2)]

    reading.read_of(firm.jan, talk.pk, NINE + HOUR)
    receive("And now?", into=talk, at=NINE + 2 * HOUR)
    catch_up(NINE + 2 * HOUR)

    assert told(firm.jan) == [("owed", 1)]
    assert told(firm.jan, standing=False) == [("owed", 2), ("owed", 1)]


def test_nobody_is_told_of_his_own_act_and_the_other_is(firm):
    talk = receive().conversation
    actions.promise(talk, firm.jan, "I will look.", NINE + DAY, NINE)
    replying.reply(
        talk, firm.jan, "Ola will call.", NINE, pays=[], promises=[Promised("call", NINE + DAY, firm.ola)]
    )

    catch_up(NINE)

    assert told(firm.jan) == [("owed", 1)]
    message = Message.objects.exclude(purpose="").get(author=firm.jan)
    sent(message)
    catch_up(NINE + HOUR)
    assert told(firm.ola) == [("owed", 1)]
    assert Notice.objects.visible_to(firm.ola).get().by == firm.jan.pk


def test_what_is_handed_over_is_told_to_the_next_and_taken_back_from_the_last(firm):
    talk = receive().conversation
    catch_up(NINE)

    actions.hand_over(talk, firm.jan, [debt().pk], firm.ola, "She knows.", NINE + HOUR)
    catch_up(NINE + HOUR)

    assert (told(firm.jan), told(firm.ola)) == ([], [("owed", 1)])


def test_who_keeps_at_the_end_of_an_absence_what_she_had_is_told_once(firm):
    receive()
    absence = absences.plan(
        firm.jan, firm.jan, NINE + HOUR, NINE + DAY, NINE, covers=[firm.ola], at_end=Absence.AtEnd.STAY
    )
    absences.answer(absence.covers.get(), NINE, yes=True)
    catch_up(NINE)

    for moment in (NINE + HOUR, NINE + DAY):
        leave.step(moment)
        catch_up(moment)

    assert (debt().owner, ("owed", 1) in told(firm.ola)) == (firm.ola, True)


def test_what_is_paid_is_taken_back(firm):
    message = receive()
    catch_up(DUE - HOUR)
    assert told(firm.jan) == [("owed", 1), ("soon", 1)]

    sent(answer(message.conversation, firm.jan, at=DUE - HOUR), at=DUE - HOUR)
    catch_up(DUE - HOUR)

    assert told(firm.jan) == []
    assert all(row.settled_at for row in Notice.objects.all())


def test_about_to_become_late_is_told_in_working_time_before_it_is(firm):
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.update(timezone="UTC", hours=week, answer_minutes=600)
    monday = datetime(2026, 11, 16, 9, tzinfo=NINE.tzinfo)
    receive(at=monday)  # due on Tuesday at eleven; an hour of work before it is ten
    catch_up(monday)

    catch_up(monday + DAY + 59 * MINUTE)
    assert told(firm.jan) == [("owed", 1)]
    catch_up(monday + DAY + HOUR)

    assert told(firm.jan) == [("owed", 1), ("soon", 1)]
    assert not Watch.objects.exists()


def test_a_promise_too_near_for_a_warning_is_warned_of_half_way(firm):
    talk = receive().conversation
    actions.promise(talk, firm.jan, "In a moment.", NINE + 20 * MINUTE, NINE)
    catch_up(NINE + 9 * MINUTE)
    assert ("soon", 1) not in told(firm.jan)

    catch_up(NINE + 10 * MINUTE)

    assert told(firm.jan) == [("owed", 1), ("soon", 1)]


def test_a_new_date_is_warned_of_anew(firm):
    talk = receive().conversation
    promise = actions.promise(talk, firm.jan, "Today.", NINE + 2 * HOUR, NINE)
    catch_up(NINE + HOUR)
    assert ("soon", 1) in told(firm.jan)

    actions.postpone(talk, firm.jan, promise.id, NINE + 4 * HOUR, "It takes longer.", NINE + HOUR)
    catch_up(NINE + HOUR)
    assert ("soon", 1) not in told(firm.jan)

    catch_up(NINE + 3 * HOUR)
    assert ("soon", 1) in told(firm.jan)


def test_what_became_late_is_told_to_its_owner_then_to_the_lead(firm):
    lead = person("Lea", role=Role.LEAD, team=firm.team)
    Team.objects.update(lead=lead, lead_after_minutes=60)
    receive()
    alarms.step(DUE + MINUTE)
    catch_up(DUE + MINUTE)
    assert (("late", 1) in told(firm.jan), told(lead)) == (True, [])

    alarms.step(DUE + 2 * HOUR)
    catch_up(DUE + 2 * HOUR)

    assert told(lead) == [("late", 1)]
    assert told(firm.jan).count(("late", 1)) == 1


def test_after_a_night_down_each_hears_once_of_what_is_still_owed_and_of_nothing_else(firm):
    lead = person("Lea", role=Role.LEAD)
    Team.objects.update(manager=lead)
    answered = receive()
    sent(answer(answered.conversation, firm.jan))
    receive("Hello?", sender="b@example.org")
    alarms.step(DUE + DAY)  # it had missed the step of the owner

    catch_up(DUE + DAY)

    owner = debt(Message.objects.latest("pk")).owner
    assert told(owner) == [("owed", 1), ("late", 1)]
    assert [row.kind for row in Notice.objects.exclude(person=owner)] == ["late"]


def test_a_bounce_tells_its_author_and_whoever_owes_it_again(firm):
    talk = receive().conversation
    out = sent(answer(talk, firm.ola))
    report(talk.address, about=out.message_id)

    catch_up(NINE + 3 * HOUR)

    assert told(firm.ola) == [("failed", 1)]
    assert told(firm.jan) == [("failed", 1)]


def test_a_reply_in_doubt_tells_its_author_until_it_is_settled(firm):
    message = answer(receive().conversation, firm.ola)
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENDING)
    settling.in_doubt(message, "The desk stopped.", NINE + HOUR)
    catch_up(NINE + HOUR)
    assert told(firm.ola) == [("doubt", 1)]

    settling.found_sent(Message.objects.get(pk=message.pk), firm.ola, NINE + 2 * HOUR)
    catch_up(NINE + 2 * HOUR)

    assert told(firm.ola) == []


def test_what_is_told_is_told_once_whoever_takes_it_and_never_to_whom_has_left(firm):
    talk = receive().conversation
    catch_up(NINE)
    telling.tell(firm.ola.pk, Kind.MENTION, talk.pk, NINE, by=firm.jan.pk, message=7)
    telling.tell(firm.jan.pk, Kind.MENTION, talk.pk, NINE, by=firm.jan.pk)
    gone = person("gone", team=firm.team, is_active=False)
    telling.tell(gone.pk, Kind.FOLLOWED, talk.pk, NINE)

    catch_up(NINE)
    catch_up(NINE)

    assert told(firm.ola) == [("mention", 1)]
    assert told(gone) == []
    assert told(firm.jan) == [("owed", 1)]
    assert not Told.objects.exists()


def test_one_press_leads_to_the_place_and_marks_it_read(firm, client: Client):
    mail = receive()
    catch_up(NINE)
    client.force_login(firm.jan)
    notice = Notice.objects.get()

    page = client.get("/notices/").content.decode()
    assert f'href="/notices/{notice.pk}/"' in page
    gone_to = client.get(f"/notices/{notice.pk}/")

    assert gone_to.headers["Location"] == f"/conversations/{mail.conversation_id}/#message-{mail.pk}"
    assert reading.unread(firm.jan) == 0


def test_all_that_was_on_the_page_is_read_and_what_came_since_is_not(firm, client: Client):
    receive()
    catch_up(NINE)
    seen = Notice.objects.get()
    telling.tell(firm.jan.pk, Kind.FOLLOWED, seen.conversation, NINE)
    catch_up(NINE)
    client.force_login(firm.jan)

    client.post("/notices/read", {"until": seen.pk})

    assert told(firm.jan) == [("followed", 1)]


def test_opening_the_conversation_reads_what_led_to_it(firm, client: Client):
    talk = receive().conversation
    catch_up(NINE)
    client.force_login(firm.jan)

    client.get(f"/conversations/{talk.pk}/")

    assert reading.unread(firm.jan) == 0


def test_a_long_list_is_paged(firm, client: Client):
    for number in range(60):
        telling.tell(firm.jan.pk, Kind.MENTION, number + 1_000, NINE + number * MINUTE)
    catch_up(NINE + HOUR)
    client.force_login(firm.jan)

    first = client.get("/notices/")
    second = client.get(f"/notices/{first.context['after']}")

    assert [len(page.context["rows"]) for page in (first, second)] == [50, 10]
    assert second.context["after"] == ""


def test_notices_go_after_a_while_and_what_they_told_of_stays(firm):
    receive()
    catch_up(NINE)

    old.step(NINE + 90 * DAY)
    assert Notice.objects.count() == 1
    old.step(NINE + 91 * DAY)

    assert not Notice.objects.exists()
    assert debt().state == "open"


@pytest.mark.django_db(transaction=True)
def test_many_makers_tellers_and_a_reader_at_once_make_each_notice_once(firm):
    talk = receive().conversation
    reader = firm.ola

    def make():
        for _ in range(40):
            follow.step(NINE)

    def tell():
        for number in range(20):
            telling.tell(reader.pk, Kind.MENTION, number, NINE)

    def read():
        for _ in range(20):
            reading.read_all(reader, 10**9, NINE)

    together(make, make, make, tell, read)
    catch_up(NINE)

    mentions = Notice.objects.visible_to(reader).filter(kind=Kind.MENTION)
    assert sorted(mentions.values_list("conversation", flat=True)) == list(range(20))
    assert told(firm.jan) == [("owed", 1)]
    assert Notice.objects.visible_to(firm.jan).get().conversation == talk.pk
