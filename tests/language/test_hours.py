"""Questions of working time as `odzew read hours` takes them."""

import pytest

from odzew.language import hours

WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ASK = {"start": "2026-12-23T16:30:00+01:00", "tz": "Europe/Warsaw", "hours": WEEK}

ASKED = {
    "add": ({"op": "add", "seconds": 3600}, {"end": "2026-12-24T08:30:00Z"}),
    "add over a day off of every year": (
        {"op": "add", "seconds": 3600, "holidays": ["--12-24", "2026-12-25"]},
        {"end": "2026-12-28T08:30:00Z"},
    ),
    "add over a day of own hours": (
        {"op": "add", "seconds": 3600, "special": {"2026-12-24": [["23:45", "24:00"]]}},
        {"end": "2026-12-25T08:15:00Z"},
    ),
    "subtract": ({"op": "sub", "seconds": 4 * 3600}, {"end": "2026-12-23T10:30:00Z"}),
    "between": ({"op": "between", "end": "2026-12-24T09:15:00+01:00"}, {"seconds": 2700.0}),
    "between in the wrong order": ({"op": "between", "end": "2026-12-23T09:15:00+01:00"}, {"seconds": 0.0}),
    "next opening": ({"op": "next_open"}, {"end": "2026-12-23T15:30:00Z"}),
    "in hours": ({"op": "in_hours"}, {"open": True}),
    "a leap day off every year": (
        {"op": "in_hours", "start": "2028-02-29T10:00:00+01:00", "holidays": ["--02-29"]},
        {"open": False},
    ),
}


@pytest.mark.parametrize("case", ASKED)
def test_a_question_of_working_time(case):
    question, answer = ASKED[case]

    assert hours.read(ASK | question) == answer


def test_an_unknown_operation_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'guess'; there are add, sub, between"):
        hours.read(ASK | {"op": "guess"})
