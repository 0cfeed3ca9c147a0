"""Addresses that people type: whom we write to."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from odzew.channels.models import Account
from odzew.domain.obligation import Refused


def outside(typed: str, refusal: str) -> str:
    """Return a mail address of somebody who is not this desk, in small letters.

    :raises Refused: with the words of the `refusal` when it is no address, else when it is one of ours
    """
    address = typed.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(refusal) from None
    local, _at, domain = address.partition("@")
    if Account.objects.filter(address__iexact=f"{local.partition('+')[0]}@{domain}").exists():
        raise Refused(_("That is an address of this desk: hand over, or write a note."))
    return address
