"""What only this firm wants to know of its customers: named by a manager, and told by type."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from odzew.conversations import fact, own_field
from odzew.conversations.fact import Fact
from odzew.conversations.models import Message
from odzew.conversations.own_field import OwnField
from odzew.domain.obligation import Refused
from odzew.staff.token import Scope
from tests.features.letters import Desk, letter, open_desk
from tests.features.test_api import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def said(desk: Desk) -> Message:
    found = desk.deliver(letter())
    assert found
    return found


@pytest.fixture
def fields() -> dict[str, OwnField]:
    made = [
        OwnField(name="Hull"), OwnField(name="Mast, m", type="number"), OwnField(name="Checked", type="date"),
        OwnField(name="Own boat", type="yes_no"),
        OwnField(name="Sails", type="choice", choices=["Genoa", "Jib"]),
    ]  # fmt: skip
    for field in made:
        field.save()
    return {field.type: field for field in made}


@pytest.mark.parametrize(
    ("type_", "words", "kept"),
    [
        ("text", "POL-7", "POL-7"),
        ("number", "1 250,50", "1250.50"),
        ("number", "-3", "-3"),
        ("number", "many", ""),
        ("number", "NaN", ""),
        ("number", "1e9", ""),
        ("date", "2026-11-30", "2026-11-30"),
        ("date", "30.11.2026", "2026-11-30"),
        ("date", "2026-02-30", ""),
        ("yes_no", "Yes", "yes"),
        ("yes_no", "tak", "yes"),
        ("yes_no", "false", "no"),
        ("yes_no", "perhaps", ""),
        ("choice", "jib", "Jib"),
        ("choice", "Spinnaker", ""),
    ],
)
def test_what_is_said_of_a_field_is_kept_in_one_form_or_refused(type_: str, words: str, kept: str) -> None:
    field = OwnField(name="It", type=type_, choices=["Genoa", "Jib"])

    with translation.override("pl"):
        try:
            found = field.value(words)
        except Refused as refusal:
            assert not kept and "It" in str(refusal)
        else:
            assert found == kept


def test_a_number_is_written_into_its_box_as_people_write_it_and_read_again() -> None:
    with translation.override("pl"):
        written = own_field.written("number", "1250.5")

        assert written == "1250,5" and OwnField(name="It", type="number").value(written) == "1250.5"


def test_a_refused_yes_or_no_is_told_in_the_language_of_whoever_said_it() -> None:
    with translation.override("uk"), pytest.raises(Refused, match="так, ні"):
        OwnField(name="It", type="yes_no").value("perhaps")


def test_a_manager_makes_a_field_and_its_name_takes_what_is_known_with_it(
    desk: Desk, said: Message, client: Client
) -> None:
    client.force_login(desk.lead)
    new = {"name": "Sails", "type": "choice", "choices": "Genoa\n\nJib\nJib", "is_offered": "on"}
    assert client.post("/customers/fields/new", new | {"choices": " "}).status_code == 422
    client.post("/customers/fields/new", new)
    assert client.post("/customers/fields/new", new | {"name": "SAILS"}).status_code == 422
    field = OwnField.objects.get()
    fact.learn(said.conversation.customer, desk.lead, desk.clock, kind="own", label="sails", value="JIB")

    client.post(f"/customers/fields/{field.pk}/", new | {"name": "Canvas", "type": "text", "is_offered": ""})

    field.refresh_from_db()
    assert (field.name, field.type, field.choices, field.is_offered) == (
        "Canvas", "choice", ["Genoa", "Jib"], False,
    )  # fmt: skip
    assert list(Fact.objects.values_list("label", "value", "type")) == [("Canvas", "Jib", "choice")]
    client.force_login(desk.agent)
    assert client.get("/customers/fields/").status_code == 403


def test_they_are_filled_in_at_once_stand_beside_the_reply_and_empty_ones_end(
    desk: Desk, said: Message, client: Client, fields: dict[str, OwnField]
) -> None:
    client.force_login(desk.agent)
    page = f"/customers/{said.conversation.customer_id}/"
    form = {"own": "yes", "source": "He says so", f"own-{fields['date'].pk}": "2026-11-30",
            f"own-{fields['yes_no'].pk}": "yes", f"own-{fields['choice'].pk}": "Jib"}  # fmt: skip
    assert f'name="own-{fields["choice"].pk}"' in client.get(page).content.decode()

    for _ in range(2):
        client.post(f"{page}fact", form)
    wrong = client.post(
        f"{page}fact", form | {f"own-{fields['text'].pk}": "X", f"own-{fields['number'].pk}": "x"}
    )

    assert wrong.status_code == 422 and 'value="x"' in wrong.content.decode()
    assert Fact.objects.count() == 3  # all, or nothing; and the same again is no news
    for address in (page, f"/conversations/{said.conversation_id}/"):
        shown = client.get(address).content.decode()
        assert "30 November 2026" in shown and "Jib" in shown and "He says so" in shown

    client.post(f"{page}fact", form | {f"own-{fields['choice'].pk}": ""})
    assert set(fact.known(said.conversation.customer).values_list("value", flat=True)) == {
        "2026-11-30",
        "yes",
    }


def test_a_program_tells_them_as_facts(desk: Desk, said: Message, fields: dict[str, OwnField]) -> None:
    program = Program(desk.agent, Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE)
    address = f"/customers/{said.conversation.customer_id}/facts"

    assert [one["name"] for one in program.get("/customer-fields").json()["items"]] == [
        "Checked", "Hull", "Mast, m", "Own boat", "Sails",
    ]  # fmt: skip
    new = {"kind": "own", "label": "checked", "value": "30.11.2026"}
    told = program.post(address, new).json()
    assert (told["name"], told["type"], told["value"]) == ("Checked", "date", "2026-11-30")
    refused: Any = program.post(address, new | {"value": "soon"}, "another-key")
    assert refused.status_code == 409 and "Checked is a day" in refused.json()["detail"]


def test_they_come_as_columns_of_a_table_and_a_wrong_one_leaves_its_line(
    desk: Desk, said: Message, fields: dict[str, OwnField], tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(
        'email,hull,"Mast, m",Else\nala@example.org,POL-7,"12,5",x\nnew@example.org,POL-8,,x\n'
        "bad@example.org,POL-9,tall,x\n"
    )

    for _ in range(2):
        with pytest.raises(CommandError, match="line 4: Mast, m is a number"):
            call_command("import", "customers", file)

    assert sorted(Fact.objects.values_list("label", "value", "type")) == [
        ("Hull", "POL-7", "text"), ("Hull", "POL-8", "text"), ("Mast, m", "12.5", "number"),
    ]  # fmt: skip


def test_what_a_desk_says_under_the_name_of_a_field_is_of_its_type_or_called_otherwise(
    desk: Desk, said: Message, client: Client, tmp_path: Path
) -> None:
    OwnField.objects.create(name="Customer number", type="number")
    file = tmp_path / "customers.csv"
    file.write_text("email,number\nala@example.org,K-7\nnew@example.org,K-8\nlast@example.org,9\n")

    call_command("import", "customers", file)

    facts = sorted(Fact.objects.values_list("value", "type", "label"))
    assert [one[:2] for one in facts] == [("9", "number"), ("K-7", ""), ("K-8", "")]
    assert all(label.startswith("Customer number (") for _value, kind, label in facts if not kind)
    client.force_login(desk.agent)
    assert "K-7" in client.get(f"/customers/{said.conversation.customer_id}/").content.decode()


def test_a_choice_that_no_fact_could_hold_is_refused(desk: Desk, client: Client) -> None:
    client.force_login(desk.lead)

    answer = client.post("/customers/fields/new", {"name": "Sails", "type": "choice", "choices": "x" * 501})

    assert answer.status_code == 422 and not OwnField.objects.exists()
