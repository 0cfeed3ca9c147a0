"""Some days of a desk of two teams: customers write and people act at random, by the product's own doors."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from odzew.channels.models import Account
from odzew.conversations import actions, asking, rated, replying, settling, tagging, verdicts
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.obligation import Kind
from odzew.ledger import books
from odzew.ledger.models import Owed
from odzew.staff.models import AccountTeam, Person, Role, Team
from tests.domain.examples import HOUR
from tests.features import factory

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
DAYS = 12
NOW = MONDAY + timedelta(days=DAYS)


class Days:
    """Two teams with a door each; customers write and people act at random, by the product's own doors."""

    def __init__(self, seed: int, steps: int = 120) -> None:
        self.dice = random.Random(seed)
        self.firm = factory.firm()
        self.boss = factory.person("boss", role=Role.ADMINISTRATOR)
        self.lead = factory.person("lead", role=Role.LEAD, team=self.firm.team)
        self._second_team()
        self.made: list[Conversation] = []
        for step in range(steps):
            self.at = MONDAY + timedelta(days=DAYS) * step / steps
            getattr(self, self.dice.choice(self.ACTS))()

    ACTS = (
        *("write",) * 3, "again", *("answer",) * 4, "bounce", "not_yet", "promise", "promise", "move",
        "waive", "close", "silence", "hand_over", "ask", "third_party", "tag", "tag",
    )  # fmt: skip

    def _second_team(self) -> None:
        team = Team.objects.create(
            name="returns", timezone="Europe/Warsaw", hours={"mon": [["09:00", "17:00"]]}
        )
        self.others = [factory.person(name, team=team) for name in ("iga", "leo")]
        account = Account.objects.create(name="Returns", address="returns@firm.example", created_at=MONDAY)
        AccountTeam.objects.create(account=account, team=team)

    def write(self) -> None:
        said = factory.receive(sender=f"c{len(self.made)}@example.org", at=self.at)
        self.made.append(said.conversation)
        if self.dice.random() < 0.4:  # as if it had come by the other door
            self._move_to_the_others(said.conversation)

    def _move_to_the_others(self, talk: Conversation) -> None:
        team = self.others[0].teams.get()
        account = Account.objects.get(name="Returns")
        Conversation.objects.filter(pk=talk.pk).update(team=team, account=account)
        by = f"person:{self.boss.pk}"
        debts = books.open_debts([talk.pk])
        books.post(
            journal.HandedOver(obligation=d.id, at=self.at, by=by, owner=self.others[0].pk, team=team.pk)
            for d in debts
        )

    def again(self) -> None:
        if talk := self._any():
            factory.receive(
                sender=talk.address, at=self.at, into=talk, automatic=self.dice.choice(("", "", "vacation"))
            )

    def answer(self) -> None:
        talk = self._any()
        owed = books.open_debts([talk.pk]) if talk else []
        pays = [d.id for d in owed if d.kind in (Kind.ANSWER, Kind.PROMISE) and self.dice.random() < 0.9]
        if not pays:
            return
        more = ["And the bill?"] if self.dice.random() < 0.2 else []
        words = f"words {self.at}"
        said = replying.reply(talk, self._somebody(talk), words, self.at, pays=pays, still_open=more)
        factory.sent(said, self.at + timedelta(minutes=1))

    def bounce(self) -> None:
        if said := self._letter():
            settling.bounced(said, "550 no such user", self.at)

    def not_yet(self) -> None:
        if said := self._letter():
            verdicts.not_yet(said, self.at)
            rated.rate(said, self.dice.choice(("good", "fair", "bad", "")), "=It took long.", self.at)

    def promise(self) -> None:
        if talk := self._any():
            due = self.at + self.dice.uniform(1, 90) * HOUR
            actions.promise(talk, self._somebody(talk), "Call the carrier", due, self.at)

    def move(self) -> None:
        promises = list(Owed.objects.open().filter(kind="promise").order_by("pk"))
        if promises:
            one = self.dice.choice(promises)
            talk = Conversation.objects.get(pk=one.conversation)
            actions.postpone(talk, self._somebody(talk), one.pk, self.at + 30 * HOUR, "Delayed", self.at)

    def waive(self) -> None:
        if (talk := self._any()) and (owed := books.open_debts([talk.pk])):
            actions.waive(talk, self._somebody(talk), owed[0].id, "=Spam", self.at)

    def close(self) -> None:
        if talk := self._any():
            actions.close(talk, self._somebody(talk), self.at)

    def silence(self) -> None:
        if (talk := self._any()) and not books.open_debts([talk.pk]):
            verdicts.close(talk, Conversation.Closing.UNCONFIRMED, self.at)

    def hand_over(self) -> None:
        if (talk := self._any()) and (owed := books.open_debts([talk.pk])):
            actions.hand_over(talk, self.boss, [owed[0].id], self._somebody(talk), "Holiday", self.at)

    def ask(self) -> None:
        if talk := self._any():
            asking.ask(talk, self._somebody(talk), "carrier@carrier.example", "A parcel", "Where?", self.at)

    def third_party(self) -> None:
        asides = list(Conversation.objects.exclude(beside=None).order_by("pk"))
        if asides:
            factory.receive(sender="carrier@carrier.example", at=self.at, into=self.dice.choice(asides))

    def tag(self) -> None:
        if talk := self._any():
            tagging.add(
                talk, self._somebody(talk), self.dice.choice(("delivery", "money", "wishes")), self.at
            )

    def _any(self) -> Any:
        return Conversation.objects.get(pk=self.dice.choice(self.made).pk) if self.made else None

    def _somebody(self, talk: Conversation) -> Person:
        return self.dice.choice(self.others if talk.team.name == "returns" else self.firm.people)

    def _letter(self) -> Message | None:
        sent = list(Message.objects.filter(state="sent", purpose="answer").order_by("pk"))
        return self.dice.choice(sent) if sent else None
