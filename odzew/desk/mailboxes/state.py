"""How a mailbox is doing, in words and figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from odzew.channels.models import Account
from odzew.conversations.models import Message
from odzew.desk import moments
from odzew.desk.doors.shown import Tried, tried
from odzew.intake.models import Raw
from odzew.lib.by_eye import ByEye
from odzew.staff.models import Person

SILENT = timedelta(minutes=6)  # a mailbox is looked into every two minutes, if nothing is wrong


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox as the screen shows it."""

    account: Account
    team: str
    light: str
    words: str
    more: str
    recount: str
    waiting: int
    queued: int
    failed: int
    in_doubt: int
    tried: Tried


def visible(person: Person) -> "QuerySet[Account]":
    """Return the mailboxes of the person's teams; an administrator sees all."""
    rows = Account.objects.filter(channel="email").select_related("in_charge__team").order_by("name", "pk")
    return rows if person.sees_everything else rows.filter(in_charge__team__in=person.teams.values("pk"))


def boxes(person: Person, now: datetime) -> list[Box]:
    """Return every mailbox with its state, in a fixed number of queries."""
    accounts = list(visible(person))
    kept = _kept(accounts)
    out = _outgoing(accounts)
    found = tried(accounts, person, now)
    return [_box(account, kept.get(account.pk, 0), out, found[account.pk], now) for account in accounts]


def _kept(accounts: list[Account]) -> dict[int, int]:
    rows = Raw.objects.filter(state=Raw.State.KEPT, account__in=accounts).values_list("account")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _outgoing(accounts: list[Account]) -> dict[tuple[int, str], int]:
    states = [Message.State.QUEUED, Message.State.SENDING, Message.State.IN_DOUBT, Message.State.FAILED]
    rows = Message.objects.unfinished().filter(state__in=states)
    rows = rows.alias(of=ByEye("conversation__account")).filter(of__in=[account.pk for account in accounts])
    found = rows.values_list("conversation__account", "state").annotate(n=Count("pk")).order_by()
    return {(account, state): n for account, state, n in found}


def _box(account: Account, waiting: int, out: dict[tuple[int, str], int], found: Tried, now: datetime) -> Box:
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
        recount=_recount(account, now),
        waiting=waiting,
        queued=n(Message.State.QUEUED) + n(Message.State.SENDING),
        failed=n(Message.State.FAILED),
        in_doubt=n(Message.State.IN_DOUBT),
        tried=found,
    )


def _health(account: Account, now: datetime) -> tuple[str, str, str]:
    state = account.state
    if not account.active:
        return "", gettext("Not in use"), ""
    if not (account.settings.get("imap") or {}).get("host"):
        return "ok", gettext("Takes mail at the SMTP door of the desk"), ""
    if state.get("last_error"):
        return "bad", gettext("Mail cannot be fetched"), state["last_error"]
    looked = _moment(state.get("last_ok_at"))
    if looked is None:
        return "wait", gettext("Not looked into yet"), gettext("It is read as soon as a worker runs.")
    ago = {"ago": moments.ago(looked, now)}
    if now - looked > SILENT:
        return "bad", gettext("Last looked into %(ago)s") % ago, gettext("Is a worker of the desk running?")
    mail = _moment(state.get("last_mail_at"))
    if mail is None:
        return "ok", gettext("Looked into %(ago)s, no mail fetched yet") % ago, ""
    words = gettext("Last mail fetched %(mail)s, looked into %(ago)s")
    return "ok", words % {"mail": moments.ago(mail, now), **ago}, ""


def _recount(account: Account, now: datetime) -> str:
    """Return what the nightly recount of mailbox against history found."""
    if account.state.get("recount_error"):
        return gettext("The last recount failed: %(error)s") % {"error": account.state["recount_error"]}
    at, found = _moment(account.state.get("recounted_at")), account.state.get("recount")
    if at is None or not found:
        return ""
    facts = {"day": moments.day(at, now), "mails": found["mailbox"], "missing": found["missing"]}
    words = gettext(
        "Counted against the history %(day)s: %(mails)s mails, %(missing)s were missing and fetched."
    )
    return words % facts


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
