"""What waits for a person besides debts, counted for the rail of every page in one statement."""

from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest

from odzew.desk import arms
from odzew.desk.person import asking, teams

ASKED = """SELECT COUNT(*) FROM odzew_cover c JOIN odzew_absence a ON a.id = c.absence_id
WHERE c.person_id = %s AND c.state = 'asked' AND a.state IN ('planned', 'begun')"""
BROKEN = "SELECT COUNT(*) FROM odzew_rule WHERE NOT (broken = '')"
BROKEN_OF_TEAMS = " AND of_team_id IN ({marks})"
HELD = "SELECT COUNT(*) FROM odzew_raw r WHERE r.state = 'quarantined'"
HEARD = "SELECT COUNT(*) FROM odzew_heard h WHERE h.state = 'held'"
BEGUN = "SELECT COUNT(*) FROM odzew_draft f WHERE f.author_id = %s"
# Spelled as its index is, which SQLite uses for nothing else.
WAITS = """SELECT COUNT(*) FROM odzew_message g WHERE NOT (g.state = '') AND NOT (g.state = 'sent')
AND g.state = 'held' AND g.author_id = %s"""
# Spelled as its index is.
UNREAD = """SELECT COUNT(*) FROM odzew_notice n WHERE n.person_id = %s AND n.read_at IS NULL
AND n.settled_at IS NULL AND n.in_page"""
# Spelled as its index is; SQLite takes the tables of a CROSS JOIN in this order, the few calls first.
RINGS = """SELECT COUNT(*) FROM odzew_call k CROSS JOIN odzew_conversation t WHERE t.id = k.conversation_id
AND k.state IN ('planned', 'ringing', 'talking', 'on_hold') AND k.state = 'ringing'
AND k.direction = 'inbound' AND t.team_id IN ({marks})"""
# What desk.quarantine.held shows, written out.
OF_TEAMS = """
AND (EXISTS (SELECT 1 FROM odzew_accountteam w WHERE w.account_id = r.account_id AND w.team_id IN ({marks}))
OR EXISTS (SELECT 1 FROM odzew_message m JOIN odzew_conversation t ON t.id = m.conversation_id
WHERE m.raw = r.id AND t.team_id IN ({marks})))"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many covers are asked for, replies begun, notices, broken rules, payloads held, calls that ring."""

    asked: int
    begun: int
    waits: int
    unread: int
    broken: int
    held: int
    rings: int


def waiting(request: HttpRequest) -> Waiting:
    """Count what waits for who is asking."""
    person, ours = asking(request), teams(request)
    heard = f" + ({HEARD})" if person.sees_everything else ""
    of_teams = "" if person.sees_everything else OF_TEAMS.format(marks=arms.marks(ours))
    rules = "" if person.sees_everything else BROKEN_OF_TEAMS.format(marks=arms.marks(ours))
    values = [*[person.pk] * 4, *(() if person.sees_everything else (*ours, *ours, *ours)), *ours]
    with connection.cursor() as cursor:
        counts = f"({ASKED}), ({BEGUN}), ({WAITS}), ({UNREAD}), ({BROKEN}{rules}), ({HELD}{of_teams}){heard}"
        counts += f", ({RINGS.format(marks=arms.marks(ours))})"
        asked = f"SELECT {counts}"  # noqa: S608  constants and %s
        cursor.execute(asked, values)
        return Waiting(*cursor.fetchone())
