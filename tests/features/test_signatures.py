"""Signatures: whose stands under a reply, what the agent sees of it, and that it is read as one."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.channels.email.compose import compose
from odzew.conversations import replying, signing
from odzew.conversations.models import Conversation, Message
from odzew.conversations.signature import Signature
from odzew.desk.signatures.form import Text
from odzew.language import quotes
from odzew.outbox import letter as letters
from odzew.staff.models import Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
MINE = "{agent.name}\nSmith and fitter"
LEGAL = "Kite sp. z o.o., Gdynia\nNIP 0000000000, KRS 0000000000"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def lead(desk: Desk) -> Client:
    browser = Client()
    browser.force_login(desk.lead)
    return browser


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?"))
    assert message
    return message.conversation


def write(client: Client, place: str = "mine", text: str = MINE, language: str = "") -> Any:
    return client.post("/signatures/new", {"place": place, "language": language, "text": text})


def reply(talk: Conversation, desk: Desk, text: str = "It left today.") -> Message:
    return replying.reply(talk, desk.agent, text, LATER, pays=[])


def mail(message: Message) -> str:
    sent = message_from_bytes(compose(letters.write(message)), policy=default)
    body = sent.get_body(("plain",))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_signature_stands_under_each_reply_as_its_author_saw_it(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    write(agent)
    page = agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "Jan Agent\nSmith and fitter" in page

    answer = reply(talk, desk)
    agent.post(f"/signatures/{Signature.objects.get().pk}/delete")

    assert mail(answer).startswith("It left today.\n\n-- \nJan Agent\nSmith and fitter\n\n2026-11-16")
    shown = agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "-- \nJan Agent\nSmith and fitter" in shown
    assert mail(reply(talk, desk, "And one more.")).count("Jan Agent") == 0


@pytest.mark.parametrize(
    ("language", "there", "expected"),
    [
        ("pl", [("mine", ""), ("team", "pl"), ("mailbox", "pl")], "mine"),
        ("pl", [("mine", "uk"), ("team", "pl"), ("team", "")], "team pl"),
        ("uk", [("mine", "uk"), ("mine", ""), ("team", "uk")], "mine uk"),
        ("ru", [("mine", "uk"), ("team", "pl"), ("mailbox", "")], "mailbox"),
        ("ru", [("mine", "uk"), ("team", "pl"), ("mailbox", "en")], ""),
        ("pl", [("legal", ""), ("legal", "pl"), ("mine", "")], "mine|legal pl"),
        ("pl", [("legal", ""), ("mailbox", "pl")], "mailbox pl|legal"),
    ],
)
def test_the_nearest_in_the_customers_language_signs(
    desk: Desk, talk: Conversation, language: str, there: list[tuple[str, str]], expected: str
) -> None:
    talk.language = language
    places: dict[str, dict[str, Any]] = {
        "mine": {"owner": desk.agent},
        "team": {"team": desk.team},
        "mailbox": {"account": desk.account},
        "legal": {"account": desk.account, "is_legal": True},
    }
    for place, spoken in there:
        Signature.objects.create(**places[place], language=spoken, text=f"{place} {spoken}".strip())

    assert signing.under(talk, desk.agent) == expected.replace("|", "\n")


def test_what_ends_the_reply_already_is_not_put_under_it_again(
    agent: Client, lead: Client, desk: Desk, talk: Conversation
) -> None:
    write(agent)
    write(lead, f"legal-{desk.account.pk}", LEGAL)

    assert signing.under(talk, desk.agent, "Sent.\n\nJan Agent \n\nSmith and fitter\n") == LEGAL
    assert signing.under(talk, desk.agent, f"Sent.\n\nJan Agent\nSmith and fitter\n{LEGAL}") == ""
    assert signing.under(talk, desk.agent, "Sent.\nJan Agent").startswith("Jan Agent\nSmith")


def test_a_customer_who_quotes_our_signature_says_only_her_own_words(
    agent: Client, lead: Client, desk: Desk, talk: Conversation
) -> None:
    write(agent)
    write(lead, f"legal-{desk.account.pk}", LEGAL)
    ours = mail(reply(talk, desk))
    assert quotes.read(ours).reply == "It left today."

    quoted = "\n".join(f"> {line}" for line in ours.splitlines())
    hers = desk.deliver(letter(f"Thank you!\n\nOn Monday Shop <shop@example.com> wrote:\n{quoted}\n"))

    assert hers and hers.own_words == "Thank you!"
    talk = hers.conversation
    last = mail(reply(talk, desk, "You are welcome."))
    assert (last.count("Jan Agent"), last.count("KRS")) == (1, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{customer.name}", "In braces only these may stand"),
        ("Jan\nPS: we are open on Sunday", "read as a part of the reply"),
        ("\n".join(map(str, range(21))), "At most 20 lines"),
        (" \n ", "Write the text"),
    ],
)
def test_what_would_not_be_read_as_a_signature_is_refused(agent: Client, text: str, why: str) -> None:
    answer = write(agent, text=text)

    assert (answer.status_code, Signature.objects.count()) == (422, 0)
    assert why in answer.content.decode()


def test_whose_name_begins_like_a_postscript_signs_too(agent: Client) -> None:
    assert write(agent, text="Зінаїда Коваль").status_code == 302


def test_an_agent_writes_the_own_one_a_lead_those_of_the_team(
    agent: Client, lead: Client, desk: Desk
) -> None:
    other = Team.objects.create(name="Other")
    of_all = (f"team-{desk.team.pk}", f"mailbox-{desk.account.pk}", f"legal-{desk.account.pk}")

    assert [write(agent, place).status_code for place in of_all] == [422] * 3
    assert [write(lead, place).status_code for place in of_all] == [302] * 3
    assert write(lead, f"team-{other.pk}").status_code == 422
    assert write(lead, of_all[0]).status_code == 422  # there is one already

    kept = Signature.objects.get(team=desk.team)
    assert agent.post(f"/signatures/{kept.pk}/delete").status_code == 403
    assert "Smith and fitter" in agent.get("/signatures/").content.decode()
    write(agent)
    own = Signature.objects.get(owner=desk.agent)
    assert lead.get(f"/signatures/{own.pk}/").status_code == 404


def test_who_is_slower_by_a_moment_is_told_that_there_is_one(
    agent: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(agent)
    monkeypatch.setattr(Text, "clean", lambda form: form.cleaned_data)  # both were asked before one was kept

    again = write(agent)

    assert (again.status_code, Signature.objects.count()) == (422, 1)
    assert "There is one for this place" in again.content.decode()


def test_the_preview_shows_it_with_what_stands_beside_it(agent: Client, lead: Client, desk: Desk) -> None:
    write(lead, f"legal-{desk.account.pk}", LEGAL)

    form = {"place": "mine", "language": "", "text": "{agent.name} <b>&</b> {mailbox.address}"}
    shown = agent.post("/signatures/preview", form).content.decode()

    assert "Jan Agent &lt;b&gt;&amp;&lt;/b&gt; shop@example.com\nKite sp. z o.o." in shown
    assert "Nothing to show yet" in agent.post("/signatures/preview", form | {"text": "{x}"}).content.decode()
    assert not Signature.objects.filter(owner=desk.agent).exists()
    page = agent.post("/signatures/new", form | {"preview": "1"}).content.decode()
    assert "shop@example.com\n" in page and not Signature.objects.filter(owner=desk.agent).exists()
