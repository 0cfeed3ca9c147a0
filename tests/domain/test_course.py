"""The course of a call: the same whatever the order, the delay and the copies of what a line tells."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from odzew.calls.course import Course, course
from odzew.calls.events import Event, What
from tests.domain.examples import NINE

WHATS = {what.value[0]: what for what in What} | {"+": What.RESUMED, "x": What.ENDED}
# r ringing, a answered, h held, + resumed, t transferred, v voicemail, x ended


def events(told: str) -> list[Event]:
    """Read `r0 a5 x65`: what happened, and at which second; `t9!` is a blind transfer."""
    return [
        Event(
            id=f"{number}",
            what=WHATS[word[0]],
            at=NINE + timedelta(seconds=int(word[1:].rstrip("!"))),
            to="102" if word[0] == "t" else "",
            blind=word.endswith("!"),
        )
        for number, word in enumerate(told.split())
    ]


def seconds(found: Course) -> tuple[int, int]:
    return int(found.talked.total_seconds()), int(found.held.total_seconds())


@pytest.mark.parametrize(
    ("told", "state", "talked", "held"),
    [
        ("r0", "ringing", 0, 0),
        ("r0 x30", "missed", 0, 0),
        ("x30", "missed", 0, 0),  # all else was lost on the way
        ("r0 a5", "talking", 0, 0),
        ("r0 a5 x65", "talked", 60, 0),
        ("r0 a5 h10", "on_hold", 0, 0),
        ("r0 a5 h10 +40 x65", "talked", 30, 30),
        ("r0 a5 h10 x65", "abandoned", 0, 55),
        ("r0 h5 a65 x125", "talked", 60, 60),  # a queue with music
        ("r0 h5 x65", "abandoned", 0, 60),  # a queue nobody came out of
        ("r0 a5 h10 h20 +40 x65", "talked", 30, 30),  # told twice under two names
        ("r0 a5 +20 x65", "talked", 60, 0),  # the hold it ends was lost
        ("r0 a5 h10 t20 x65", "talked", 50, 10),  # a colleague takes over herself
        ("r0 a5 t20! a50 x65", "talked", 30, 30),  # she waits until the colleague answers
        ("r0 a5 t20! x65", "abandoned", 0, 45),  # he never did
        ("r0 v40 x45", "voicemail", 0, 0),
        ("r0 x45 v60", "voicemail", 0, 0),  # the words are told when they are ready
        ("r0 a5 t20! v40 x65", "voicemail", 0, 45),
        ("r0 x20 a25 x85", "talked", 60, 0),  # one telephone gave up, another answered
        ("r0 x20 a25", "missed", 0, 0),  # a clock that is wrong: nobody answers after the end
        ("r0 a0 x0", "talked", 0, 0),
    ],
)
def test_what_events_add_up_to(told: str, state: str, talked: int, held: int) -> None:
    found = course(events(told))

    assert found.state == state and found.held == timedelta(seconds=held)
    if found.ended_at is not None and state == "talked":
        assert seconds(found) == (talked, held)


def test_who_spoke_is_named_and_whose_telephone_rang_is_not() -> None:
    rang = Event(id="1", what=What.RINGING, at=NINE, agent="101")
    took = Event(id="2", what=What.ANSWERED, at=NINE, agent="102")

    assert course([rang, took]).agents == ("102",)


EVENTS = st.lists(
    st.builds(
        Event,
        id=st.sampled_from("abcdefgh"),
        what=st.sampled_from(What),
        at=st.integers(0, 20).map(lambda second: NINE + timedelta(seconds=second)),
        turn=st.integers(0, 2),
        agent=st.sampled_from(["", "101", "102"]),
        blind=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(events=EVENTS, data=st.data())
def test_any_order_and_any_copies_give_the_same_call(events: list[Event], data: st.DataObject) -> None:
    again = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=5))]))

    assert course(again) == course(events)


@given(EVENTS)
def test_times_never_contradict_one_another(events: list[Event]) -> None:
    found = course(events)

    assert found.talked >= timedelta() and found.held >= timedelta()
    assert all(since <= until for since, until in found.holds)
    if found.ended_at is not None:
        assert found.talked + found.held <= (found.ended_at - found.begun_at)
        assert all(until <= found.ended_at for _since, until in found.holds)
