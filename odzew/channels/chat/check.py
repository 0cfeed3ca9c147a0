"""The chat checker: whether a visitor can reach somebody, and be reached when he has left."""

from django.utils.translation import gettext as _

from odzew.channels import chats
from odzew.channels.base import Check
from odzew.channels.models import Account


def check(account: Account) -> list[Check]:
    """Return what is well with a chat and what is not; nothing is sent."""
    return [_team(account), _mailbox(account), _origins(account)]


def _team(account: Account) -> Check:
    if hasattr(account, "in_charge"):
        return Check(True, _("Who answers"), str(account.in_charge.team))
    return Check(False, _("Who answers"), _("No team answers this chat: choose one."))


def _mailbox(account: Account) -> Check:
    what, said = _("Answer by mail when the visitor has left"), chats.chat(account.settings)
    mailbox = Account.objects.filter(pk=said.by_mail, channel="email", active=True).first()
    if mailbox is None:
        return Check(False, what, _("No mailbox sends the answers: choose one that is in use."))
    if not mailbox.settings.get("smtp"):
        return Check(False, what, _("The mailbox cannot send yet: enter its SMTP server."))
    return Check(True, what, mailbox.address)


def _origins(account: Account) -> Check:
    origins = chats.chat(account.settings).origins
    what = _("Sites that may show it")
    if not origins:
        return Check(False, what, _("No site is named: it works on its own page only."))
    return Check(True, what, ", ".join(origins))
