"""What a person does about the quarantine: read once more, or discard with a reason."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from odzew.channels.base import Inbound
from odzew.conversations import actions
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.domain.obligation import Obligation, Refused, State
from odzew.intake import written
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from odzew.ledger import books
from odzew.lib.plain import plain
from odzew.staff import acts
from odzew.staff.models import Person


def retry(raw: Raw, person: Person, now: datetime) -> None:
    """Read a quarantined payload once more, and put what it says in the place of its raw text.

    The debt it opened stays as it is: with its first moment and its owner.

    :raises Refused: when it still cannot be read, or is not in the quarantine any more
    """
    reader = Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)
    try:
        said = reader.read((raw.channel, bytes(raw.content), raw.envelope))
    finally:
        reader.stop()
    if isinstance(said, str):
        raise Refused(_("It still cannot be read: %(error)s") % {"error": said})
    with transaction.atomic():
        _take_out(raw, Raw.State.ACCEPTED, "")
        _rewrite(Message.objects.get(raw=raw.pk), said)
        acts.keep()


def discard(raw: Raw, person: Person, reason: str, now: datetime) -> None:
    """Take a payload out of the quarantine and waive what is owed for it; its bytes are kept.

    :raises Refused: without a reason, when it is not in the quarantine any more, or when the
        customer has added to what would be waived
    """
    if not reason.strip():
        raise Refused(_("Say why it is owed no answer."))
    with transaction.atomic():
        _take_out(raw, Raw.State.DISCARDED, f"person:{person.pk}")
        message = Message.objects.select_related("conversation").get(raw=raw.pk)
        talk = message.conversation.beside or message.conversation  # what a third party writes is owed there
        for debt in books.opened_by(talk.pk, message.pk):
            _waive(talk, debt, person, reason, now)


def _waive(talk: Conversation, debt: Obligation, person: Person, reason: str, now: datetime) -> None:
    if debt.state is not State.OPEN:
        return
    if debt.chasers:
        raise Refused(_("The customer has written since. Answer that, or waive it with a reason."))
    actions.waive(talk, person, debt.id, reason, now)


def _take_out(raw: Raw, state: Raw.State, by: str) -> None:
    held = Raw.objects.filter(pk=raw.pk, state=Raw.State.QUARANTINED)
    if not held.update(state=state, discarded_by=by):
        raise Refused(_("Somebody was quicker: it is not in the quarantine any more."))


def _rewrite(message: Message, said: Inbound) -> None:
    written.say(message, said)
    message.save()
    talk = message.conversation
    if not talk.subject:
        talk.subject = plain(said.subject, 2000)
        talk.save(update_fields=["subject"])
    message.attachments.all().delete()  # what the door held off was read once already
    Attachment.objects.bulk_create(written.files(message, said))
