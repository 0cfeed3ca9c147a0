"""The one clock of the package."""

from datetime import UTC, datetime, timedelta

import time_machine

from odzew.lib import clock


def test_now_is_aware_and_in_utc():
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.now().tzinfo is UTC


def test_a_test_can_freeze_now():
    moment = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)

    with time_machine.travel(moment, tick=False):
        assert clock.now() == moment


def test_now_is_the_same_instant_whatever_zone_the_test_froze_it_in():
    moment = datetime.fromisoformat("2026-03-29T03:30:00+02:00")

    with time_machine.travel(moment, tick=False):
        assert clock.now() == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_monotonic_never_goes_back():
    readings = [clock.monotonic() for _ in range(100)]

    assert readings == sorted(readings)
