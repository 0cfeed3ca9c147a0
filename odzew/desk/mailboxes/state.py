"""How a mailbox is doing, in words and figures."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.conversations.models import Message
from odzew.desk import moments
from odzew.intake.models import Raw
from odzew.staff.models import Person


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox as the screen shows it."""

    account: Account
    team: str
    light: str
    words: str
    more: str
    waiting: int
    queued: int
    failed: int
    in_doubt: int


def visible(person: Person) -> "QuerySet[Account]":
    """Return the mailboxes of the person's teams; an administrator sees all."""
    rows = Account.objects.select_related("in_charge__team").order_by("name", "pk")
    return rows if person.sees_everything else rows.filter(in_charge__team__in=person.teams.values("pk"))


def boxes(person: Person, now: datetime) -> list[Box]:
    """Return every mailbox with its state, in a fixed number of queries."""
    accounts = list(visible(person))
    kept = _kept(accounts)
    out = _outgoing(accounts)
    return [_box(account, kept.get(account.pk, 0), out, now) for account in accounts]


def _kept(accounts: list[Account]) -> dict[int, int]:
    rows = Raw.objects.filter(state=Raw.State.KEPT, account__in=accounts).values_list("account")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _outgoing(accounts: list[Account]) -> dict[tuple[int, str], int]:
    states = [Message.State.QUEUED, Message.State.SENDING, Message.State.IN_DOUBT, Message.State.FAILED]
    rows = Message.objects.filter(state__in=states, conversation__account__in=accounts)
    found = rows.values_list("conversation__account", "state").annotate(n=Count("pk")).order_by()
    return {(account, state): n for account, state, n in found}


def _box(account: Account, waiting: int, out: dict[tuple[int, str], int], now: datetime) -> Box:
    light, words, more = _health(account, now)
    team = str(account.in_charge.team) if hasattr(account, "in_charge") else gettext("no team")

    def n(state: str) -> int:
        return out.get((account.pk, state), 0)

    return Box(
        account=account,
        team=team,
        light=light,
        words=words,
        more=more,
        waiting=waiting,
        queued=n(Message.State.QUEUED) + n(Message.State.SENDING),
        failed=n(Message.State.FAILED),
        in_doubt=n(Message.State.IN_DOUBT),
    )


def _health(account: Account, now: datetime) -> tuple[str, str, str]:
    if not account.active:
        return "", gettext("Not in use"), ""
    if not (account.settings.get("imap") or {}).get("host"):
        return "ok", gettext("Takes mail at the SMTP door of the desk"), ""
    fetched, error = account.state.get("fetched_at"), account.state.get("error", "")
    if error:
        return "bad", gettext("Mail cannot be fetched"), error
    if not fetched:
        return "wait", gettext("No mail fetched yet"), ""
    ago = moments.ago(datetime.fromisoformat(fetched), now)
    return "ok", gettext("Last mail fetched %(ago)s") % {"ago": ago}, ""
