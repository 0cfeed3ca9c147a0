"""What a form sends goes through the door like a mail: kept first, then accepted."""

from datetime import datetime
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile

from odzew.channels.forms import word
from odzew.channels.models import Account
from odzew.channels.packed import pack
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.lib.plain import one_line
from odzew.portal.asked import Asked
from odzew.portal.stamp import Stamp

NAME_AT_MOST = 200


def take(account: Account, asked: Asked, stamp: Stamp, held: str, now: datetime) -> str:
    """Keep what was sent and return the name of this sending; when it returns, it is on disk.

    The same page sent twice is one message; other words from the same page are another.

    :raises django.db.Error: when the database cannot keep it
    """
    content = pack(_said(account, asked, stamp), [attached(each) for each in asked.sent])
    name = f"{stamp.once}-{sha256(content).hexdigest()[:16]}"
    envelope: dict[str, object] = {
        "from": asked.cleaned_data["mail"].lower(),
        "to": [account.address],
        "proof": {"dmarc": "none", "page": "form"},
    }
    payload = Payload(
        account=account.pk,
        door="form",
        content=content,
        received_at=now,
        envelope=envelope | ({"held": held} if held else {}),
        transport_key=_key(name),
    )
    keep([payload])
    return name


def find(account: Account, name: str) -> Raw | None:
    """Return what was kept under the name of a sending."""
    return Raw.objects.filter(account=account, transport_key=_key(name)).defer("content").first()


def _key(name: str) -> str:
    return f"form:{name}"


def _said(account: Account, asked: Asked, stamp: Stamp) -> dict[str, object]:
    said = asked.cleaned_data
    return {
        "form": account.address,
        "title": word(asked.asks.title, asked.language),
        "language": asked.language,
        "once": stamp.once,
        "address": said["mail"],
        "name": one_line(said["name"]),
        "subject": one_line(said["subject"]),
        "message": said["message"].replace("\r\n", "\n"),
        "fields": asked.own(),
        "consent": word(asked.asks.consent, asked.language),
    }


def attached(file: "UploadedFile[bytes]") -> tuple[str, str, bytes]:
    """Return the name, the type and the bytes of a file that was sent along."""
    name = one_line(file.name or "file")[:NAME_AT_MOST]
    return name, one_line(file.content_type or "")[:100] or "application/octet-stream", file.read()
