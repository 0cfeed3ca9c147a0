"""Files that are not in a message: its provider gives them by name, to a worker that may fail for one.

The message is owed at once; its files follow. A crash between fetching and keeping fetches once more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from odzew.channels import registry
from odzew.channels.base import ChannelError, File
from odzew.conversations.models import Attachment, Blob
from odzew.intake.arrival import Arrival
from odzew.intake.models import Wanted
from odzew.lib.plain import plain
from odzew.lib.rows import insert_rows, new_row, number_rows

BACK_OFF = (1, 5, 15, 60, 240)  # minutes; then it is given up, with a note
HELD = timedelta(minutes=10)  # by whoever fetches it
NOT_GIVEN = gettext_noop("This file could not be fetched:")


def want(arrivals: Sequence[Arrival]) -> None:
    """Note the files of arrivals that have still to be fetched, in the transaction that keeps them."""
    files = {(a.message.pk, file.index): (a, file) for a in arrivals for file in a.inbound.files}
    named = {key: found for key, found in files.items() if found[1].reference}
    if not named:
        return
    rows = Attachment.objects.filter(message__in={message for message, _index in named})
    wanted = [
        _wanted(row, *named[row.message_id, row.index])
        for row in rows
        if (row.message_id, row.index) in named
    ]
    number_rows(wanted)
    insert_rows(wanted)


def _wanted(row: Attachment, arrival: Arrival, file: File) -> Wanted:
    return new_row(
        Wanted,
        attachment_id=row.pk,
        account_id=arrival.raw.account_id,
        reference=plain(file.reference, 500),
        next_try_at=arrival.raw.received_at,
    )


def step(at: datetime) -> int:
    """Fetch the file that waits longest, and return 1, or 0 when none is due."""
    due = Wanted.objects.filter(next_try_at__lte=at).order_by("next_try_at", "pk")
    row = due.select_related("account", "attachment").first()
    if row is None:
        return 0
    # Whoever changes the row has it; should he die, it is free again after a while.
    mine = Wanted.objects.filter(pk=row.pk, next_try_at=row.next_try_at)
    if mine.update(next_try_at=at + HELD):
        _fetch(row, at)
    return 1


def _fetch(row: Wanted, at: datetime) -> None:
    try:
        content = registry.fetch(row.account, _file(row), settings.MEDIA_SIZE_LIMIT)
    except ChannelError as error:
        _not_fetched(row, error, at)
    else:
        _keep(row, content)


def _file(row: Wanted) -> File:
    known = row.attachment
    return File(
        known.index, known.filename, known.content_type, known.size, known.sha256, reference=row.reference
    )


@transaction.atomic
def _keep(row: Wanted, content: bytes) -> None:
    digest = sha256(content).hexdigest()
    Blob.objects.get_or_create(sha256=digest, defaults={"content": content})
    Attachment.objects.filter(pk=row.attachment_id).update(blob=digest, sha256=digest, size=len(content))
    row.delete()


def _not_fetched(row: Wanted, error: ChannelError, at: datetime) -> None:
    if error.permanent or row.tries >= len(BACK_OFF):
        note = plain(f"{NOT_GIVEN}\n{error}", 1000)
        Attachment.objects.filter(pk=row.attachment_id).update(note=note)
        row.delete()
        return
    later = at + (error.again_in or timedelta(minutes=BACK_OFF[row.tries]))
    Wanted.objects.filter(pk=row.pk).update(tries=row.tries + 1, next_try_at=later)
