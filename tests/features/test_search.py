"""Search: what is written is found, by whom it may be, on both databases alike; and nothing is left out."""

from datetime import UTC, timedelta

import pytest
from django.db import connection

from odzew.conversations.models import Attachment, Conversation, Message
from odzew.customers.models import Customer
from odzew.search import find, index, query, triggers
from odzew.search.models import Indexed, IndexState, ToIndex
from odzew.staff.models import Role, Team
from tests.domain.examples import HOUR, NINE
from tests.features.factory import answer, debt, firm, person, receive, sent

pytestmark = pytest.mark.django_db
INVOICE = "Proszę o fakturę za zamówienie FV/2024/117, płatność już poszła."


@pytest.fixture
def shop():
    return firm()


def indexed():
    while index.step():
        pass


def found(text, who, now=NINE, **told):
    asked = query.read(text, UTC)
    assert asked.problems == []
    return find.page(asked, who, now, **told).messages


@pytest.mark.parametrize(
    "text",
    [
        "faktury",
        "FAKTURA",
        "fakture",
        "platnosci",
        "FV/2024/1",
        "fv/2024/117",
        "117",
        '"za zamówienie"',
        "pros*",
    ],
)
def test_a_word_is_found_in_another_form_by_its_beginning_and_without_diacritics(shop, text):
    said = receive(INVOICE, language="pl")
    receive("Zwrot pieniędzy.", language="pl", sender="other@example.org")
    indexed()

    assert found(text, shop.jan) == [said.pk]


@pytest.mark.parametrize(
    "text", ["zwrot", '"zamówienie za"', "faktury zwrot", '"faktury"', "rosz", "2024/118"]
)
def test_what_is_not_said_is_not_found(shop, text):
    receive(INVOICE, language="pl")
    indexed()

    assert found(text, shop.jan) == []


def test_names_addresses_subjects_and_files_are_found(shop):
    said = receive("Hello.", sender="anna.kowalska@example.org", name="Anna Kowalska")
    Message.objects.filter(pk=said.pk).update(subject="Rękojmia", from_name="Anna Kowalska")
    Attachment.objects.create(
        message=said, index=1, filename="umowa_najmu.pdf", content_type="a/b", size=1, sha256="0"
    )
    indexed()

    for text in ("kowal", "Kowalskiej", "anna.kowalska@exam", "rękojmi", "umowy", "umowa_najmu.pdf"):
        assert found(text, shop.jan) == [said.pk], text
    for text in ("from:kowal", "from:anna.kowalska@example.org", "od:anny hello", "has:attachment"):
        assert found(text, shop.jan) == [said.pk], text
    assert found("to:kowal", shop.jan) == []


def test_an_answer_is_found_by_whom_it_is_for_and_who_wrote_it(shop):
    said = receive()
    replied = sent(answer(said.conversation, shop.jan, text="It left on Monday."))
    indexed()

    assert found("to:ala", shop.jan) == [replied.pk]
    assert found("from:jan monday", shop.jan) == [replied.pk]
    assert found("from:ala", shop.jan) == [said.pk]


def test_filters_of_the_books_look_at_what_is_owed_now(shop):
    paid, owed = receive("Parcel one."), receive("Parcel two.", sender="eva@example.org")
    sent(answer(paid.conversation, shop.jan))
    indexed()
    owner = debt(owed).owner
    late = debt(owed).due_at + HOUR

    assert found("parcel is:owed from:eva", shop.jan) == [owed.pk]
    assert found("two jest:spóźnione", shop.jan) == []
    assert found("two is:late", shop.jan, now=late) == [owed.pk]
    assert found("two owner:me", owner) == [owed.pk]
    assert found(f"two owner:{owner.name}", shop.jan) == [owed.pk]
    assert found("two owner:nobody", shop.jan) == []


def test_days_are_those_of_the_one_who_asks(shop):
    first = receive("Parcel.", at=NINE)
    second = receive("Parcel again.", at=NINE + timedelta(days=1))
    indexed()
    day = (NINE + timedelta(days=1)).date()

    assert found(f"parcel before:{day}", shop.jan) == [first.pk]
    assert found(f"parcel after:{day:%d.%m.%Y}", shop.jan) == [second.pk]
    assert found(f"after:{day}", shop.jan) == [second.pk]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status:open", "status"),
        ("after:soon", "soon"),
        ("is:happy", "happy"),
        ("a" * 400, "long"),
        (" ".join(f"word{n}" for n in range(13)), "many"),
    ],
)
def test_what_is_not_understood_is_said(text, said):
    problems = query.read(text, UTC).problems

    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize(
    "text", ['"', '""', "***", "a:", ":", "NEAR(", "' OR 1=1 --", "a'b:c*\\", "🙂", "#", "%s"]
)
def test_no_sign_breaks_the_question(shop, text):
    receive("NEAR and OR.")
    indexed()
    asked = query.read(text, UTC)

    if not asked.problems:
        find.page(asked, shop.jan, NINE)


def test_nobody_finds_what_another_team_keeps(shop):
    ours = receive("Parcel.")
    indexed()
    stranger = person("stranger", team=Team.objects.create(name="other"))
    boss = person("boss", role=Role.ADMINISTRATOR)

    assert found("parcel", shop.jan) == found("parcel", boss) == [ours.pk]
    assert found("parcel", stranger) == found("is:owed", stranger) == found("after:2000", stranger) == []


def test_a_debt_handed_to_another_team_makes_its_conversation_findable(shop):
    ours = receive("Parcel.")
    stranger = person("stranger", team=Team.objects.create(name="other"))
    indexed()
    from odzew.conversations import actions

    actions.hand_over(ours.conversation, shop.jan, [debt().pk], stranger, "He knows it.", NINE + HOUR)

    assert found("parcel", stranger) == [ours.pk]


def test_a_change_of_team_is_in_force_at_once_for_who_lost_it_and_soon_for_who_got_it(shop):
    ours = receive("Parcel.")
    indexed()
    other = Team.objects.create(name="other")
    gets_it = person("gets", team=other)
    colleague = shop.people[2]
    Conversation.objects.update(team=other)

    debts = {debt().owner_id}
    loser = next(one for one in shop.people if one.pk not in debts) or colleague
    assert found("parcel", loser) == []
    indexed()
    assert found("parcel", gets_it) == [ours.pk]


def test_pages_follow_each_other_without_a_gap(shop):
    said = [receive("Parcel.", sender=f"c{n}@example.org", at=NINE + n * HOUR).pk for n in range(7)]
    indexed()
    asked, pages, below = query.read("parcel", UTC), [], None
    while True:
        page = find.page(asked, shop.jan, NINE, below=below, size=3)
        pages += page.messages
        below = page.below
        if below is None:
            break

    assert pages == said[::-1]


def test_a_page_ends_where_too_much_was_looked_at_and_says_where_to_go_on(shop, monkeypatch):
    said = [receive("Parcel.", sender=f"c{n}@example.org", at=NINE + n * HOUR).pk for n in range(6)]
    indexed()
    monkeypatch.setattr(find, "_FIRST", 2)
    monkeypatch.setattr(find, "_GROWS", 1)
    monkeypatch.setattr(find, "_LOOKED_AT", 4)
    asked = query.read("parcel from:c0 owner:me", UTC)
    asked.groups.pop()  # the index itself does not help
    asked.owner = "nobody"

    page = find.page(asked, shop.jan, NINE)

    assert page.messages == []
    assert page.below is not None
    assert find.page(query.read("parcel", UTC), shop.jan, NINE, below=page.below).messages == said[1::-1]


def test_whatever_changes_the_words_of_a_message_is_followed(shop):
    said = receive("Parcel.")
    file = Attachment.objects.create(
        message=said, index=1, filename="old.pdf", content_type="a/b", size=1, sha256="0"
    )
    indexed()
    assert found("old", shop.jan) == [said.pk]

    Message.objects.filter(pk=said.pk).update(text="Package.", at=NINE + HOUR)
    Attachment.objects.filter(pk=file.pk).update(filename="new.pdf")
    Customer.objects.filter(pk=said.conversation.customer_id).update(name="Alicja")
    Conversation.objects.filter(pk=said.conversation_id).update(subject="Renamed")
    indexed()

    assert found("new package renamed alicja", shop.jan) == [said.pk]
    assert found("old", shop.jan) == []
    assert index.findings() == []


def test_a_message_that_is_gone_is_forgotten(shop):
    said = receive("Parcel.")
    indexed()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM odzew_message WHERE id = %s", [said.pk])
        indexed()

        assert index.findings() == []
        assert not Indexed.objects.exists()
        cursor.execute(
            "INSERT INTO odzew_indexed (message, place) VALUES (%s, 1)", [said.pk]
        )  # as a broken index would
    assert index.findings() != []
    assert found("after:1900", shop.jan) == []
    Indexed.objects.all().delete()
    ToIndex.objects.all().delete()
    _restore(said)


def _restore(said):
    said.save(force_insert=True)


def test_what_is_not_in_the_index_is_told(shop):
    said = receive("Parcel.")
    assert any("wait" in finding for finding in index.findings())

    ToIndex.objects.all().delete()

    assert any(str(said.pk) in finding for finding in index.findings())


def test_who_was_overtaken_writes_nothing(shop, monkeypatch):
    said = receive("Parcel.")
    read = index.words.of_messages

    def slow(numbers):
        old = read(numbers)
        Message.objects.filter(pk=said.pk).update(text="Package.")
        monkeypatch.setattr(index.words, "of_messages", read)
        assert index.step() == 1  # another worker, which has seen the change
        return old

    monkeypatch.setattr(index.words, "of_messages", slow)

    assert index.step() == 0
    assert found("package", shop.jan) == [said.pk]


def test_a_step_that_fails_leaves_its_marks(shop, monkeypatch):
    said = receive("Parcel.")
    monkeypatch.setattr(index.of_database(), "write", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        index.step()
    monkeypatch.undo()

    assert ToIndex.objects.filter(message=said.pk).exists()
    indexed()
    assert found("parcel", shop.jan) == [said.pk]


def test_an_index_made_otherwise_is_made_anew(shop):
    receive("Parcel.")
    indexed()
    IndexState.objects.update(made_by="something older")

    index.prepare()

    assert index.waiting(10) == 1
    index.prepare()
    assert index.waiting(10) == 1


def test_a_trigger_that_was_lost_is_put_back_and_everything_marked(shop):
    receive("Parcel.")
    indexed()
    of_table = " ON odzew_message" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER words_message_new{of_table}")
    assert [trigger.name for trigger in triggers.missing()] == ["words_message_new"]

    index.prepare()

    assert triggers.missing() == []
    assert index.waiting(10) == 1
