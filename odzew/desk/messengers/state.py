"""How a messenger is doing, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from odzew.channels import registry
from odzew.channels.models import Account
from odzew.desk import moments
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Door:
    """One bot or number as the screen shows it."""

    account: Account
    kind: str
    team: str
    light: str
    words: str
    more: str


def visible(person: Person) -> "QuerySet[Account]":
    """Return the messengers of the person's teams; an administrator sees all."""
    rows = Account.objects.filter(channel__in=list(registry.CHATS)).select_related("in_charge__team")
    rows = rows.order_by("name", "pk")
    return rows if person.sees_everything else rows.filter(in_charge__team__in=person.teams.values("pk"))


def doors(person: Person, now: datetime) -> list[Door]:
    """Return each messenger with its state, in one query."""
    return [_door(account, now) for account in visible(person)]


def _door(account: Account, now: datetime) -> Door:
    light, words, more = _health(account, now)
    team = str(account.in_charge.team) if hasattr(account, "in_charge") else gettext("no team")
    return Door(account, registry.CHATS[account.channel], team, light, words, more)


def _health(account: Account, now: datetime) -> tuple[str, str, str]:
    state = account.state
    if not account.active:
        return "", gettext("Not in use"), ""
    if wrong := state.get("wrong") or state.get("last_error"):
        return "bad", gettext("No messages come in"), wrong
    came = state.get("last_mail_at")
    if came:
        ago = moments.ago(datetime.fromisoformat(came), now)
        return "ok", gettext("Last message %(ago)s") % {"ago": ago}, ""
    if state.get("asked_at") or state.get("last_ok_at"):
        return "ok", gettext("Well, no message yet"), ""
    return "wait", gettext("Not looked into yet"), gettext("It is read as soon as a worker runs.")
