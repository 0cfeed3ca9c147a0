"""Fetching the files of messages (https://core.telegram.org/bots/api#getfile: up to 20 MB)."""

from django.utils.translation import gettext as _

from odzew.channels import provider
from odzew.channels.base import ChannelError, File
from odzew.channels.models import Account
from odzew.channels.telegram import api

SECONDS = 120.0


def fetch(account: Account, file: File, longest: int) -> bytes:
    """Return the bytes of a file.

    :raises ChannelError: permanent when Telegram does not give it, or it has more than `longest` bytes
    """
    if file.size > longest:
        raise ChannelError(_("The file is too large: %(error)s") % {"error": file.size}, permanent=True)
    path = (api.call(account, "getFile", {"file_id": file.reference}) or {}).get("file_path")
    if not path:
        raise ChannelError(_("Telegram does not say where the file is."), permanent=True)
    return provider.download(api.file_address(account, str(path)), {}, longest, seconds=SECONDS)
