"""Working hours are read as people type them, and refused in words that say how."""

import pytest

from odzew.staff.hours import BadHours
from odzew.staff.week import read_day, read_days, written_day, written_days


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", []),
        (" - ", []),
        ("wolne", []),
        ("9-17", [["09:00", "17:00"]]),
        ("9:00–17:00", [["09:00", "17:00"]]),
        ("8.30 - 12, 13:00—16.15", [["08:30", "12:00"], ["13:00", "16:15"]]),
        ("14-18 9-13", [["09:00", "13:00"], ["14:00", "18:00"]]),
        ("0-24", [["00:00", "24:00"]]),
        ("9-12, 12-15", [["09:00", "12:00"], ["12:00", "15:00"]]),
    ],
)
def test_hours_are_read_as_they_are_typed(typed, read):
    assert read_day(typed) == read
    assert read_day(written_day(read)) == read


@pytest.mark.parametrize(
    "typed", ["nine", "9", "17-9", "9-9", "9-25", "9:70-12", "9-13, 12-15", "9-17 maybe"]
)
def test_what_is_no_time_of_work_is_refused(typed):
    with pytest.raises(BadHours):
        read_day(typed)


def test_own_days_stand_a_line_each():
    days = read_days("2026-12-31 9-12\n\n2026-05-02\n")

    assert days == {"2026-12-31": [["09:00", "12:00"]], "2026-05-02": []}
    assert written_days(days) == "2026-05-02\n2026-12-31 09:00–12:00"


@pytest.mark.parametrize("typed", ["31.12.2026 9-12", "2026-13-01", "2026-12-31 nine"])
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(BadHours):
        read_days(typed)
