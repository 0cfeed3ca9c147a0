"""An administrator makes a form, and is told where it would be a trap."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from odzew.channels import registry
from odzew.channels.models import Account
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, open_desk

pytestmark = pytest.mark.django_db
NO_SLUG = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


def said(desk: Desk, **more: Any) -> dict[str, Any]:
    return {
        "slug": "complaint",
        "name": "Shop",
        "team": desk.team.pk,
        "answers_by": desk.account.pk,
        "active": "on",
        "title_en": "A complaint",
        "title_pl": "Reklamacja",
        "hosts": "https://shop.example.com/\n",
        "q-TOTAL_FORMS": 2,
        "q-INITIAL_FORMS": 0,
        "q-0-kind": "choice",
        "q-0-label_en": "What you wish",
        "q-0-label_pl": "Czego Pani/Pan oczekuje",
        "q-0-required": "on",
        "q-0-choices": "Naprawa | Ремонт | Ремонт | Repair\nOK",
        "q-1-kind": "text",
        **more,
    }


def test_a_form_is_made_and_opens_in_each_language(desk: Desk, boss: Client) -> None:
    response = boss.post("/forms/new", said(desk))

    account = Account.objects.get(channel="webform")
    assert response["Location"] == f"/forms/{account.pk}/"
    assert account.settings["hosts"] == ["https://shop.example.com"]
    page = Client().get("/form/complaint/?lang=pl").content.decode()
    assert "Reklamacja" in page
    assert "Naprawa" in page
    assert ">OK<" in page
    assert "Repair" in Client().get("/form/complaint/?lang=en").content.decode()
    assert "/form/complaint/" in boss.get("/forms/").content.decode()


def test_keeping_it_again_changes_nothing_and_two_more_questions_can_be_added(
    desk: Desk, boss: Client
) -> None:
    boss.post("/forms/new", said(desk))
    account = Account.objects.get(channel="webform")
    page = boss.get(f"/forms/{account.pk}/").content.decode()
    key = account.settings["questions"][0]["key"]

    assert 'name="q-TOTAL_FORMS" value="3"' in page
    assert "&lt;iframe src=" in page
    boss.post(f"/forms/{account.pk}/", said(desk, **{"q-0-key": key, "q-INITIAL_FORMS": 1}))

    assert Account.objects.get(pk=account.pk).settings == account.settings


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"slug": "a b"}, NO_SLUG),
        ({"slug": "shop@example.com"}, NO_SLUG),
        ({"title_en": "", "title_pl": ""}, "in one language at least"),
        ({"hosts": "shop.example.com; script-src *"}, "https:// and the name of the site"),
        ({"answers_by": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_kept_is_said(desk: Desk, boss: Client, wrong: dict[str, str], error: str) -> None:
    response = boss.post("/forms/new", said(desk, **wrong))

    assert response.status_code == 422
    assert error in response.content.decode()
    assert not Account.objects.filter(channel="webform").exists()


def test_two_forms_cannot_have_one_name(desk: Desk, boss: Client) -> None:
    boss.post("/forms/new", said(desk))

    assert boss.post("/forms/new", said(desk)).status_code == 422


def faults(**settings: Any) -> list[str]:
    account = Account.objects.create(
        channel="webform", name="F", address="f", settings=settings, created_at=MONDAY
    )
    return [check.said for check in registry.check(account) if not check.ok]


def test_a_form_without_team_and_mailbox_is_a_trap(desk: Desk) -> None:
    found = " ".join(faults())

    assert "No team answers" in found
    assert "No mailbox sends" in found


def test_a_mailbox_that_cannot_send_confirms_nothing(desk: Desk) -> None:
    Account.objects.update(settings={})

    assert any("SMTP server" in fault for fault in faults(answers_by=desk.account.pk))


def test_a_question_that_must_be_answered_says_why(desk: Desk) -> None:
    asked = {"key": "a", "kind": "text", "label": {"en": "Age"}, "required": True}

    assert any("what it is used for" in fault for fault in faults(questions=[asked]))


def test_who_asks_for_the_company_asks_for_the_tax_number(desk: Desk) -> None:
    company = {"key": "a", "kind": "text", "label": {"pl": "Nazwa firmy"}}
    nip = {"key": "b", "kind": "nip", "label": {"pl": "NIP"}}

    assert any("tax number" in fault for fault in faults(questions=[company]))
    Account.objects.filter(address="f").delete()
    assert not any("tax number" in fault for fault in faults(questions=[company, nip]))


def test_a_form_with_nothing_to_mend_says_so(desk: Desk, boss: Client) -> None:
    four = {f"title_{code}": "x" for code in ("pl", "uk", "ru", "en")}
    why = {"q-0-why_en": "We plan by it."}
    label = {f"q-0-label_{code}": "x" for code in ("pl", "uk", "ru", "en")}
    boss.post("/forms/new", said(desk, **four, **why, **label))

    assert "nothing to mend" in boss.get("/forms/").content.decode()
