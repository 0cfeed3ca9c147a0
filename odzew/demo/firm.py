"""The demo firm: a shop with kites in Gdynia, its four people, and three weeks of their mail."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from odzew.channels.models import Account
from odzew.conversations import tagging
from odzew.conversations.rule import Rule
from odzew.conversations.signature import Signature
from odzew.demo import bought, stage, story
from odzew.intake.reader import Reader
from odzew.lib.clock import now
from odzew.staff.answer_time import AnswerTime
from odzew.staff.models import AccountTeam, Person, Role, Team

NAME = "Sznurek i Wiatr"
DOMAIN = "sznurekiwiatr.example"
MAILBOX = f"kontakt@{DOMAIN}"
PEOPLE = {
    "halina": ("Halina Brzozowska", Role.ADMINISTRATOR, "pl"),
    "tymon": ("Tymon Rudnik", Role.LEAD, "pl"),
    "oksana": ("Oksana Melnyk", Role.AGENT, "uk"),
    "kuba": ("Kuba Wierzba", Role.AGENT, "pl"),
}
A_DAY = [["09:00", "13:00"], ["13:30", "17:00"]]
HOURS = {day: A_DAY for day in ("mon", "tue", "wed", "thu", "fri")}
SIGNATURE = f"{{agent.name}}\n{NAME} – latawce, linki, naprawy\nul. Nabrzeżna 4, Gdynia · {MAILBOX}"


# What art. 206 § 1 of the Polish code of companies wants said in letters.
LEGAL = (
    f"{NAME} sp. z o.o. z siedzibą w Gdyni · Sąd Rejonowy Gdańsk-Północ, KRS 0000000000"
    "\nNIP 0000000000 · kapitał zakładowy 5000 zł"
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody signs in."""

    email: str
    password: str


@transaction.atomic
def found() -> SignIn | None:
    """Make the firm with all that happened in it, unless somebody is there; all of it or nothing."""
    if Person.objects.exists():
        return None
    at = now()
    password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(9)
    people = _people(password, at)
    team = _team(people)
    account = _mailbox(team, at)
    _settings(people["halina"], at)
    reader = Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)
    try:
        stage.play(story.read_all(story.Days(team.calendar, at)), account, people, reader)
    finally:
        reader.stop()
    bought.play(account, at)
    return SignIn(people["halina"].email, password)


def is_there() -> bool:
    """Return whether this desk is the one of the demo firm."""
    return Account.objects.filter(address=MAILBOX).exists()


def _people(password: str, at: datetime) -> dict[str, Person]:
    # One password opens all four doors: whoever tries the desk can see it with other eyes.
    kept = make_password(password)
    return {
        word: Person.objects.create(
            email=f"{word}@{DOMAIN}",
            password=kept,
            name=name,
            role=role,
            language=language,
            date_joined=at,
            caught_up_at=at - timedelta(days=1),
        )
        for word, (name, role, language) in PEOPLE.items()
    }


def _team(people: dict[str, Person]) -> Team:
    team = Team.objects.create(
        name="Sklep i warsztat",
        timezone="Europe/Warsaw",
        hours=HOURS,
        country="PL",
        answer_minutes=450,
        language="pl",
        lead=people["tymon"],
        is_last_resort=True,
    )
    for person in people.values():
        person.teams.add(team)
    return team


def _settings(author: Person, at: datetime) -> None:
    """Let complaints be tagged by a rule, and what comes by a web form be answered sooner."""
    tag = tagging.usable("reklamacja", author, at)
    words = ["reklamacja", "рекламація", "возврат денег", "complaint", "refund"]
    said = {"asked": {"words": words}, "does": {"tags": [tag.pk]}}
    Rule.objects.create(name="Reklamacje", place=1, changed_at=at, changed_by=author, **said)
    AnswerTime.objects.create(channel="webform", minutes=240)


def _mailbox(team: Team, at: datetime) -> Account:
    """Return the mailbox; the port of its server is set by odzew.demo.post_office at each start."""
    server = {"host": "127.0.0.1", "port": 25, "security": "none", "user": "", "demo": True}
    probe = {"on": True, "minutes": 60}
    account = Account.objects.create(
        name=NAME, address=MAILBOX, created_at=at, settings={"smtp": server, "probe": probe}
    )
    AccountTeam.objects.create(account=account, team=team)
    Signature.objects.create(account=account, text=SIGNATURE)
    Signature.objects.create(account=account, is_legal=True, text=LEGAL)
    return account
