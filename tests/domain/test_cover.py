"""Who stands in, chains, circles and gaps."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from odzew.domain.cover import Absence, Cover, Gap, Standing, Why, accountable, away, gaps, stand_in
from tests.domain.examples import DAY, HOUR, NINE

ANNA, BASIA, CELA, DANKA = 1, 2, 3, 4
ABLE = frozenset({ANNA, BASIA, CELA, DANKA})
WEEK = NINE + 7 * DAY


def off(who, *covers, since=NINE, until=WEEK):
    """A week off, covered for the whole of it unless the cover says otherwise."""
    said = [c if isinstance(c, Cover) else Cover(c, since, until or WEEK) for c in covers]
    return Absence(who, since, until, tuple(said))


CASES = [
    pytest.param([], NINE, ANNA, None, id="who is there stands in for himself"),
    pytest.param([off(ANNA, BASIA)], NINE, BASIA, None, id="at the first moment the cover has it"),
    pytest.param([off(ANNA, BASIA)], NINE - timedelta(microseconds=1), ANNA, None, id="a moment before, not"),
    pytest.param([off(ANNA, BASIA)], WEEK, ANNA, None, id="at the last moment he is back"),
    pytest.param([off(ANNA)], NINE, None, Why.NOBODY, id="nobody has accepted"),
    pytest.param([off(ANNA, BASIA, until=None)], WEEK - HOUR, BASIA, None, id="an absence without an end"),
    pytest.param([off(ANNA, BASIA), off(BASIA, CELA)], NINE, CELA, None, id="a chain is followed"),
    pytest.param(
        [off(ANNA, BASIA), off(BASIA, CELA), off(CELA, DANKA)], NINE, DANKA, None, id="a long chain too"
    ),
    pytest.param([off(ANNA, BASIA), off(BASIA)], NINE, None, Why.AWAY, id="a chain that ends nowhere"),
    pytest.param([off(ANNA, BASIA), off(BASIA, ANNA)], NINE, None, Why.CIRCLE, id="a circle of two"),
    pytest.param(
        [off(ANNA, BASIA), off(BASIA, CELA), off(CELA, ANNA)], NINE, None, Why.CIRCLE, id="a circle of three"
    ),
    pytest.param([off(ANNA, ANNA)], NINE, None, Why.CIRCLE, id="nobody covers himself"),
    pytest.param(
        [off(ANNA, BASIA, CELA), off(BASIA, ANNA)], NINE, CELA, None, id="a way out of a circle is taken"
    ),
    pytest.param(
        [off(ANNA, BASIA, DANKA), off(BASIA, CELA), off(CELA, BASIA)],
        NINE,
        DANKA,
        None,
        id="a circle behind the first cover, and a second cover",
    ),
    pytest.param([off(ANNA, 9)], NINE, None, Why.LEFT, id="a cover who has left"),
    pytest.param([off(ANNA, 9, BASIA)], NINE, BASIA, None, id="a cover who has left, and one who has not"),
    pytest.param(
        [off(ANNA, Cover(BASIA, NINE, NINE + DAY), Cover(CELA, NINE + DAY, WEEK))],
        NINE + DAY,
        CELA,
        None,
        id="two who share the time: the second",
    ),
    pytest.param(
        [off(ANNA, Cover(BASIA, NINE, NINE + DAY))], NINE + DAY, None, Why.NOBODY, id="covered in part only"
    ),
    pytest.param(
        [off(ANNA, BASIA), off(BASIA, CELA, since=NINE + 3 * DAY)],
        NINE + DAY,
        BASIA,
        None,
        id="the cover is away later only",
    ),
]


@pytest.mark.parametrize(("absences", "at", "who", "why"), CASES)
def test_who_stands_in_for_anna(absences, at, who, why):
    found = stand_in(ANNA, at, absences, ABLE)

    assert (found.who, found.why) == (who, why)


def test_the_way_names_everybody_it_led_over():
    found = stand_in(ANNA, NINE, [off(ANNA, BASIA), off(BASIA, CELA)], ABLE)

    assert found.way == (ANNA, BASIA, CELA)


def test_half_a_day_is_an_absence_like_any_other():
    morning = off(ANNA, BASIA, until=NINE + 3 * HOUR)

    assert [stand_in(ANNA, NINE + n * HOUR, [morning], ABLE).who for n in (0, 2, 3)] == [BASIA, BASIA, ANNA]


GAPS = [
    pytest.param([off(ANNA, BASIA)], [], id="all covered"),
    pytest.param([off(ANNA)], [Gap(NINE, WEEK, Why.NOBODY)], id="nobody asked"),
    pytest.param(
        [off(ANNA, Cover(BASIA, NINE + DAY, NINE + 2 * DAY))],
        [Gap(NINE, NINE + DAY, Why.NOBODY), Gap(NINE + 2 * DAY, WEEK, Why.NOBODY)],
        id="before and after the cover",
    ),
    pytest.param(
        [off(ANNA, BASIA), off(BASIA, since=NINE + 3 * DAY)],
        [Gap(NINE + 3 * DAY, WEEK, Why.AWAY)],
        id="the cover leaves in the middle",
    ),
    pytest.param(
        [off(ANNA, BASIA), off(BASIA, ANNA, since=NINE + 3 * DAY, until=NINE + 4 * DAY)],
        [Gap(NINE + 3 * DAY, NINE + 4 * DAY, Why.CIRCLE)],
        id="a circle for a day",
    ),
    pytest.param(
        [off(ANNA, BASIA, CELA), off(BASIA, since=NINE + DAY, until=NINE + 2 * DAY)],
        [],
        id="a second cover fills what the first leaves",
    ),
    pytest.param(
        [off(ANNA, until=None)],
        [Gap(NINE, NINE + 56 * DAY, Why.NOBODY)],
        id="without an end, as far as we look",
    ),
]


@pytest.mark.parametrize(("absences", "found"), GAPS)
def test_the_gaps_in_annas_absence(absences, found):
    assert gaps(absences[0], absences, ABLE, NINE + 56 * DAY) == found


def test_neighbouring_gaps_of_one_reason_are_one():
    absences = [off(ANNA), off(BASIA, CELA, since=NINE + DAY, until=NINE + 2 * DAY)]

    assert gaps(absences[0], absences, ABLE, WEEK) == [Gap(NINE, WEEK, Why.NOBODY)]


NOBODY = Standing(None, ())


@pytest.mark.parametrize(
    ("standing", "pools", "who"),
    [
        pytest.param(Standing(BASIA, ()), [[CELA]], BASIA, id="the cover before everybody"),
        pytest.param(NOBODY, [[CELA, DANKA]], DANKA, id="who carries least"),
        pytest.param(NOBODY, [[BASIA, ANNA]], ANNA, id="of two who carry nothing, always the same"),
        pytest.param(NOBODY, [[], [CELA]], CELA, id="the next wider pool"),
        pytest.param(NOBODY, [[CELA], [DANKA]], CELA, id="the nearer pool although it carries more"),
        pytest.param(NOBODY, [[], []], None, id="nobody"),
    ],
)
def test_who_is_accountable(standing, pools, who):
    assert accountable(standing, pools, {CELA: 0.9, DANKA: 0.1}) == who


PEOPLE = range(1, 7)
MOMENTS = st.integers(0, 20).map(lambda n: NINE + n * HOUR)
SPANS = st.lists(MOMENTS, min_size=2, max_size=2, unique=True).map(sorted)
COVERS = st.builds(lambda who, span: Cover(who, *span), st.sampled_from(PEOPLE), SPANS)
ABSENCES = st.builds(
    lambda who, span, endless, covers: Absence(who, span[0], None if endless else span[1], tuple(covers)),
    st.sampled_from(PEOPLE),
    SPANS,
    st.booleans(),
    st.lists(COVERS, max_size=4),
)
WORLDS = st.lists(ABSENCES, max_size=10)
STAFF = st.frozensets(st.sampled_from(PEOPLE), min_size=1)


@given(st.sampled_from(PEOPLE), MOMENTS, WORLDS, STAFF)
def test_no_debt_ever_rests_on_somebody_absent(who, at, absences, able):
    there = sorted(able - away(at, absences))

    standing = stand_in(who, at, absences, able)
    owner = accountable(standing, [there], {})

    assert owner in there if there else owner is None
    assert (standing.who is None) == (standing.why is not None)
    assert standing.who is None or standing.who in there


@given(st.sampled_from(PEOPLE), MOMENTS, WORLDS, STAFF)
def test_whoever_can_be_reached_over_covers_is_reached(who, at, absences, able):
    gone = away(at, absences)
    reached, waiting = set(), [who]
    while waiting:
        person = waiting.pop()
        if person not in reached:
            reached.add(person)
            if person in gone:
                here = [a for a in absences if a.who == person and a.holds(at)]
                waiting += [c.who for a in here for c in a.covers if c.since <= at < c.until]

    found = stand_in(who, at, absences, able).who

    assert (found is not None) == bool({p for p in reached if p in able and p not in gone})


@given(st.lists(ABSENCES, min_size=1, max_size=10), STAFF, MOMENTS)
def test_a_gap_is_where_nobody_stands_in_and_nowhere_else(absences, able, at):
    absence = absences[0]

    inside = any(gap.since <= at < gap.until for gap in gaps(absence, absences, able, NINE + DAY))

    assert inside == (absence.holds(at) and stand_in(absence.who, at, absences, able).who is None)
