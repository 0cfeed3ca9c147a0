"""What may happen at a desk, in any order. `do` says on which desk it happens."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from odzew.domain.obligation import Kind, Refused, State
from tests.domain.examples import NINE
from tests.domain.paper import NEW, PEOPLE, Paper

ANY = st.integers(0, 2**16)
SOMEBODY = st.sampled_from(PEOPLE)
HOURS = st.integers(-3, 200).map(lambda hours: timedelta(hours=hours))
JUMPS = st.sampled_from([-400 * 24, -30, -1, 1, 9, 30, 24 * 400]).map(lambda hours: timedelta(hours=hours))
LATE = st.sampled_from([timedelta(), timedelta(seconds=1), timedelta(hours=5), timedelta(hours=-30)])
TICK = timedelta(minutes=1)

some_talk = precondition(lambda self: self.paper.conversations)
some_debt = precondition(lambda self: self.paper.books)
some_letter = precondition(lambda self: self.paper.letters)


class Desk(RuleBasedStateMachine):
    """The rules; each is also tried where the books have to refuse it."""

    def __init__(self):
        super().__init__()
        self.paper = Paper()
        self.now = NINE

    def do(self, act, *told):
        """Let it happen on paper, and return whether it was refused."""
        try:
            self.heard = getattr(self.paper, act)(*told)
        except Refused:
            return True
        return False

    def talk(self, number):
        return number % self.paper.conversations + 1

    def debt(self, number):
        return sorted(self.paper.books)[number % len(self.paper.books)]

    def letter(self, number):
        return sorted(self.paper.letters)[number % len(self.paper.letters)]

    @rule(late=LATE)
    def a_customer_writes_first(self, late):
        self.do("receive", NEW, self.now - late, self.now)

    @some_talk
    @rule(number=ANY, late=LATE)
    def a_customer_writes_again(self, number, late):
        self.do("receive", self.talk(number), self.now - late, self.now)

    @rule()
    def a_machine_writes_first(self):
        self.do("receive", NEW, self.now, self.now, "out-of-office")

    @some_talk
    @rule(number=ANY)
    def a_machine_writes_again(self, number):
        self.do("receive", self.talk(number), self.now, self.now, "out-of-office")

    @some_talk
    @rule(number=ANY, mask=st.integers(1, 2**8), author=SOMEBODY, asked=st.integers(0, 2))
    def a_person_answers(self, number, mask, author, asked):
        owed = self.paper.open_in(self.talk(number))
        pays = [debt for place, debt in enumerate(owed) if mask >> place & 1] or owed[:1]
        if pays:
            questions = [f"question {place}" for place in range(asked)]
            self.do("reply", self.talk(number), author, pays, questions, self.now)

    @some_debt
    @rule(number=ANY, author=SOMEBODY)
    def a_person_answers_whatever_state_it_is_in(self, number, author):
        debt = self.debt(number)
        self.do("reply", self.paper.books[debt].conversation, author, [debt], [], self.now)

    @some_talk
    @rule(number=ANY, author=SOMEBODY)
    def a_person_acknowledges(self, number, author):
        self.do("reply", self.talk(number), author, [], [], self.now)

    @some_letter
    @rule(number=ANY)
    def the_outbox_takes_a_letter(self, number):
        self.do("claim", self.letter(number))

    @some_letter
    @rule(number=ANY)
    def a_server_accepts(self, number):
        self.do("accepted", self.letter(number), self.now)

    @some_letter
    @rule(number=ANY)
    def a_server_refuses(self, number):
        self.do("failed", self.letter(number))

    @some_letter
    @rule(number=ANY)
    def nobody_knows_whether_it_went(self, number):
        self.do("in_doubt", self.letter(number))

    @some_letter
    @rule(number=ANY)
    def a_letter_comes_back(self, number):
        self.do("bounced", self.letter(number), self.now)

    @some_debt
    @rule(number=ANY, author=SOMEBODY)
    def the_customer_says_not_yet(self, number, author):
        self.do("not_yet", self.debt(number), author, self.now)

    @some_talk
    @rule(number=ANY, author=SOMEBODY, until=HOURS)
    def a_person_promises(self, number, author, until):
        self.do("promise", self.talk(number), author, self.now + until, self.now)

    @some_debt
    @rule(number=ANY, author=SOMEBODY, until=HOURS)
    def a_person_asks_for_more_time(self, number, author, until):
        promises = [n for n, debt in self.paper.books.items() if debt.kind is Kind.PROMISE]
        debt = promises[number % len(promises)] if promises else self.debt(number)
        self.do("postpone", debt, author, self.now + until, self.now)

    @some_debt
    @rule(number=ANY, author=SOMEBODY, to=SOMEBODY)
    def a_person_hands_over(self, number, author, to):
        self.do("hand_over", self.debt(number), author, to, self.now)

    @some_debt
    @rule(number=ANY, author=SOMEBODY, reason=st.sampled_from(["spam", "spam", "spam", " "]))
    def a_person_waives(self, number, author, reason):
        self.do("waive", self.debt(number), author, reason, self.now)

    @some_talk
    @rule(number=ANY)
    def a_person_closes(self, number):
        self.do("close", self.talk(number))

    @rule(by=JUMPS)
    def the_clock_jumps(self, by):
        self.now += by

    @rule()
    def a_minute_passes(self):
        self.now += TICK


def open_ones(paper):
    """Return what is open."""
    return [debt for debt in paper.books.values() if debt.state is State.OPEN]
