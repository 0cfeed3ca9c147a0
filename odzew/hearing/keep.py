"""The first thing that happens to a call of a program that is proven: it is kept, and then answered for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from odzew.hearing.models import Heard
from odzew.lib.rows import add_rows, new_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a door hands in: who told it, what it is known again by, and its words with what lies around."""

    door: str
    of: int
    name: str
    content: bytes
    envelope: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


def keep(said: Said, now: datetime) -> None:
    """Write a call to disk; when this returns, its program may forget it. One of this name is there once.

    :raises django.db.Error: when the database cannot keep it
    """
    row = new_row(
        Heard, door=said.door, of=said.of, name=said.name, at=now, envelope=dict(said.envelope),
        content=said.content, about=said.about,
    )  # fmt: skip
    # What is passed over has the same name, so it is there already.
    with transaction.atomic():
        add_rows([row])
