"""Making a number ready, and asking whether all is well with it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.watching import note
from odzew.channels.whatsapp import api, templates
from odzew.channels.whatsapp.hook import own_number
from odzew.channels.whatsapp.inbound import number

FIELDS = "display_phone_number,verified_name,quality_rating"
TEMPLATES_EVERY = timedelta(hours=1)


def connect(account: Account, _site: str) -> None:
    """Ask which number it is, and have its messages brought to the address of the app.

    The number becomes the address of the account.

    :raises ChannelError: when WhatsApp does not know it, or does not let us
    """
    found = api.ask(account, f"{own_number(account)}?fields={FIELDS}")
    digits = "".join(sign for sign in str(found.get("display_phone_number", "")) if sign.isdecimal())
    if not digits:
        raise ChannelError(_("WhatsApp names no number for this phone number ID."))
    account.address = number(digits)[0]
    if not account.settings.get("hook"):
        account.settings = {**account.settings, "hook": secrets.token_hex(8)}
    kept: dict[str, Any] = account.secrets
    account.secrets = {**kept, "verify": kept.get("verify") or secrets.token_urlsafe(24)}
    api.call(account, f"{account.settings.get('business', '')}/subscribed_apps", {})


def look(account: Account, at: datetime) -> None:
    """Ask whether the number is known, and once an hour for its templates.

    :raises ChannelError: when something is wrong
    """
    api.ask(account, f"{own_number(account)}?fields={FIELDS}")
    looked = account.state.get("templates_at")
    if not looked or not timedelta(0) <= at - datetime.fromisoformat(looked) < TEMPLATES_EVERY:
        note(account, templates=templates.approved(account), templates_at=at.isoformat())
