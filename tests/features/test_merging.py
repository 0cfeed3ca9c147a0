"""Two customers that are one are joined and split again, and nothing is lost (docs/adr/0027)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from odzew.conversations import merging, timeline
from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.domain.obligation import Refused
from odzew.ledger import reports
from odzew.ledger.models import Entry, Owed
from odzew.staff.models import Person, Role, Team
from tests.domain.examples import HOUR, NINE
from tests.features import factory
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
WHY = "The same phone number."


@pytest.fixture
def firm() -> factory.Firm:
    made = factory.firm()
    for name in ("ala", "alicja", "third"):
        factory.receive(sender=f"{name}@example.org")
    return made


def of(name: str) -> Customer:
    return Customer.objects.get(identities__value=f"{name}@example.org")


def test_what_is_joined_shows_as_one_and_stays_where_it_was(firm: factory.Firm) -> None:
    before = tables()

    merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE)

    assert kin.numbers(of("alicja")) == [of("ala").pk, of("alicja").pk]
    assert {i.value for i in kin.identities(of("alicja"))} == {"ala@example.org", "alicja@example.org"}
    assert len(timeline.of_customer(of("ala"))) == len(timeline.of_customer(of("alicja"))) == 4
    assert tables() == before
    assert reports.findings() == []


def test_a_split_gives_each_what_was_his_and_what_came_to_him_since(firm: factory.Firm) -> None:
    merge = merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE)
    factory.receive("And now?", sender="alicja@example.org", at=NINE + HOUR)

    merging.split(merge, firm.ola, "They are sisters.", NINE + 2 * HOUR)

    assert [len(timeline.of_customer(of(name))) for name in ("ala", "alicja")] == [2, 4]
    kept = Merge.objects.get()
    assert (kept.reason, kept.by, kept.split_reason, kept.split_by) == (
        WHY,
        firm.jan,
        "They are sisters.",
        firm.ola,
    )
    assert reports.findings() == []


def test_what_was_joined_to_the_other_before_goes_with_him(firm: factory.Firm) -> None:
    merging.merge(of("alicja"), of("third"), firm.jan, WHY, NINE)
    later = merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE)
    assert len(kin.numbers(of("third"))) == 3

    merging.split(later, firm.jan, "No.", NINE)

    assert kin.numbers(of("third")) == [of("alicja").pk, of("third").pk]
    assert kin.numbers(of("ala")) == [of("ala").pk]


def test_nothing_is_joined_without_a_reason_or_to_what_is_joined_already(firm: factory.Firm) -> None:
    merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE)

    for kept, other, reason in (("ala", "third", "  "), ("third", "alicja", WHY), ("ala", "ala", WHY)):
        with pytest.raises(Refused):
            merging.merge(of(kept), of(other), firm.jan, reason, NINE)

    assert Merge.objects.count() == 1


def test_joining_and_splitting_twice_does_it_once(firm: factory.Firm) -> None:
    first, again = (merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE) for _ in range(2))
    merging.split(first, firm.jan, "No.", NINE)
    merging.split(again, firm.ola, "No, no.", NINE + HOUR)

    assert [(m.split_by, m.split_at) for m in Merge.objects.all()] == [(firm.jan, NINE)]


def test_what_was_done_to_either_raises_the_rank_of_both(firm: factory.Firm) -> None:
    merging.merge(of("ala"), of("alicja"), firm.jan, WHY, NINE)
    Owed.objects.filter(customer=of("alicja")).update(broken=True)

    factory.receive("More.", sender="ala@example.org", at=NINE + HOUR)
    factory.receive("More.", sender="third@example.org", at=NINE + HOUR)

    assert [debt.failures for debt in Owed.objects.order_by("-pk")[:2]] == [0, 1]


def text(answer: Any) -> str:
    """Return a page without the marks at which an address may break."""
    return answer.content.decode().replace("<wbr>", "")


def tables() -> list[object]:
    """Return everything a merge must not touch."""
    return [list(model.objects.order_by("pk").values()) for model in (Entry, Owed, Conversation, Identity)]


class Trees(RuleBasedStateMachine):
    """Customers are joined and split in any order; on paper a merge is an arrow, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        Merge.objects.all().delete()
        Customer.objects.update(stands_for=None)
        self.customers = list(Customer.objects.order_by("pk"))
        self.by = Person.objects.get(name="jan")
        self.arrows: dict[int, int] = {}
        self.was = tables()

    def root(self, number: int) -> int:
        while number in self.arrows:
            number = self.arrows[number]
        return number

    @rule(kept=st.integers(0, 5), other=st.integers(0, 5))
    def merge(self, kept: int, other: int) -> None:
        one, two = self.customers[kept], self.customers[other]
        allowed = one != two and not {one.pk, two.pk} & self.arrows.keys()
        repeated = self.arrows.get(two.pk) == one.pk
        try:
            merging.merge(one, two, self.by, WHY, NINE)
        except Refused:
            assert not allowed and not repeated
        else:
            assert allowed or repeated
            self.arrows[two.pk] = one.pk

    @rule(place=st.integers(0, 5), data=st.data())
    def split(self, place: int, data: st.DataObject) -> None:
        rows = list(Merge.objects.order_by("pk"))
        if rows:
            row = rows[place % len(rows)]
            stands = row.split_at is None
            merging.split(row, self.by, "No.", NINE)
            if stands:
                del self.arrows[row.other_id]

    @invariant()
    def every_customer_points_at_the_root_of_his_tree(self) -> None:
        for customer in Customer.objects.all():
            root = self.root(customer.pk)
            assert customer.stands_for_id == (None if root == customer.pk else root)

    @invariant()
    def every_customer_is_one_with_exactly_those_of_his_tree(self) -> None:
        found = Counter(n for c in Customer.objects.filter(stands_for=None) for n in kin.numbers(c))
        assert found == Counter(c.pk for c in self.customers)

    def teardown(self) -> None:
        for row in Merge.objects.filter(split_at=None):
            merging.split(row, self.by, "No.", NINE)
        assert not Customer.objects.exclude(stands_for=None).exists()
        assert tables() == self.was
        assert reports.findings() == []


def test_whatever_is_joined_and_split_each_has_what_was_his(firm: factory.Firm) -> None:
    for name in ("x", "y", "z"):
        factory.receive(sender=f"{name}@example.org")

    run_state_machine_as_test(
        Trees, settings=settings(max_examples=30, stateful_step_count=12, deadline=None)
    )


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    for name in ("Ala", "Alicja", "Ala"):
        address = f"{name.lower()}@example.org"
        desk.deliver(letter(sender=f"{name} Nowak <{address}>", subject=name), sender=address)
    return desk


def test_a_lead_finds_the_other_one_joins_and_splits_on_the_screen(desk: Desk, client: Client) -> None:
    client.force_login(desk.lead)
    ala, alicja = of("ala"), of("alicja")
    page = f"/customers/{ala.pk}/"

    assert f"?other={alicja.pk}" in text(client.get(f"{page}join?q=nowak"))
    assert "alicja@example.org" in text(client.get(f"{page}join?other={alicja.pk}"))
    refused = client.post(f"{page}join", {"other": alicja.pk, "reason": " "})
    joined = client.post(f"{page}join", {"other": alicja.pk, "reason": WHY}, follow=True)

    assert refused.status_code == 422
    shown = text(joined)
    assert "alicja@example.org" in shown and WHY in shown
    assert client.get(f"/customers/{alicja.pk}/").url == page
    talk = Conversation.objects.get(customer=alicja)
    assert "ala@example.org" in text(client.get(f"/conversations/{talk.pk}/"))

    merge = Merge.objects.get().pk
    for _ in range(2):
        assert client.post(f"{page}split", {"merge": merge, "reason": "Sisters."}).url == page
    assert client.get(f"/customers/{alicja.pk}/").status_code == 200


def test_an_agent_joins_nobody_and_is_not_offered_to(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)

    assert f"{of('ala').pk}/join" not in text(client.get(f"/customers/{of('ala').pk}/"))


def test_a_customer_who_is_joined_stands_once_in_the_list_where_he_wrote_last(
    desk: Desk, client: Client
) -> None:
    merging.merge(of("alicja"), of("ala"), desk.lead, WHY, desk.clock)
    client.force_login(desk.agent)

    for query in ("", "?q=nowak", "?q=ala@"):
        shown = text(client.get(f"/customers/{query}"))
        assert shown.count("data-open") == 1, query
        assert f'id="customer-{of("alicja").pk}"' in shown
        assert "ala@example.org" in shown and "alicja@example.org" in shown


def test_of_a_joined_customer_each_team_sees_its_own_conversations(desk: Desk, client: Client) -> None:
    other = Team.objects.create(name="Other")
    stranger = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    stranger.teams.add(other)
    Conversation.objects.filter(customer=of("alicja")).update(team=other)
    merging.merge(of("ala"), of("alicja"), desk.lead, WHY, desk.clock + timedelta(hours=1))
    client.force_login(stranger)

    shown = text(client.get(f"/customers/{of('alicja').pk}/", follow=True))

    assert shown.count('class="debt talk-short"') == 1
    assert text(client.get("/customers/")).count("data-open") == 1


def test_heads_and_all_who_are_one_with_them_are_found_together(firm) -> None:
    for numbers in ([], [of("ala").pk], [of(name).pk for name in ("ala", "alicja", "third")], [-1]):
        for into in (None, of("alicja").pk):
            Customer.objects.filter(pk=of("ala").pk).update(stands_for=into)
            heads = kin.heads(numbers)
            assert kin.families(numbers) == (heads, kin.all_of(heads.values()))
