"""Keeping the files of a reply that is being written: on the desk at once, and gone with it."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from odzew.conversations.enclosed import DraftFile
from odzew.conversations.models import Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.domain.obligation import Refused
from odzew.lib.plain import one_line
from odzew.lib.ready import Ready
from odzew.staff.models import Person

AT_MOST = 20 * 2**20  # bytes; a third more as base64, and what providers take ends at 25 to 35 MB
MANY = 30


def of(conversation: Conversation | int, author: Person) -> "QuerySet[DraftFile]":
    """Return what a person has put to the reply in a conversation, the oldest first; not the bytes."""
    rows = DraftFile.objects.filter(conversation=conversation, author=author)
    return rows.defer("content").order_by("pk")


def kept(conversation: Conversation, author: Person) -> list[DraftFile]:
    """Return what `of` does, by a question that is ready."""
    return _KEPT(conversation.pk, author.pk)


_KEPT = Ready(lambda conversation, author: of(conversation, Person(pk=author)))


@transaction.atomic
def keep(conversation: Conversation, author: Person, uploads: Sequence[Upload]) -> None:
    """Keep files for the reply; none of them when they are too many.

    :raises Refused: when they are more than a mail may hold
    """
    check(conversation, author, uploads)
    for upload in uploads:
        DraftFile.objects.create(
            conversation=conversation,
            author=author,
            filename=one_line(upload.filename)[:255],
            content_type=upload.content_type[:255],
            size=len(upload.content),
            content=upload.content,
        )


def check(conversation: Conversation, author: Person, uploads: Sequence[Upload]) -> None:
    """Refuse files that are, with those kept, more than a mail may hold.

    :raises Refused: when they are
    """
    already = kept(conversation, author)
    size = sum(file.size for file in already)
    if size + sum(len(upload.content) for upload in uploads) > AT_MOST:
        raise Refused(_("The files are larger than 20 MB together; most mail servers refuse that."))
    if len(already) + len(uploads) > MANY:
        raise Refused(_("At most %(many)d files go with one reply.") % {"many": MANY})


def take(conversation: Conversation, author: Person, numbers: Collection[int]) -> list[Upload]:
    """Take files out of the draft to be sent, in the transaction that keeps the reply.

    :raises Refused: when one of them is not there any more
    """
    rows = list(
        DraftFile.objects.filter(conversation=conversation, author=author, pk__in=numbers).order_by("pk")
    )
    if len(rows) < len(set(numbers)):
        raise Refused(_("A file you had put to the reply is gone from the draft. Look at what goes along."))
    DraftFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [
        Upload(filename=row.filename, content_type=row.content_type, content=bytes(row.content))
        for row in rows
    ]


def put_back(message: Message, author: Person) -> None:
    """Make the files of a message that is taken back files of the draft again."""
    for file in message.attachments.select_related("blob").order_by("index"):
        if file.blob is not None:
            DraftFile.objects.create(
                conversation=message.conversation,
                author=author,
                filename=file.filename,
                content_type=file.content_type,
                size=file.size,
                content=bytes(file.blob.content),
            )


def carry(source: int, target: int) -> list[int]:
    """Let the files of drafts of a conversation be found in another, and return which they are."""
    rows = DraftFile.objects.filter(conversation=source)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=numbers).update(conversation=target)
    return numbers


def give_back(numbers: Collection[int], source: int, target: int) -> None:
    """Let files that were carried from a conversation, and are still there, be found in it again."""
    DraftFile.objects.filter(pk__in=numbers, conversation=source).update(conversation=target)


def drop(conversation: Conversation | int, author: Person, number: int | None = None) -> None:
    """Throw away one file of a draft, or all of them."""
    rows = DraftFile.objects.filter(conversation=conversation, author=author)
    (rows if number is None else rows.filter(pk=number)).delete()
