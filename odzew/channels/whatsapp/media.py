"""Fetching the files of messages (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media)."""

from django.utils.translation import gettext as _

from odzew.channels import provider
from odzew.channels.base import ChannelError, File
from odzew.channels.models import Account
from odzew.channels.whatsapp import api

SECONDS = 120.0


def fetch(account: Account, file: File, longest: int) -> bytes:
    """Return the bytes of a file; WhatsApp says where they are for five minutes at a time.

    :raises ChannelError: permanent when WhatsApp does not give it, or it has more than `longest` bytes
    """
    found = api.ask(account, file.reference)
    size, url = found.get("file_size"), found.get("url")
    if isinstance(size, int) and size > longest:
        raise ChannelError(_("The file is too large: %(error)s") % {"error": size}, permanent=True)
    if not isinstance(url, str):
        raise ChannelError(_("WhatsApp does not say where the file is."), permanent=True)
    return provider.download(url, api.bearer(account), longest, seconds=SECONDS)
