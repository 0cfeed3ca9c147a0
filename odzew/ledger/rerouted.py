"""The last look before a line is written: who is away or has left meanwhile gets no debt (law 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from odzew.domain import journal
from odzew.staff.assignment import Roster
from odzew.staff.models import Team
from odzew.staff.presence import there


def rerouted(lines: Sequence[journal.Entry], loads: Callable[[], Mapping[int, int]]) -> list[journal.Entry]:
    """Return the lines with whoever is away replaced by who stands in, and whoever has left by another.

    Whoever was chosen before the books were taken may have left since; from here on nobody can.
    """
    giving = [line for line in lines if isinstance(line, journal.Opened | journal.HandedOver)]
    away = {line.owner for line in giving} - (there() if giving else frozenset())
    lost = [line for line in giving if line.owner in away]
    if not lost:
        return list(lines)
    roster = Roster(loads(), max(line.at for line in lost))
    teams = Team.objects.in_bulk({line.team for line in lost})
    return [
        _seated(line, roster, teams[line.team])
        if isinstance(line, journal.Opened | journal.HandedOver) and line.owner in away
        else line
        for line in lines
    ]


def _seated(line: journal.Opened | journal.HandedOver, roster: Roster, team: Team) -> journal.Entry:
    by_right = line.instead_of or line.owner
    owner = roster.seat(team, by_right).owner
    comes_back = by_right != owner and by_right in roster.presence.able
    return replace(line, owner=owner, instead_of=by_right if comes_back else None)
