"""Conversations are merged and split, and taken back, and nothing is lost or doubled (docs/adr/0031)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from odzew.conversations import (
    actions,
    drafts,
    happening,
    merging,
    parting,
    replying,
    status_link,
    tagging,
    uniting,
    verdicts,
)
from odzew.conversations.holding import NotAllowed
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.conversations.tag import Tagged
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused
from odzew.intake.models import Raw
from odzew.ledger import books, reports
from odzew.ledger.models import Entry, Owed
from odzew.outbox import letter as outgoing
from odzew.portal import letters, matter
from odzew.staff.models import Role, Team
from tests.domain.examples import HOUR, NINE
from tests.features import factory

pytestmark = pytest.mark.django_db
LATER = NINE + 2 * HOUR
UNTIL = NINE + 30 * HOUR


@pytest.fixture
def firm():
    return factory.firm()


@pytest.fixture
def two(firm):
    """Two conversations of one customer, each with an open answer."""
    return [factory.receive(text).conversation for text in ("Where is my parcel?", "Is the parcel late?")]


def fresh(talk):
    return Conversation.objects.get(pk=talk.pk)


def union():
    return Union.objects.latest("pk")


def texts(talk):
    return list(talk.messages.order_by("at", "pk").values_list("own_words", flat=True))


def tables():
    """Return what a merge that is taken back must leave as it was."""
    owed = Owed.objects.order_by("pk").values(
        "pk", "conversation", "owner", "opened_at", "due_at", "press_at", "state"
    )
    talks = Conversation.objects.order_by("pk").values(
        "pk", "status", "closed_at", "closing", "last_at", "address", "stands_for", "subject"
    )
    said = Message.objects.order_by("pk").values("pk", "conversation", "origin", "at", "state", "pays")
    tags = Tagged.objects.order_by("conversation", "tag").values_list("conversation", "tag")
    begun = drafts.Draft.objects.order_by("pk").values("pk", "conversation", "text", "beside")
    return [list(rows) for rows in (owed, talks, said, tags, begun)]


def sound():
    assert factory.findings() == []
    assert reports.balances()["difference"] == 0
    return True


def test_two_conversations_become_one_with_all_that_was_said_and_is_owed(firm, two):
    before = {debt.pk: debt for debt in Owed.objects.all()}

    root = uniting.unite(*two[:1], two[1:], firm.ola, LATER)

    assert root == two[0]
    assert texts(two[0]) == ["Where is my parcel?", "Is the parcel late?"]
    assert texts(two[1]) == []
    assert [m.origin_id for m in root.messages.order_by("pk")] == [None, two[1].pk]
    for debt in Owed.objects.all():
        was = before[debt.pk]
        assert debt.conversation == root.pk
        assert (debt.owner, debt.opened_at, debt.due_at, debt.press_at) == (
            was.owner,
            was.opened_at,
            was.due_at,
            was.press_at,
        )
    assert sound()


def test_taking_it_back_gives_each_what_it_had(firm, two):
    for name, talk in (("old", two[0]), ("both", two[0]), ("both", two[1]), ("new", two[1])):
        tagging.add(talk, firm.jan, name, NINE)
    drafts.keep(two[1], firm.jan, drafts.Written(page="p", text="Dear"), NINE)
    actions.promise(two[1], firm.ola, "We call", UNTIL, NINE)
    before = tables()
    uniting.unite(two[0], [two[1]], firm.ola, LATER)
    assert Tagged.objects.filter(conversation=two[0]).count() == 3
    assert drafts.of(two[0], firm.jan).text == "Dear"

    uniting.undo(union(), firm.jan, LATER + HOUR)

    assert tables() == before
    assert (union().undone_by, union().undone_at) == (firm.jan, LATER + HOUR)
    assert sound()


def test_a_closed_conversation_opens_by_what_is_merged_into_it_and_closes_again(firm, two):
    factory.sent(factory.answer(two[0], firm.jan))
    actions.close(two[0], firm.jan, LATER)
    before = tables()

    uniting.unite(fresh(two[0]), [two[1]], firm.jan, LATER)
    assert fresh(two[0]).status == "open"
    assert actions.close(fresh(two[0]), firm.jan, LATER) != []
    uniting.undo(union(), firm.jan, LATER)

    assert tables() == before
    assert sound()


def test_closing_the_whole_closes_both(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    factory.sent(factory.answer(fresh(two[0]), firm.jan, at=LATER), LATER)
    assert actions.close(fresh(two[0]), firm.jan, LATER) == []

    uniting.undo(union(), firm.jan, LATER)

    assert [fresh(talk).status for talk in two] == ["closed", "closed"]
    assert sound()


def test_a_mail_to_the_old_reply_address_joins_what_is_left_and_goes_back_with_it(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, NINE + HOUR)

    said = factory.receive("And now?", into=two[1], at=LATER)

    assert (said.conversation, said.origin) == (two[0], two[1])
    assert sum(debt.chasers for debt in Owed.objects.all()) == 1
    uniting.undo(union(), firm.jan, LATER + HOUR)
    said.refresh_from_db()
    assert (said.conversation, said.origin) == (two[1], None)
    assert texts(two[0]) == ["Where is my parcel?"]
    # It had joined the debt that stays: it is owed for where it stands, or joined the one that is owed there.
    assert len(books.open_debts([two[1].pk])) == 1
    assert books.open_debts([two[1].pk])[0].chasers == 1
    assert sound()


def test_a_reply_to_a_letter_that_was_merged_joins_what_is_left(firm, two):
    letter = factory.sent(factory.answer(two[1], firm.jan))
    uniting.unite(two[0], [two[1]], firm.jan, LATER)

    said = factory.receive("Thanks, but no.", references=(letter.message_id,), at=LATER + HOUR)

    assert (said.conversation, said.origin) == (two[0], two[1])
    assert sound()


def test_what_came_since_goes_with_what_it_answers(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, NINE + HOUR)
    [first, second] = books.open_debts([two[0].pk])
    ours = factory.sent(
        factory.answer(fresh(two[0]), firm.jan, second.id, at=LATER, text="It is late."), LATER
    )
    theirs = factory.receive("How late?", references=(ours.message_id,), at=LATER + HOUR)
    stays = factory.receive("And the first?", into=two[0], at=LATER + HOUR)

    uniting.undo(union(), firm.jan, LATER + 2 * HOUR)

    where = dict(Message.objects.values_list("pk", "conversation"))
    assert [where[m.pk] for m in (ours, theirs, stays)] == [two[1].pk, two[1].pk, two[0].pk]
    assert [debt.id for debt in books.open_debts([two[0].pk])] == [first.id]
    assert len(books.open_debts([two[1].pk])) == 1
    assert sound()


def test_an_answer_to_both_that_is_on_its_way_is_waited_for(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, NINE + HOUR)
    ours = factory.answer(fresh(two[0]), firm.jan, at=LATER)

    with pytest.raises(Refused, match="on its way"):
        uniting.undo(union(), firm.jan, LATER)

    factory.sent(ours, LATER)
    uniting.undo(union(), firm.jan, LATER)
    assert books.open_debts([talk.pk for talk in two]) == []
    for talk in two:
        assert actions.close(fresh(talk), firm.jan, LATER) == []
    factory.report("ala@example.org", about=ours.message_id, at=LATER + HOUR)
    assert [fresh(talk).status for talk in two] == ["open", "open"]
    assert sound()


def test_several_are_merged_at_once_and_each_can_be_taken_back(firm, two):
    third = factory.receive("Hello?").conversation
    before = tables()

    uniting.unite(two[0], [third, two[1]], firm.jan, LATER)
    for row in Union.objects.order_by("pk"):
        uniting.undo(row, firm.jan, LATER)

    assert tables() == before
    assert sound()


def test_what_was_merged_before_goes_along_and_comes_back_with_it(firm, two):
    third = factory.receive("Hello?").conversation
    before = tables()
    uniting.unite(two[1], [third], firm.jan, LATER)
    inner = union()
    uniting.unite(two[0], [fresh(two[1])], firm.jan, LATER)
    outer = union()
    assert fresh(third).stands_for == two[0]
    assert len(texts(two[0])) == 3

    uniting.undo(outer, firm.jan, LATER)
    assert len(texts(two[1])) == 2
    uniting.unite(two[0], [fresh(two[1])], firm.jan, LATER)
    uniting.undo(inner, firm.jan, LATER)
    assert texts(third) == ["Hello?"]
    uniting.undo(union(), firm.jan, LATER)

    assert tables() == before
    assert sound()


def test_pressing_twice_does_it_once(firm, two):
    for _ in range(2):
        uniting.unite(two[0], [fresh(two[1])], firm.jan, LATER)
    assert Union.objects.count() == 1
    row = union()
    for person in (firm.jan, firm.ola):
        uniting.undo(row, person, LATER)

    assert union().undone_by == firm.jan
    assert Entry.objects.filter(kind="moved").count() == 2


def test_a_reader_merges_and_splits_nothing(firm, two):
    reader = factory.person("reader", role=Role.READER, team=firm.team)

    with pytest.raises(NotAllowed):
        uniting.unite(two[0], [two[1]], reader, LATER)
    with pytest.raises(NotAllowed):
        parting.split(two[0], [1], "x", reader, LATER)


def test_other_customers_teams_and_third_parties_stay_apart(firm, two):
    other = factory.receive(sender="bob@example.org").conversation
    with pytest.raises(Refused, match="two customers"):
        uniting.unite(two[0], [other], firm.jan, LATER)
    merging.merge(two[0].customer, other.customer, firm.jan, "The same phone.", LATER)
    uniting.unite(two[0], [other], firm.jan, LATER)
    assert len(texts(two[0])) == 2

    Conversation.objects.filter(pk=two[1].pk).update(team=Team.objects.create(name="office"))
    with pytest.raises(Refused, match="two teams"):
        uniting.unite(two[0], [fresh(two[1])], firm.jan, LATER)
    with pytest.raises(Refused, match="Choose another"):
        uniting.unite(two[0], [two[0]], firm.jan, LATER)
    assert sound()


def test_customers_whose_conversations_are_merged_are_not_split_before(firm, two):
    other = factory.receive(sender="bob@example.org").conversation
    joined = merging.merge(two[0].customer, other.customer, firm.jan, "The same phone.", LATER)
    uniting.unite(two[0], [other], firm.jan, LATER)

    with pytest.raises(Refused, match="merged"):
        merging.split(joined, firm.jan, "They are two.", LATER)

    uniting.undo(union(), firm.jan, LATER)
    merging.split(joined, firm.jan, "They are two.", LATER)
    assert Customer.objects.filter(stands_for__isnull=False).count() == 0


def second_of(talk, text="Something else: an invoice, please.", **told):
    return factory.receive(text, into=talk, at=NINE + HOUR, **told)


def test_a_message_that_is_split_off_is_owed_an_answer_of_its_own(firm, two):
    said = second_of(two[0])
    [debt] = books.open_debts([two[0].pk])

    part = parting.split(two[0], [said.pk], "Invoice", firm.ola, LATER)

    assert (part.subject, part.customer, part.address, part.split_from) == (
        "Invoice",
        two[0].customer,
        two[0].address,
        two[0],
    )
    assert texts(part) == ["Something else: an invoice, please."]
    [own] = books.open_debts([part.pk])
    assert (own.opened_at, own.owner, own.conversation) == (said.at, debt.owner, part.pk)
    assert books.open_debts([two[0].pk]) == [debt]
    assert sound()


def test_a_split_taken_back_leaves_what_was_before(firm, two):
    said = second_of(two[0])
    [debt] = books.open_debts([two[0].pk])
    part = parting.split(two[0], [said.pk], "Invoice", firm.ola, LATER)
    news = factory.receive("Well?", into=part, at=LATER + HOUR)

    parting.undo(Parting.objects.get(), firm.jan, LATER + 2 * HOUR)

    assert len(texts(two[0])) == 3
    said.refresh_from_db()
    news.refresh_from_db()
    assert (said.origin, news.origin) == (None, part)
    assert books.open_debts([two[0].pk]) == [debt]
    [own] = [one for one in books.debts_of(two[0].pk) if one.id != debt.id]
    assert own.state == "waived"
    assert fresh(part).stands_for == two[0]
    assert factory.receive("More", into=part, at=LATER + 3 * HOUR).conversation == two[0]
    assert sound()


def test_the_first_message_takes_its_debt_along_and_what_stays_is_owed_for(firm, two):
    first = two[0].messages.get()
    said = second_of(two[0])
    [debt] = books.open_debts([two[0].pk])

    part = parting.split(two[0], [first.pk], "", firm.jan, LATER)

    assert part.subject == "Parcel"
    assert [one.id for one in books.open_debts([part.pk])] == [debt.id]
    [own] = books.open_debts([two[0].pk])
    assert own.opened_at == said.at
    assert sound()


def test_several_questions_of_one_message_stay_together_and_their_answer_goes_along(firm, two):
    first = two[0].messages.get()
    factory.sent(factory.answer(two[0], firm.jan, still_open=["And the refund?"]))
    stays = second_of(two[0])
    part = parting.split(two[0], [first.pk], "", firm.jan, LATER)

    assert len(texts(part)) == 2
    assert sorted(str(debt.state) for debt in books.debts_of(part.pk)) == ["open", "paid"]
    assert texts(two[0]) == [stays.own_words]
    assert sound()


def test_a_reply_to_a_letter_sent_before_the_split_follows_it(firm, two):
    first = two[0].messages.get()
    letter = factory.sent(factory.answer(two[0], firm.jan))
    stays = second_of(two[0])
    part = parting.split(two[0], [first.pk], "", firm.jan, LATER)

    follows = factory.receive("Thanks!", into=two[0], references=(letter.message_id,), at=LATER + HOUR)
    other = factory.receive("Well?", into=two[0], references=("<unknown@x>",), at=LATER + HOUR)

    assert (follows.conversation, other.conversation) == (part, stays.conversation)
    assert sound()


def test_both_sides_of_a_split_close_by_the_law_for_themselves(firm, two):
    said = second_of(two[0])
    part = parting.split(two[0], [said.pk], "", firm.jan, LATER)
    factory.sent(factory.answer(part, firm.jan, at=LATER), LATER)

    assert actions.close(part, firm.jan, LATER) == []
    assert [debt.conversation for debt in actions.close(fresh(two[0]), firm.jan, LATER)] == [two[0].pk]
    parting.undo(Parting.objects.get(), firm.jan, LATER)
    assert fresh(two[0]).status == "open"
    assert sound()


def test_a_split_leaves_the_customer_something_on_both_sides(firm, two):
    with pytest.raises(Refused, match="has to stay"):
        parting.split(two[0], [two[0].messages.get().pk], "", firm.jan, LATER)
    note = actions.note(two[0], firm.jan, "Hm.", LATER)
    with pytest.raises(Refused, match="at least one message of the customer"):
        parting.split(two[0], [note.pk, 10**6], "", firm.jan, LATER)


def test_it_stands_in_the_history_of_both(firm, two):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    uniting.undo(union(), firm.jan, LATER + timedelta(minutes=1))
    told = happening.Happening.objects.order_by("pk").values_list("conversation", "what", "text")

    assert list(told) == [
        (two[0].pk, "merged", str(two[1].pk)),
        (two[1].pk, "merged_in", str(two[0].pk)),
        (two[0].pk, "unmerged", str(two[1].pk)),
        (two[1].pk, "unmerged", str(two[0].pk)),
    ]


def page_of(client, talk):
    return client.get(reverse("status", args=[talk.pk, status_link.token(talk)]))


@pytest.fixture
def at_the_page():
    with time_machine.travel(LATER + HOUR, tick=False):
        yield


def test_the_customers_links_keep_working(firm, two, client, at_the_page):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    letters.take(fresh(two[1]), "By my old link.", [], "once", LATER)
    [raw] = Raw.objects.filter(door="page")
    assert f"+{two[1].pk}-" in raw.envelope["to"][0]
    said = factory.receive("By my old link.", raw=raw, into=two[1])

    assert [page_of(client, fresh(talk)).status_code for talk in two] == [200, 200]
    assert (said.conversation, said.origin) == (two[0], two[1])
    for talk in two:
        assert {m.pk for m in matter.messages(fresh(talk))} == set(
            two[0].messages.values_list("pk", flat=True)
        )
        assert matter.owed(fresh(talk)).count() == 2


def test_a_link_shows_nothing_that_was_written_from_another_address(firm, two, client, at_the_page):
    other = factory.receive("Mine.", sender="bob@example.org").conversation
    merging.merge(two[0].customer, other.customer, firm.jan, "The same phone.", LATER)
    uniting.unite(two[0], [other], firm.jan, LATER)
    factory.receive("Mine, too.", sender="bob@example.org", into=other, at=LATER)
    actions.promise(fresh(two[0]), firm.ola, "We call", UNTIL, LATER)

    assert [m.own_words for m in matter.messages(fresh(other)).order_by("pk")] == ["Mine.", "Mine, too."]
    assert [m.own_words for m in matter.messages(fresh(two[0]))] == ["Where is my parcel?"]
    assert [d.kind for d in matter.owed(fresh(other))] == ["answer"]
    assert sorted(d.kind for d in matter.owed(fresh(two[0]))) == ["answer", "promise"]
    assert page_of(client, fresh(other)).status_code == 200
    verdicts.withdraw(two[0], [d.pk for d in matter.owed(fresh(other))], LATER)
    assert sorted(d.kind for d in books.open_debts([two[0].pk])) == ["answer", "promise"]
    assert sound()


def test_the_question_whether_it_answered_is_found_after_a_split(firm, two, client, at_the_page):
    first = two[0].messages.get()
    ours = factory.sent(factory.answer(two[0], firm.jan))
    second_of(two[0])
    parting.split(two[0], [first.pk], "", firm.jan, LATER)
    link = reverse("verdict", args=[two[0].pk, status_link.token(two[0]), ours.pk])

    assert client.get(link).status_code == 200
    client.post(link, {"said": "not-yet"})
    assert len(books.open_debts([Parting.objects.get().part_id])) == 1
    assert sound()


def question(talk, answer):
    return reverse("verdict", args=[talk.pk, status_link.token(fresh(talk)), answer.pk])


def test_a_link_to_one_matter_says_nothing_of_an_answer_in_another(firm, two, client, at_the_page):
    ours = factory.sent(factory.answer(two[1], firm.jan))
    links = [question(talk, ours) for talk in two]
    assert [client.get(link).status_code for link in links] == [404, 200]

    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    uniting.undo(union(), firm.jan, LATER)
    assert client.post(links[0], {"said": "not-yet"}).status_code == 404
    assert books.open_debts([two[1].pk]) == []


def test_a_letter_sent_while_two_were_one_is_found_by_its_link_when_they_are_not(
    firm, two, client, at_the_page
):
    [debt] = books.open_debts([two[1].pk])
    uniting.unite(two[0], [two[1]], firm.jan, NINE)
    ours = factory.sent(factory.answer(fresh(two[0]), firm.jan, debt.id))
    uniting.undo(union(), firm.jan, LATER)
    ours.refresh_from_db()
    assert ours.conversation == two[1]

    assert client.get(question(two[0], ours)).status_code == 200


def test_links_revoked_after_a_split_open_no_answer_that_went_along(firm, two, client, at_the_page):
    first = two[0].messages.get()
    ours = factory.sent(factory.answer(two[0], firm.jan))
    second_of(two[0])
    part = parting.split(two[0], [first.pk], "", firm.jan, LATER)
    link = question(two[0], ours)
    assert client.get(link).status_code == 200

    actions.revoke_links(part, firm.jan)

    assert client.get(link).status_code == 404


def test_a_letter_quotes_and_names_only_what_was_said_with_whom_it_goes_to(firm, two):
    bob = "bob@example.org"
    other = factory.receive("My own secret.", sender=bob, message_id="<bob@example.org>").conversation
    merging.merge(two[0].customer, other.customer, firm.jan, "The same phone.", LATER)
    uniting.unite(two[0], [other], firm.jan, LATER)
    factory.receive("One more.", sender=bob, into=other, at=LATER, message_id="<more@example.org>")

    mine = second_of(two[0], message_id="<ala@example.org>")
    to_ala = outgoing.write(replying.reply(fresh(two[0]), firm.jan, "So.", LATER + HOUR, pays=[]))
    assert (to_ala.to[0][1], to_ala.in_reply_to) == (factory.ALA, "<ala@example.org>")
    assert to_ala.references == ("<ala@example.org>",)
    assert "> Something else" in to_ala.text
    assert "One more" not in to_ala.text

    his = other.came.values_list("pk", flat=True)
    part = parting.split(fresh(two[0]), [mine.pk, *his], "", firm.jan, LATER + HOUR)
    to_bob = outgoing.write(replying.reply(part, firm.jan, "So.", LATER + 2 * HOUR, pays=[]))
    assert (to_bob.to[0][1], to_bob.in_reply_to) == (bob, "<more@example.org>")
    assert to_bob.references == ("<bob@example.org>", "<more@example.org>")


def test_who_wants_replies_elsewhere_is_quoted_there(firm):
    said = factory.receive(reply_to="ala@elsewhere.example", message_id="<1@x>")

    sent = outgoing.write(replying.reply(said.conversation, firm.jan, "So.", LATER, pays=[]))

    assert sent.to[0][1] == "ala@elsewhere.example"
    assert "> Where is my parcel?" in sent.text


def test_revoking_the_links_revokes_those_of_what_was_merged(firm, two, client, at_the_page):
    uniting.unite(two[0], [two[1]], firm.jan, LATER)
    before = [reverse("status", args=[talk.pk, status_link.token(fresh(talk))]) for talk in two]

    actions.revoke_links(fresh(two[0]), firm.jan)

    assert [client.get(link).status_code for link in before] == [410, 410]
