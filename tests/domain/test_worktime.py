"""Working time: named cases, laws, and a slow oracle that asks the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from odzew.domain import worktime
from odzew.domain.worktime import ALWAYS, Calendar, NeverOpen


def spans(text: str):
    """Read "9-12 13-17:30 22-24"."""

    def clock(part: str) -> time:
        hour, _, minute = part.partition(":")
        return time(int(hour) % 24, int(minute or 0))

    return tuple(tuple(clock(part) for part in span.split("-")) for span in text.split())


def week(zone: str, weekdays: str, saturday: str = "", sunday: str = "", **more) -> Calendar:
    days = (spans(weekdays),) * 5 + (spans(saturday), spans(sunday))
    return Calendar(zone, days, **more)


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


OFFICE = week("Europe/Warsaw", "8-16")
LUNCH = week("Europe/Warsaw", "9-12 13-17")
SHOP = week("Europe/Warsaw", "8-16", saturday="9-13")
ROUND = week("Europe/Warsaw", "0-24", "0-24", "0-24")
NIGHT = week("Europe/Warsaw", "0-6 22-24", "0-6", "22-24")
KYIV = week("Europe/Kyiv", "9-18")
LORD_HOWE = week("Australia/Lord_Howe", "0-24", "0-24", "0-24")
CHRISTMAS = week(
    "Europe/Warsaw",
    "8-16",
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}),
    special={date(2026, 12, 24): spans("8-12"), date(2026, 12, 27): spans("10-14"), date(2026, 12, 31): ()},
)

ADDED = {
    "within one day": (OFFICE, "2026-11-23 09:00", hours(4), "2026-11-23 13:00"),
    "to the very end of the day": (OFFICE, "2026-11-23 09:00", hours(7), "2026-11-23 16:00"),
    "one second past the end of the day": (
        OFFICE,
        "2026-11-23 09:00",
        hours(7) + timedelta(seconds=1),
        "2026-11-24 08:00:01",
    ),
    "one microsecond": (OFFICE, "2026-11-23 15:59:59.999999", timedelta(microseconds=1), "2026-11-23 16:00"),
    "over the weekend": (OFFICE, "2026-11-20 15:00", hours(4), "2026-11-23 11:00"),
    "a mail on Saturday 14:00 is due Monday 12:00": (
        OFFICE,
        "2026-11-21 14:00",
        hours(4),
        "2026-11-23 12:00",
    ),
    "a mail on Saturday morning of a shop": (SHOP, "2026-11-21 10:00", hours(4), "2026-11-23 09:00"),
    "before the day begins": (OFFICE, "2026-11-23 03:00", hours(1), "2026-11-23 09:00"),
    "after the day has ended": (OFFICE, "2026-11-23 16:00", hours(1), "2026-11-24 09:00"),
    "over the lunch break": (LUNCH, "2026-11-23 11:30", hours(1), "2026-11-23 13:30"),
    "up to the lunch break": (LUNCH, "2026-11-23 11:30", hours(0.5), "2026-11-23 12:00"),
    "from within the lunch break": (LUNCH, "2026-11-23 12:20", hours(1), "2026-11-23 14:00"),
    "nothing, when closed, is the opening": (OFFICE, "2026-11-22 12:00", hours(0), "2026-11-23 08:00"),
    "nothing, when open, changes nothing": (OFFICE, "2026-11-23 12:00", hours(0), "2026-11-23 12:00"),
    "nothing, at closing, changes nothing": (OFFICE, "2026-11-23 16:00", hours(0), "2026-11-23 16:00"),
    "a negative duration goes back": (OFFICE, "2026-11-23 09:00", hours(-2), "2026-11-20 15:00"),
    "over the holidays, with half a Christmas Eve": (
        CHRISTMAS,
        "2026-12-23 15:00",
        hours(6),
        "2026-12-27 11:00",
    ),
    "over New Year": (CHRISTMAS, "2026-12-30 15:00", hours(2), "2027-01-04 09:00"),
    "a night shift across midnight": (NIGHT, "2026-11-23 23:00", hours(3), "2026-11-24 02:00"),
    "a night shift across the day": (NIGHT, "2026-11-23 05:00", hours(3), "2026-11-24 00:00"),
    "round the clock over midnight": (ROUND, "2026-11-23 23:30", hours(1), "2026-11-24 00:30"),
    "a night that loses an hour, Warsaw": (ROUND, "2026-03-28 20:00", hours(24), "2026-03-29 21:00"),
    "a night that gains an hour, Warsaw": (ROUND, "2026-10-24 20:00", hours(24), "2026-10-25 19:00"),
    "office hours over the spring change": (OFFICE, "2026-03-27 15:00", hours(2), "2026-03-30 09:00"),
    "office hours over the autumn change": (OFFICE, "2026-10-23 15:00", hours(2), "2026-10-26 09:00"),
    "a night that loses an hour, Kyiv": (
        week("Europe/Kyiv", "0-24", "0-24", "0-24"),
        "2026-03-29 02:30",
        hours(1),
        "2026-03-29 04:30",
    ),
    "office hours in Kyiv": (KYIV, "2026-03-27 17:30", hours(1), "2026-03-30 09:30"),
    "a night that loses half an hour, Lord Howe": (
        LORD_HOWE,
        "2026-10-04 01:30",
        hours(1),
        "2026-10-04 03:00",
    ),
    "a night that gains half an hour, Lord Howe": (
        LORD_HOWE,
        "2026-04-05 01:00",
        hours(2),
        "2026-04-05 02:30",
    ),
    "a Friday that never was, Apia": (
        week("Pacific/Apia", "9-17"),
        "2011-12-29 16:00",
        hours(2),
        "2012-01-02 10:00",
    ),
    "a day that begins at one, São Paulo": (
        week("America/Sao_Paulo", "0-24", "0-24", "0-24"),
        "2015-10-17 23:00",
        hours(2),
        "2015-10-18 02:00",
    ),
}


@pytest.mark.parametrize("case", ADDED)
def test_adding_working_time(case):
    calendar, start, duration, end = ADDED[case]

    due = worktime.add(calendar, at(start, calendar.timezone), duration)

    assert due == at(end, calendar.timezone)
    assert due.tzinfo is UTC


SUBTRACTED = {
    "within one day": (OFFICE, "2026-11-23 13:00", hours(4), "2026-11-23 09:00"),
    "to the very beginning of the day": (OFFICE, "2026-11-23 13:00", hours(5), "2026-11-23 08:00"),
    "over the weekend": (OFFICE, "2026-11-23 09:00", hours(2), "2026-11-20 15:00"),
    "from a closed moment": (OFFICE, "2026-11-22 09:00", hours(1), "2026-11-20 15:00"),
    "nothing, when closed, is the last closing": (OFFICE, "2026-11-22 09:00", hours(0), "2026-11-20 16:00"),
    "over the lunch break": (LUNCH, "2026-11-23 13:30", hours(1), "2026-11-23 11:30"),
    "over a night that loses an hour": (ROUND, "2026-03-29 21:00", hours(24), "2026-03-28 20:00"),
    "over a night that gains an hour": (ROUND, "2026-10-25 19:00", hours(24), "2026-10-24 20:00"),
    "over the holidays": (CHRISTMAS, "2026-12-27 11:00", hours(6), "2026-12-23 15:00"),
    "a negative duration goes on": (OFFICE, "2026-11-20 15:00", hours(-2), "2026-11-23 09:00"),
}


@pytest.mark.parametrize("case", SUBTRACTED)
def test_subtracting_working_time(case):
    calendar, end, duration, start = SUBTRACTED[case]

    assert worktime.subtract(calendar, at(end, calendar.timezone), duration) == at(start, calendar.timezone)


BETWEEN = {
    "a day": (OFFICE, "2026-11-23 00:00", "2026-11-24 00:00", hours(8)),
    "a week": (LUNCH, "2026-11-23 00:00", "2026-11-30 00:00", hours(35)),
    "nothing over the weekend": (OFFICE, "2026-11-20 16:00", "2026-11-23 08:00", hours(0)),
    "nothing over lunch": (LUNCH, "2026-11-23 12:00", "2026-11-23 13:00", hours(0)),
    "parts of two days": (OFFICE, "2026-11-20 15:30", "2026-11-23 08:45", hours(1.25)),
    "backwards it is negative": (OFFICE, "2026-11-23 08:45", "2026-11-20 15:30", hours(-1.25)),
    "a day of 23 hours": (ROUND, "2026-03-29 00:00", "2026-03-30 00:00", hours(23)),
    "a day of 25 hours": (ROUND, "2026-10-25 00:00", "2026-10-26 00:00", hours(25)),
    "the holidays": (CHRISTMAS, "2026-12-24 00:00", "2027-01-02 00:00", hours(4 + 4 + 3 * 8)),
    "a microsecond": (OFFICE, "2026-11-23 15:59:59.999999", "2026-11-23 20:00", timedelta(microseconds=1)),
    "a year of a Kyiv office": (KYIV, "2026-01-01 00:00", "2027-01-01 00:00", hours(261 * 9)),
}


@pytest.mark.parametrize("case", BETWEEN)
def test_working_time_between_two_moments(case):
    calendar, start, end, expected = BETWEEN[case]
    zone = calendar.timezone

    assert worktime.between(calendar, at(start, zone), at(end, zone)) == expected


# Europe/Warsaw: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
CHANGES = {
    "a span that begins in the skipped hour begins at the change": ("2:30-5", "2026-03-29", 2.0),
    "a span that ends in the skipped hour ends at the change": ("1-2:30", "2026-03-29", 1.0),
    "a span within the skipped hour is not worked": ("2:10-2:50", "2026-03-29", 0.0),
    "a span over the skipped hour is an hour shorter": ("1-5", "2026-03-29", 3.0),
    "a span over the repeated hour is an hour longer": ("1-5", "2026-10-25", 5.0),
    "a span that begins in the repeated hour begins at its first showing": ("2:30-5", "2026-10-25", 3.5),
    "a span that ends in the repeated hour ends at its last showing": ("1-2:30", "2026-10-25", 2.5),
    "two spans that meet in the repeated hour are not counted twice": ("1-2:30 2:30-5", "2026-10-25", 5.0),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_span_on_the_night_the_clocks_change(case):
    sunday, day, expected = CHANGES[case]
    calendar = week("Europe/Warsaw", "", sunday=sunday)
    start = at(f"{day} 00:00", "Europe/Warsaw")

    assert worktime.between(calendar, start, start + timedelta(days=1)) == hours(expected)


def test_the_hour_shown_twice_is_open_both_times():
    calendar = week("Europe/Warsaw", "", sunday="2-3")

    assert worktime.is_open(calendar, at("2026-10-25 02:15", "Europe/Warsaw", fold=0))
    assert worktime.is_open(calendar, at("2026-10-25 02:15", "Europe/Warsaw", fold=1))
    assert not worktime.is_open(calendar, at("2026-10-25 03:00", "Europe/Warsaw"))


def test_a_zone_that_repeats_midnight_counts_no_hour_twice():
    """Havana goes back from 01:00 to 00:00: that Sunday has 25 hours, its Saturday 24."""
    saturday = week("America/Havana", "", saturday="0-24")
    both = week("America/Havana", "", saturday="0-24", sunday="0-24")
    start, end = at("2026-10-31 00:00"), at("2026-11-03 00:00")

    assert worktime.between(saturday, start, end) == hours(24)
    assert worktime.between(both, start, end) == hours(49)


def test_a_zone_that_goes_back_across_midnight_counts_no_hour_twice():
    """St. John's went back from 00:01 on Sunday to 23:01 on Saturday until 2011."""
    saturday = week("America/St_Johns", "", saturday="0-24")
    both = week("America/St_Johns", "", saturday="0-24", sunday="0-24")
    start, end = at("2010-11-06 00:00"), at("2010-11-09 00:00")

    assert worktime.between(both, start, end) == hours(49)
    assert worktime.between(saturday, start, end) == hours(25)
    first_minute = at("2010-11-07 00:00:30", "America/St_Johns", fold=0).astimezone(UTC)
    assert worktime.is_open(saturday, first_minute)
    assert worktime.between(saturday, first_minute, end) == timedelta(minutes=59, seconds=30)
    assert worktime.add(saturday, first_minute, hours(0.5)) == first_minute + hours(0.5)


def test_the_day_that_apia_skipped_holds_no_working_time():
    calendar = week("Pacific/Apia", "0-24", "0-24", "0-24")
    thursday, saturday = at("2011-12-29 12:00", "Pacific/Apia"), at("2011-12-31 12:00", "Pacific/Apia")

    assert worktime.between(calendar, thursday, saturday) == hours(24)


OPEN = {
    "at the beginning": (OFFICE, "2026-11-23 08:00", True),
    "before the beginning": (OFFICE, "2026-11-23 07:59:59.999999", False),
    "at the end": (OFFICE, "2026-11-23 16:00", False),
    "before the end": (OFFICE, "2026-11-23 15:59:59.999999", True),
    "at lunch": (LUNCH, "2026-11-23 12:00", False),
    "on Sunday": (OFFICE, "2026-11-22 12:00", False),
    "on a holiday": (CHRISTMAS, "2026-12-25 12:00", False),
    "on Christmas Eve before noon": (CHRISTMAS, "2026-12-24 11:59", True),
    "on Christmas Eve at noon": (CHRISTMAS, "2026-12-24 12:00", False),
    "on a Sunday of own hours": (CHRISTMAS, "2026-12-27 10:00", True),
    "at midnight, round the clock": (ROUND, "2026-11-23 00:00", True),
    "in the last minute of the day, round the clock": (ROUND, "2026-11-23 23:59:59.999999", True),
}


@pytest.mark.parametrize("case", OPEN)
def test_is_open(case):
    calendar, moment, expected = OPEN[case]

    assert worktime.is_open(calendar, at(moment, calendar.timezone)) is expected


OPENINGS = {
    "now": (OFFICE, "2026-11-23 12:00", "2026-11-23 12:00"),
    "this morning": (OFFICE, "2026-11-23 03:00", "2026-11-23 08:00"),
    "at closing it is tomorrow": (OFFICE, "2026-11-23 16:00", "2026-11-24 08:00"),
    "after lunch": (LUNCH, "2026-11-23 12:00", "2026-11-23 13:00"),
    "after the weekend": (OFFICE, "2026-11-20 17:00", "2026-11-23 08:00"),
    "after Christmas": (CHRISTMAS, "2026-12-24 12:00", "2026-12-27 10:00"),
}


@pytest.mark.parametrize("case", OPENINGS)
def test_next_opening(case):
    calendar, moment, expected = OPENINGS[case]
    zone = calendar.timezone

    assert worktime.next_opening(calendar, at(moment, zone)) == at(expected, zone)


DAYS = {
    "today": (OFFICE, date(2026, 11, 23), "2026-11-23 16:00"),
    "a day with a lunch break": (LUNCH, date(2026, 11, 23), "2026-11-23 17:00"),
    "a Saturday off is Monday": (OFFICE, date(2026, 11, 21), "2026-11-23 16:00"),
    "Christmas Eve": (CHRISTMAS, date(2026, 12, 24), "2026-12-24 12:00"),
    "Christmas is the Sunday of own hours": (CHRISTMAS, date(2026, 12, 25), "2026-12-27 14:00"),
    "round the clock it is midnight": (ROUND, date(2026, 11, 23), "2026-11-24 00:00"),
}


@pytest.mark.parametrize("case", DAYS)
def test_end_of_day(case):
    calendar, day, expected = DAYS[case]

    assert worktime.end_of_day(calendar, day) == at(expected, calendar.timezone)


WITHIN_DAYS = {
    "within one day of a Monday": (OFFICE, "2026-11-23 09:00", 1, "2026-11-24 16:00"),
    "within one day of a Friday": (OFFICE, "2026-11-20 09:00", 1, "2026-11-23 16:00"),
    "within one day of a Saturday": (OFFICE, "2026-11-21 09:00", 1, "2026-11-23 16:00"),
    "within two days of a Thursday evening": (OFFICE, "2026-11-19 23:00", 2, "2026-11-23 16:00"),
    "within five days is a week": (OFFICE, "2026-11-23 09:00", 5, "2026-11-30 16:00"),
    "within two days of the day before Christmas Eve": (CHRISTMAS, "2026-12-23 09:00", 2, "2026-12-27 14:00"),
    "the day is that of the team, not of Greenwich": (OFFICE, "2026-11-24 00:30", 1, "2026-11-25 16:00"),
}


@pytest.mark.parametrize("case", WITHIN_DAYS)
def test_within_so_many_working_days(case):
    calendar, moment, n, expected = WITHIN_DAYS[case]
    zone = calendar.timezone

    assert worktime.add_days(calendar, at(moment, zone), n) == at(expected, zone)
    if n == 1:
        assert worktime.end_of_next_working_day(calendar, at(moment, zone)) == at(expected, zone)


def test_working_days_are_counted_from_one():
    with pytest.raises(ValueError, match="from one, not 0"):
        worktime.add_days(OFFICE, at("2026-11-23 09:00"), 0)


LEGAL = {
    "winter in Warsaw": ("Europe/Warsaw", date(2026, 11, 23), "2026-11-23T22:59:59"),
    "summer in Warsaw": ("Europe/Warsaw", date(2026, 7, 1), "2026-07-01T21:59:59"),
    "the short day": ("Europe/Warsaw", date(2026, 3, 29), "2026-03-29T21:59:59"),
    "the long day": ("Europe/Warsaw", date(2026, 10, 25), "2026-10-25T22:59:59"),
    "Kyiv": ("Europe/Kyiv", date(2026, 11, 23), "2026-11-23T21:59:59"),
    "a last hour shown twice ends at its last showing": (
        "America/Sao_Paulo",
        date(2015, 2, 21),
        "2015-02-22T02:59:59",
    ),
    "a day that never was ended as it began": ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00"),
}


@pytest.mark.parametrize("case", LEGAL)
def test_a_term_in_calendar_days_ends_with_the_last_second_of_the_local_day(case):
    zone, day, expected = LEGAL[case]

    assert worktime.end_of_calendar_day(zone, day) == at(expected)


NEVER = {
    "an empty week": Calendar("UTC", ((),) * 7),
    "all days off": week(
        "UTC", "9-17", holidays=frozenset(date(2026, 1, 1) + timedelta(n) for n in range(4000))
    ),
    "one day, long ago": Calendar("UTC", ((),) * 7, special={date(2000, 1, 1): spans("9-17")}),
}


@pytest.mark.parametrize("case", NEVER)
@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar, moment: worktime.add(calendar, moment, hours(1)),
        worktime.next_opening,
        worktime.end_of_next_working_day,
        lambda calendar, moment: worktime.end_of_day(calendar, moment.date()),
    ],
    ids=["add", "next_opening", "end_of_next_working_day", "end_of_day"],
)
def test_a_team_that_never_opens_is_refused_in_words(case, ask):
    with pytest.raises(NeverOpen, match="no working time within ten years"):
        ask(NEVER[case], at("2026-01-01 12:00"))


def test_no_work_lies_between_two_moments_of_a_team_that_never_opens():
    assert worktime.between(NEVER["an empty week"], at("2026-01-01"), at("2027-01-01")) == hours(0)


def test_twenty_years_of_work_may_be_added():
    assert worktime.add(ALWAYS, at("2000-01-01"), timedelta(days=7305)) == at("2020-01-01")


def test_a_calendar_refuses_hours_that_mean_nothing():
    with pytest.raises(ValueError, match="seven days, not 5"):
        Calendar("UTC", ((),) * 5)
    with pytest.raises(ValueError, match="ends before it starts: 17:00:00–09:00:00"):
        week("UTC", "17-9")
    with pytest.raises(ValueError, match="ends before it starts"):
        week("UTC", "9-9")
    with pytest.raises(ValueError, match="no such time zone: 'Europe/Kijow'"):
        week("Europe/Kijow", "9-17")
    with pytest.raises(ValueError, match="no such time zone"):
        week("../../etc/passwd", "9-17")


def test_a_naive_moment_is_refused():
    with pytest.raises(TypeError, match="naive"):
        worktime.add(OFFICE, datetime.fromisoformat("2026-11-23 09:00"), hours(1))


def test_spans_may_come_in_any_order_touch_and_overlap():
    tidy, untidy = week("UTC", "9-17"), week("UTC", "12-17 9-11 10-12")
    start, end = at("2026-11-23"), at("2026-12-23")

    assert worktime.between(tidy, start, end) == worktime.between(untidy, start, end)
    assert worktime.subtract(untidy, at("2026-11-23 13:00"), hours(4)) == at("2026-11-23 09:00")


def test_a_day_of_own_hours_stands_above_the_same_day_off():
    easter = date(2026, 4, 6)
    calendar = week("UTC", "8-16", holidays=frozenset({easter}), special={easter: spans("10-12")})

    assert worktime.between(calendar, at("2026-04-06"), at("2026-04-07")) == hours(2)


def test_equal_calendars_are_one_key():
    again = week("Europe/Warsaw", "8-16", holidays=CHRISTMAS.holidays, special=dict(CHRISTMAS.special))

    assert again == CHRISTMAS
    assert hash(again) == hash(CHRISTMAS)
    assert again != OFFICE


ZONES = [
    "Europe/Warsaw",
    "Europe/Kyiv",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Kathmandu",
    "UTC",
]
MINUTE = timedelta(minutes=1)


@st.composite
def day_spans(draw):
    edges = sorted(draw(st.sets(st.integers(0, 48), max_size=6)))
    clocks = [time(edge // 2 % 24, edge % 2 * 30) for edge in edges[: len(edges) // 2 * 2]]
    return tuple(zip(clocks[::2], clocks[1::2], strict=True))


def near(day: date):
    return st.integers(-4, 4).map(lambda days: day + timedelta(days=days))


# The days around which clocks change somewhere among the zones above.
TURNS = [date(2026, 3, 29), date(2026, 10, 25), date(2011, 12, 30), date(2015, 10, 18), date(2015, 2, 21)]
TURNS += [date(2010, 11, 7), date(2026, 4, 5), date(2026, 10, 4), date(2026, 11, 1), date(2026, 6, 15)]
days = st.sampled_from(TURNS).flatmap(near)
moments = st.builds(
    lambda day, second: datetime.combine(day, time.min, UTC) + timedelta(seconds=second),
    days,
    st.integers(0, 86_399),
)
durations = st.timedeltas(timedelta(0), timedelta(days=4))
steps = st.timedeltas(timedelta(days=-9), timedelta(days=9))
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.lists(day_spans(), min_size=7, max_size=7).map(tuple).filter(any),
    st.frozensets(days, max_size=3),
    st.dictionaries(days, day_spans(), max_size=2),
)


@given(calendars, moments, durations)
@example(ROUND, at("2026-10-25 00:30"), hours(1))
def test_what_is_added_lies_between(calendar, moment, duration):
    assert worktime.between(calendar, moment, worktime.add(calendar, moment, duration)) == duration


@given(calendars, moments, durations)
def test_what_is_subtracted_lies_between(calendar, moment, duration):
    assert worktime.between(calendar, worktime.subtract(calendar, moment, duration), moment) == duration


@given(calendars, moments, durations, durations.filter(bool))
def test_there_and_back_is_the_same_moment_of_work(calendar, moment, duration, worked):
    at_work = worktime.add(calendar, moment, worked)

    back = worktime.subtract(calendar, at_work, duration)

    assert worktime.add(calendar, back, duration) == at_work


@given(calendars, moments, durations, durations)
def test_two_additions_are_one(calendar, moment, first, second):
    twice = worktime.add(calendar, worktime.add(calendar, moment, first), second)

    assert twice == worktime.add(calendar, moment, first + second)


@given(calendars, moments, steps, durations)
def test_later_in_is_never_earlier_out(calendar, moment, step, duration):
    early, late = sorted([moment, moment + step])

    assert worktime.add(calendar, early, duration) <= worktime.add(calendar, late, duration)
    assert worktime.subtract(calendar, early, duration) <= worktime.subtract(calendar, late, duration)


@given(calendars, moments, steps, steps)
def test_working_time_adds_up(calendar, start, step, next_step):
    middle, end = start + step, start + step + next_step
    whole = worktime.between(calendar, start, end)

    assert worktime.between(calendar, start, middle) + worktime.between(calendar, middle, end) == whole
    assert worktime.between(calendar, end, start) == -whole


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(calendar, moment):
    opening = worktime.next_opening(calendar, moment)

    assert worktime.is_open(calendar, opening)
    assert worktime.between(calendar, moment, opening) == timedelta(0)


def shown_twice(wall: datetime, zone: ZoneInfo) -> bool:
    first, last = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < last


def open_by_the_wall(calendar: Calendar, moment: datetime) -> bool:
    """Ask the wall clock: a second, unrelated way to say whether a minute is worked."""
    local = moment.astimezone(calendar.zone)
    wall = local.replace(tzinfo=None, fold=0)
    twice = shown_twice(wall, calendar.zone)

    def within(start: time, end: time) -> bool:
        opens = datetime.combine(wall, start)
        closes = datetime.combine(wall, end) + timedelta(days=end == time.min)
        before = wall >= opens or (twice and local.fold == 1 and shown_twice(opens, calendar.zone))
        after = wall < closes or (
            twice and local.fold == 0 and end != time.min and shown_twice(closes, calendar.zone)
        )
        return before and after

    return any(within(start, end) for start, end in calendar.spans_on(wall.date()))


# In St. John's the first showing of 00:00–00:01 counts to the day before: there the two differ by design.
oracle_calendars = calendars.filter(lambda calendar: calendar.timezone != "America/St_Johns")


@given(oracle_calendars, moments)
def test_a_minute_is_open_when_the_wall_clock_says_so(calendar, moment):
    assert worktime.is_open(calendar, moment) == open_by_the_wall(calendar, moment)


@given(oracle_calendars, moments, st.integers(0, 2 * 24 * 60))
def test_working_time_is_the_number_of_open_minutes(calendar, moment, minutes):
    start = moment.replace(second=0)
    counted = sum(open_by_the_wall(calendar, start + n * MINUTE) for n in range(minutes))

    assert worktime.between(calendar, start, start + minutes * MINUTE) == counted * MINUTE


@given(oracle_calendars, moments, st.integers(1, 12 * 60))
def test_adding_walks_open_minutes(calendar, moment, minutes):
    start, days = moment.replace(second=0), 1
    ends = [
        start + (n + 1) * MINUTE
        for n in range(days * 24 * 60)
        if open_by_the_wall(calendar, start + n * MINUTE)
    ]

    due = worktime.add(calendar, start, minutes * MINUTE)

    assert due == ends[minutes - 1] if len(ends) >= minutes else due > start + timedelta(days=days)
