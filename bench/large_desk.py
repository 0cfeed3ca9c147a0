"""A believable large desk, made fast: rows straight into the tables, books and hash chain right.

    python -m bench.large_desk DATA COUNT       fills the desk in the folder DATA

One conversation in ten is owed something; the rest were answered, some chased, some twice.
`odzew audit` finds nothing in it.
"""

import heapq
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count as count_up
from pathlib import Path
from typing import Any

from bench import ground, mails
from bench.rows import Tables, iso, shown

YEARS = 3
OPEN = 0.10  # of the conversations
NEWEST, OPEN_OF_NEWEST = 0.05, 0.9  # what came last is mostly not answered yet
OPEN_OF_OLDER = (OPEN - NEWEST * OPEN_OF_NEWEST) / (1 - NEWEST)
NEW_CUSTOMER, CHASED, SECOND_ROUND, CLOSED = 0.55, 0.15, 0.3, 0.85
HOUR = 3600
ALWAYS_THE_SAME = 11


def fill(count: int) -> None:
    """Add so many conversations to the desk Django is set up for."""
    from odzew.ledger import counters
    from odzew.lib.clock import now

    begin = time.perf_counter()
    with Tables() as tables:
        _Desk(tables, count).play()
    counters.recount(now())
    print(f"  a desk of {count:,} conversations made in {time.perf_counter() - begin:,.0f} s", flush=True)


class _Desk:
    """Lets customers write and people answer, in the order of time."""

    def __init__(self, tables: Tables, count: int) -> None:
        from odzew.lib.clock import now

        self.tables = tables
        self.count = count
        self.dice = random.Random(ALWAYS_THE_SAME)
        self.until = int(now().timestamp()) - HOUR
        self.step = YEARS * 365 * 24 * HOUR / count
        self.teams = _teams(self.dice)
        self.texts = _texts()
        self.customers: list[tuple[int, str]] = []
        self.turns = count_up()
        self.to_come: list[tuple[int, int, str, dict[str, Any]]] = []
        self.seq, self.digest = tables.head()
        self.open: dict[int, dict[str, Any]] = {}

    def play(self) -> None:
        """Write everything that happens until now."""
        for number in range(self.count):
            at = int(self.until - (self.count - number) * self.step)
            self._catch_up(at)
            self._first(number, at)
        self._catch_up(self.until)
        for number, owed in sorted(self.open.items()):
            self.tables.owed.add(id=number, **owed)
        self.tables.keep_head(self.seq, self.digest)

    def _catch_up(self, at: int) -> None:
        while self.to_come and self.to_come[0][0] <= at:
            when, _, what, talk = heapq.heappop(self.to_come)
            getattr(self, what)(talk, when)
            talk["pending"] -= 1
            self._rest(talk)

    def _later(self, at: float, what: str, talk: dict[str, Any]) -> None:
        if at < self.until:
            talk["pending"] += 1
            heapq.heappush(self.to_come, (int(at), next(self.turns), what, talk))

    def _first(self, number: int, at: int) -> None:
        team = self.dice.choice(self.teams)
        customer, language = self._customer(at)
        address = f"customer{customer}@mail.example"
        stays = OPEN_OF_NEWEST if number > self.count * (1 - NEWEST) else OPEN_OF_OLDER
        talk = {
            "customer": customer, "language": language, "team": team, "address": address,
            "owner": self.dice.choice(team["people"]), "rounds": 1, "pending": 0,
            "stays": self.dice.random() < stays, "created": at,
            "subject": f"{mails.SUBJECTS[language]} {number}",
        }  # fmt: skip
        talk["id"] = self.tables.conversations.take()
        self._written(talk, at)
        self._rest(talk)

    def _written(self, talk: dict[str, Any], at: int) -> None:
        message = self._says(talk, at)
        self._open(talk, message, at)
        if self.dice.random() < CHASED:
            self._later(at + self.dice.uniform(4, 40) * HOUR, "_chased", talk)
        if not talk["stays"]:
            self._later(at + self.dice.lognormvariate(1.6, 1.0) * HOUR, "_answered", talk)

    def _chased(self, talk: dict[str, Any], at: int) -> None:
        owed = self.open.get(talk["owes"])
        if owed:
            message = self._says(talk, at)
            self._line(talk["owes"], "joined", at, f"customer:{talk['customer']}", message, {})
            owed["chasers"] += 1
            owed["press_at"] = shown(talk["due"] - timedelta(hours=4 * owed["chasers"]))

    def _answered(self, talk: dict[str, Any], at: int) -> None:
        owed = self.open.pop(talk["owes"])
        message = self.tables.messages.take()
        text = self.dice.choice(self.texts[talk["language"]])
        self.tables.messages.add(
            id=message, conversation_id=talk["id"], direction="outbound", purpose="answer", state="sent",
            at=shown(at), author_id=talk["owner"], to_address=talk["address"],
            subject=f"Re: {talk['subject']}", text=text, own_words=text, language=talk["language"],
            message_id=f"<o{message:x}@odzew.localhost>", pays=f"[{talk['owes']}]",
            settled_at=shown(at), server_said="250 2.0.0 Ok",
        )  # fmt: skip
        self._line(talk["owes"], "paid", at, f"person:{talk['owner']}", message, {})
        broken = datetime.fromtimestamp(at, UTC) > talk["due"]
        owed.update(state="paid", closed_at=shown(at), settled_by=message, alarm_at=None)
        owed["broken"] |= broken
        self.tables.owed.add(id=talk["owes"], **owed)
        if talk["rounds"] < 3 and self.dice.random() < SECOND_ROUND:
            talk["rounds"] += 1
            self._later(at + self.dice.uniform(1, 60) * HOUR, "_written", talk)
        talk["last"] = at

    def _rest(self, talk: dict[str, Any]) -> None:
        """Write the conversation as it stands, when nothing more follows."""
        if talk["pending"]:
            return
        at = talk["last"]
        status = "open" if talk["owes"] in self.open or self.dice.random() > CLOSED else "closed"
        self.tables.conversations.add(
            id=talk["id"], customer_id=talk["customer"], account_id=talk["team"]["account"],
            team_id=talk["team"]["id"], subject=talk["subject"], language=talk["language"], status=status,
            address=talk["address"], created_at=shown(talk["created"]), last_at=shown(at),
            closed_at=shown(at) if status == "closed" else None,
        )  # fmt: skip

    def _says(self, talk: dict[str, Any], at: int) -> int:
        message, talk["last"] = self.tables.messages.take(), at
        text = self.dice.choice(self.texts[talk["language"]])
        self.tables.messages.add(
            id=message, conversation_id=talk["id"], direction="inbound", at=shown(at), text=text,
            own_words=text, from_name=f"Customer {talk['customer']}", from_address=talk["address"],
            subject=talk["subject"],
            language=talk["language"], message_id=f"<i{message:x}@mail.example>",
        )  # fmt: skip
        return message

    def _open(self, talk: dict[str, Any], message: int, at: int) -> None:
        from odzew.domain import worktime

        since = datetime.fromtimestamp(at, UTC)
        talk["due"] = due = worktime.add(talk["team"]["calendar"], since, talk["team"]["answer_time"])
        facts = {
            "what": "answer", "customer": talk["customer"], "conversation": talk["id"],
            "owner": talk["owner"], "team": talk["team"]["id"], "since": since.isoformat(),
            "due": due.isoformat(), "text": "", "parent": None,
        }  # fmt: skip
        talk["owes"] = self.seq + 1
        self._line(self.seq + 1, "opened", at, f"customer:{talk['customer']}", message, facts)
        self.open[self.seq] = {
            "kind": "answer", "state": "open", "customer_id": talk["customer"], "conversation": talk["id"],
            "owner_id": talk["owner"], "team_id": talk["team"]["id"], "opened_at": shown(at),
            "due_at": shown(due), "press_at": shown(due), "alarm_at": shown(due), "chasers": 0,
            "broken": False,
        }  # fmt: skip

    def _line(
        self, obligation: int, kind: str, at: int, by: str, message: int, facts: dict[str, Any]
    ) -> None:
        self.seq += 1
        self.digest = self.tables.line(self.seq, obligation, kind, iso(at), by, message, facts, self.digest)

    def _customer(self, at: int) -> tuple[int, str]:
        if self.customers and self.dice.random() > NEW_CUSTOMER:
            return self.dice.choice(self.customers)
        number = self.tables.customers.take()
        language = self.dice.choice(tuple(mails.WORDS))
        name = f"Customer {number}"
        self.tables.customers.add(id=number, name=name, language=language, created_at=shown(at))
        self.tables.identities.add(
            id=self.tables.identities.take(), customer_id=number, kind="email", display=name,
            value=f"customer{number}@mail.example", proof="dmarc", proven_at=shown(at),
        )  # fmt: skip
        self.customers.append((number, language))
        return number, language


def _teams(dice: random.Random) -> list[dict[str, Any]]:
    """Make three teams of four with hours and a mailbox each, and a lead of two of them."""
    from odzew.channels.models import Account
    from odzew.lib.clock import now
    from odzew.staff.models import AccountTeam, Person, Team

    hours = {day: [["09:00", "13:00"], ["13:30", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    made = []
    for name in (f"Team {dice.getrandbits(32):x}" for _ in range(3)):
        team = Team.objects.create(name=name, hours=hours, country="PL")
        slug = name.replace(" ", "-").lower()
        people = [
            Person.objects.create(email=f"{n}@{slug}.example", name=f"Agent {n} of {name}") for n in range(4)
        ]
        for person in people:
            person.teams.add(team)
        account = Account.objects.create(name=name, address=f"desk@{slug}.example", created_at=now())
        AccountTeam.objects.create(account=account, team=team)
        made.append({
            "id": team.pk, "people": [p.pk for p in people], "account": account.pk,
            "calendar": team.calendar, "answer_time": team.answer_time,
        })  # fmt: skip
    _lead([team["id"] for team in made[:2]])
    return made


def _lead(teams: list[int]) -> None:
    """Make somebody who leads two teams."""
    from odzew.staff.models import Person, Role

    lead = Person.objects.create(email=f"lead-{teams[0]}@desk.example", name="Lead", role=Role.LEAD)
    lead.teams.set(teams)


def _texts() -> dict[str, list[str]]:
    writer = mails.Writer(5)
    return {language: [writer.text(language)[:250] for _ in range(300)] for language in mails.WORDS}


if __name__ == "__main__":
    ground.connect(Path(sys.argv[1]))
    ground.prepare()
    fill(int(sys.argv[2]))
