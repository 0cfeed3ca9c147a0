"""Customers who wait are told who has it now, if the team wants it: an acknowledgement that pays nothing.

It is written by a machine and says so in its header (RFC 3834 §5), so no machine answers it. One
conversation and one address get one in an absence: the absence is claimed before anything is
queued, so that a crash may keep a notice from being sent and never sends two.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import outbound, receipts, status_link
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
from odzew.lib import words
from odzew.staff import brand
from odzew.staff.absence import Absence


def step(now: datetime) -> int:
    """Tell whoever waits for somebody whose absence has begun; return how many absences were told of."""
    untold = Absence.objects.filter(state=Absence.State.BEGUN, told_at__isnull=True)
    for absence in untold.select_related("person").order_by("pk")[:1]:
        if untold.filter(pk=absence.pk).update(told_at=now):
            Message.objects.bulk_create(_notices(absence, now))
            return 1
    return 0


def _notices(absence: Absence, now: datetime) -> list[Message]:
    owed = Owed.objects.open().filter(instead_of=absence.person_id, team__tells_who_has_it=True)
    rows = {row.conversation: row for row in owed.select_related("owner").order_by("-due_at", "-pk")}
    talks = Conversation.objects.select_related("account", "team").in_bulk([n for n in rows if n])
    able = [talk for _n, talk in sorted(talks.items()) if talk.address and receipts.can_send(talk)]
    return [_notice(talk, rows[talk.pk], absence, now) for talk in _one_an_address(able)]


def _one_an_address(talks: Iterable[Conversation]) -> list[Conversation]:
    return list({talk.address.lower(): talk for talk in talks}.values())


def _notice(talk: Conversation, debt: Owed, absence: Absence, now: datetime) -> Message:
    house = brand.current()
    language = house.spoken(talk.language, talk.team.language)
    with translation.override(language):
        text = _text(talk, debt, absence, now, language, brand.firm(talk.account, house))
        notice = outbound.draft(talk, Message.Purpose.RECEIPT, text, now)
    notice.language = language
    notice.automatic = "cover"
    return notice


def _text(talk: Conversation, debt: Owed, absence: Absence, now: datetime, language: str, firm: str) -> str:
    names = {"absent": absence.person.name, "name": debt.owner.name}
    if debt.due_at > now:
        until = words.until_words(debt.due_at, now, talk.team.timezone, language)
        when = _("You will have an answer %(until)s.") % {"until": until}
    else:
        when = _("The answer is late. We are sorry; it has not been forgotten.")
    lines = [
        _("Good morning,"),
        _("%(absent)s is away. Your matter is with %(name)s now.") % names,
        when,
        _("How it stands, at any time: %(link)s") % {"link": status_link.address(talk)},
        _("This was written by a machine; it is not the answer."),
        firm,
    ]
    return "\n\n".join(lines)
