"""The test of a number: whether the token opens it, and which templates are approved."""

from django.utils.translation import gettext as _, ngettext

from odzew.channels.base import ChannelError, Check
from odzew.channels.models import Account
from odzew.channels.whatsapp import api, templates
from odzew.channels.whatsapp.connect import FIELDS
from odzew.channels.whatsapp.hook import own_number


def check(account: Account) -> list[Check]:
    """Return what came of asking WhatsApp; nothing is sent or changed."""
    try:
        found = api.ask(account, f"{own_number(account)}?fields={FIELDS}")
    except ChannelError as error:
        return [Check(False, _("The number"), str(error))]
    said = {"number": found.get("display_phone_number", ""), "name": found.get("verified_name", "")}
    known = Check(True, _("The number"), _("It is %(number)s, %(name)s.") % said)
    return [known, _templates(account), _brought(account)]


def _templates(account: Account) -> Check:
    what = _("Templates")
    try:
        n = len(templates.approved(account))
    except ChannelError as error:
        return Check(False, what, str(error))
    return Check(True, what, ngettext("%(n)d is approved.", "%(n)d are approved.", n) % {"n": n})


def _brought(account: Account) -> Check:
    what = _("How messages come")
    if account.state.get("greeted_at"):
        return Check(True, what, _("WhatsApp has asked for this address and was answered."))
    said = _(
        "WhatsApp has not asked for this address yet: enter it, with the verify token, in the app's settings."
    )
    return Check(False, what, said)
