"""What a screen says of a snooze."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from odzew.conversations import snoozing
from odzew.conversations.models import Conversation
from odzew.desk import moments
from odzew.desk.snooze.presets import Preset, presets
from odzew.ledger.models import Owed
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Here:
    """Whether who is asking owes something here, until when it is put aside, and until when it could be."""

    mine: bool = False
    until: datetime | None = None
    day: str = ""
    presets: tuple[Preset, ...] = ()


def here(person: Person, talk: Conversation, owed: Iterable[Owed], now: datetime) -> Here:
    """Return what the screen of a conversation says; whoever owes nothing there is not asked about."""
    if not any(debt.owner_id == person.pk for debt in owed):
        return Here()
    aside = (one.wake_at for one in snoozing.asleep(person, now) if one.conversation == talk.pk)
    until = next(aside, None)
    return Here(
        mine=True,
        until=until,
        day=moments.day(until, now) if until else "",
        presets=tuple(presets(talk.team, now)),
    )
