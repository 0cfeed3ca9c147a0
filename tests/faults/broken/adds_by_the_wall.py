"""A desk that adds working time to what the clock on the wall says, as if no night lost or won an hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.domain import worktime

    add = worktime.add

    def by_the_wall(calendar: worktime.Calendar, moment: datetime, duration: timedelta) -> datetime:
        zone = ZoneInfo(calendar.timezone)
        wall = moment.astimezone(zone).replace(tzinfo=UTC)
        due = add(replace(calendar, timezone="UTC"), wall, duration)
        return due.replace(tzinfo=zone).astimezone(UTC)

    worktime.add = by_the_wall


if __name__ == "__main__":
    launch(break_it)
