"""A question that is composed once gives what the query set gives, for whatever values it is asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count, Exists, OuterRef
from django.template import Context, Template
from django.utils import translation

from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer, Identity
from odzew.ledger.models import Owed
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.staff.models import Person, Team
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
EVERYTHING = Ready(
    lambda address, team: (
        Conversation.objects.filter(address=address, team=team)
        .select_related("customer", "beside")
        .annotate(said=Count("messages"), is_theirs=Exists(Team.objects.filter(pk=OuterRef("team"))))
        .order_by("-last_at")
    )
)


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    for name in ("ala", "ala", "ola"):
        desk.deliver(letter(sender=f"{name}@example.org", subject=f"{name} {desk.clock}"))
    return desk


@pytest.mark.parametrize(("address", "count"), [("ala@example.org", 2), ("ola@example.org", 1), ("'%s", 0)])
def test_a_ready_question_gives_the_rows_of_the_query_set(desk: Desk, address: str, count: int) -> None:
    rows = EVERYTHING(address, desk.team.pk)
    expected = list(EVERYTHING.compose(address, desk.team.pk))

    assert len(rows) == count
    assert rows == expected
    for row, same in zip(rows, expected, strict=True):
        assert (row.customer, row.beside, row.last_at) == (same.customer, None, same.last_at)
        assert (vars(row)["said"], vars(row)["is_theirs"]) == (1, True)
        assert vars(row).keys() == vars(same).keys()


def test_a_ready_question_is_asked_anew_each_time(desk: Desk) -> None:
    numbers = Ready(
        lambda person: Owed.objects.filter(owner=person).order_by("pk").values_list("pk", flat=True)
    )
    mine, others = numbers(desk.agent.pk), numbers(desk.lead.pk)
    handed = Owed.objects.filter(pk=mine[0]).update(owner=desk.lead)

    assert (len(mine) + len(others), handed) == (3, 1)
    assert numbers(desk.lead.pk) == sorted([*others, mine[0]])
    assert numbers(desk.agent.pk) == mine[1:]


def test_a_ready_question_gives_tuples_where_the_query_set_does(desk: Desk) -> None:
    names = Ready(lambda kind: Identity.objects.filter(kind=kind).order_by("pk").values_list("kind", "value"))

    assert names("email")[0] == ("email", "ala@example.org")


def test_a_question_that_forgets_a_value_is_refused(desk: Desk) -> None:
    with pytest.raises(LookupError):
        Ready(lambda number, _forgotten: Customer.objects.filter(pk=number))(1, 2)
    with pytest.raises(LookupError):  # it decided by the value
        Ready(lambda team: Message.objects.filter(conversation__team=1 if team else 2))(1)


def test_words_of_a_page_are_kept_for_each_language() -> None:
    page = Template(
        '{% load i18n desk %}{% translate "Close" %} {% translate "Agent" context "role" %} '
        "{% translate word %} {% translate 'Close' as said %}[{{ said }}]"
    )
    said = {}
    for language in ("pl", "en", "pl"):
        with translation.override(language):
            said[language] = page.render(Context({"word": "Close"}))

    assert said["en"] == "Close Agent Close [Close]"
    closed, _agent, word, kept = said["pl"].split()
    assert closed == word == kept.strip("[]") != "Close"


def test_who_has_a_debt_in_another_team_finds_its_conversation(desk: Desk) -> None:
    other = Person.objects.create_user("other@example.com", "a long password")
    assert Owed.objects.elsewhere_in(other) == []

    debt = Owed.objects.filter(owner__isnull=False).order_by("pk")[0]
    Owed.objects.filter(pk=debt.pk).update(owner=other)

    assert Owed.objects.elsewhere_in(other) == [debt.conversation]


def test_many_values_are_one_value_of_a_ready_question(desk: Desk, django_assert_num_queries: Any) -> None:
    since = Ready(
        lambda numbers, names, at: Identity.objects.filter(
            pk__in=Among(numbers), value__in=Among(names), customer__created_at__gte=at
        ).order_by("pk")
    )
    known = list(Identity.objects.order_by("pk"))
    numbers, names, begin = [one.pk for one in known], [one.value for one in known], desk.clock - A_DAY

    assert since(numbers, names, begin) == known
    assert since([*numbers, 0], names, begin) == known  # three values, where a question holds two or four
    assert since(numbers[:1], {*names}, begin) == known[:1]
    assert since(numbers, names, desk.clock + A_DAY) == []
    with django_assert_num_queries(0):
        assert since([], names, begin) == []
