"""A desk on paper: the pure rules put together as the actions and the intake put them together.

People, customers, conversations and letters are counted from 1; what they say does not matter here.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

from odzew.domain import closing, discharge, journal, opening, ranking
from odzew.domain.obligation import Kind, Refused, State

NEW = 0
TEAM = 1
PEOPLE = (1, 2, 3)
ANSWER_TIME = timedelta(hours=8)
UNSETTLED = ("queued", "sending", "in_doubt")


@dataclass
class Letter:
    """One outbound message."""

    conversation: int
    author: int
    pays: list[int]
    state: str = "queued"


@dataclass
class Paper:
    """Journal, what it adds up to, and the letters that are to pay it."""

    entries: list = field(default_factory=list)
    books: dict = field(default_factory=dict)
    conversations: int = 0
    messages: int = 0
    letters: dict = field(default_factory=dict)
    closed: set = field(default_factory=set)

    def post(self, *entries):
        """Write all of them, or none."""
        books, lines = dict(self.books), []
        for entry in entries:
            number = entry.obligation or len(self.entries) + len(lines) + 1
            entry = replace(entry, obligation=number)
            if isinstance(entry, journal.Opened):
                served = [debt for debt in self.books.values() if debt.customer == entry.customer]
                entry = replace(entry, failures=ranking.failures(served, entry.at))
            books[number] = journal.apply(books.get(number), entry)
            lines.append(entry)
        self.books = books
        self.entries += lines

    def of(self, conversation):
        return [debt for debt in self.books.values() if debt.conversation == conversation]

    def open_in(self, conversation):
        return [debt.id for debt in self.of(conversation) if debt.state is State.OPEN]

    def under_way(self):
        return {debt for letter in self.letters.values() if letter.state in UNSETTLED for debt in letter.pays}

    def receive(self, conversation, received_at, now, automatic=""):
        """A message comes into a conversation, or into a new one."""
        self.messages += 1
        if conversation == NEW:
            self.conversations += 1
            conversation = self.conversations
        verdict = opening.judge(
            automatic=automatic,
            received_at=min(received_at, now),
            debts=self.of(conversation),
            under_way=self.under_way(),
        )
        if not automatic:
            self.closed.discard(conversation)
        who = dict(at=now, by=f"customer:{conversation}", message=self.messages)
        if isinstance(verdict, opening.Join):
            self.post(journal.Joined(obligation=verdict.debt, **who))
        elif isinstance(verdict, opening.Open):
            self.post(
                journal.Opened(
                    obligation=NEW,
                    what=Kind.ANSWER,
                    customer=conversation,
                    conversation=conversation,
                    owner=self.assign(conversation),
                    team=TEAM,
                    since=verdict.since,
                    due=verdict.since + ANSWER_TIME,
                    **who,
                )
            )
        return conversation

    def assign(self, conversation):
        """Who had the conversation last, else whoever owes least."""
        before = [debt.owner for debt in sorted(self.of(conversation), key=lambda debt: debt.id)]
        loads = Counter(debt.owner for debt in self.books.values() if debt.state is State.OPEN)
        return before[-1] if before else min(PEOPLE, key=lambda person: (loads[person], person))

    def reply(self, conversation, author, pays, questions, now):
        """A person writes; with `pays` it is an answer."""
        debts = self.of(conversation)
        pays = [*pays, *(notice for notice in self.untold(pays) if notice not in pays)]
        discharge.check(discharge.Reply(answers=bool(pays), pays=tuple(pays), by_person=True), debts)
        number = self.messages + 1
        answered = [debt for debt in debts if debt.id in pays]
        asked = [debt for debt in answered if debt.kind is Kind.ANSWER] or answered
        parent = min(asked, key=lambda debt: (debt.opened_at, debt.id), default=None)
        self.post(
            *(
                journal.Opened(
                    obligation=NEW,
                    at=now,
                    by=f"person:{author}",
                    message=number,
                    what=Kind.ANSWER,
                    customer=conversation,
                    conversation=conversation,
                    owner=parent.owner,
                    team=TEAM,
                    since=parent.opened_at,
                    due=parent.due_at,
                    text=question,
                    parent=parent.id,
                )
                for question in questions
                if parent
            )
        )
        self.messages = number
        self.letters[number] = Letter(conversation, author, list(pays))

    def claim(self, letter):
        """The outbox takes a letter in hand."""
        if self.letters[letter].state == "queued":
            self.letters[letter].state = "sending"

    def accepted(self, letter, now):
        """The receiver's server takes it."""
        known = self.letters[letter]
        if known.state not in UNSETTLED:
            return
        known.state = "sent"
        self.post(
            *(
                journal.Paid(obligation=debt, at=now, by=f"person:{known.author}", message=letter)
                for debt in sorted(set(known.pays))
                if self.books[debt].state is State.OPEN
            )
        )

    def failed(self, letter):
        """The receiver's server refuses it for good."""
        if self.letters[letter].state in UNSETTLED:
            self.letters[letter].state = "failed"
            self.closed.discard(self.letters[letter].conversation)

    def in_doubt(self, letter):
        """The desk stopped while it was sending."""
        if self.letters[letter].state == "sending":
            self.letters[letter].state = "in_doubt"

    def bounced(self, letter, now):
        """It comes back."""
        known = self.letters[letter]
        if known.state == "bounced":
            return
        known.state = "bounced"
        paid = [d.id for d in self.books.values() if d.state is State.PAID and d.settled_by == letter]
        self.post(
            *(
                journal.Reopened(obligation=debt, at=now, by="desk", reason="came back", message=letter)
                for debt in sorted(paid)
            )
        )
        self.closed.discard(known.conversation)

    def not_yet(self, debt, author, now):
        """The customer says that what was settled is not; no letter written before pays it any more."""
        self.post(journal.Reopened(obligation=debt, at=now, by=f"person:{author}", reason="not yet"))
        self.closed.discard(self.books[debt].conversation)
        for letter in self.letters.values():
            if letter.state in UNSETTLED and debt in letter.pays:
                letter.pays.remove(debt)

    def promise(self, conversation, author, due, now):
        """A person promises something."""
        if due <= now:
            raise Refused("It has passed.")
        opened = journal.Opened(
            obligation=NEW,
            at=now,
            by=f"person:{author}",
            what=Kind.PROMISE,
            customer=conversation,
            conversation=conversation,
            owner=author,
            team=TEAM,
            since=now,
            due=due,
            text="promised",
        )
        self.post(opened)
        self.closed.discard(conversation)

    def postpone(self, debt, author, due, now):
        """A promise gets a new date, and the customer is owed a notice of it, once until it is told."""
        if due <= now:
            raise Refused("It has passed.")
        by, before = f"person:{author}", self.books[debt]
        self.post(journal.Postponed(obligation=debt, at=now, by=by, reason="delayed", due=due))
        untold = self.untold([debt])
        for letter in self.letters.values():
            if letter.state in UNSETTLED:
                letter.pays = [number for number in letter.pays if number not in untold]
        if untold:
            return
        told_by = now + ANSWER_TIME
        self.post(
            journal.Opened(
                obligation=NEW,
                at=now,
                by=by,
                what=Kind.NOTICE,
                customer=before.customer,
                conversation=before.conversation,
                owner=author,
                team=TEAM,
                since=now,
                due=min(told_by, before.due_at) if before.due_at > now else told_by,
                text=f"Tell the new date: {before.text}",
                about=debt,
            )
        )

    def untold(self, promises):
        """The notices of new dates that are still owed."""
        return [
            entry.obligation
            for entry in self.entries
            if isinstance(entry, journal.Opened) and entry.about in promises
            if self.books[entry.obligation].state is State.OPEN
        ]

    def hand_over(self, debt, author, to, now):
        """Another person is accountable."""
        by = f"person:{author}"
        self.post(journal.HandedOver(obligation=debt, at=now, by=by, reason="holiday", owner=to, team=TEAM))

    def waive(self, debt, author, reason, now):
        """A person takes a debt off the books."""
        self.post(journal.Waived(obligation=debt, at=now, by=f"person:{author}", reason=reason))

    def close(self, conversation):
        """It closes if nothing is owed."""
        owed = closing.still_owed(self.of(conversation))
        if not owed:
            self.closed.add(conversation)
        return [debt.id for debt in owed]
