"""Keeping what is being written: by page, so that an older page silently overwrites nothing newer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import enclosing
from odzew.conversations.draft import Draft
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.lib.ready import Ready
from odzew.staff.models import Person

LONGEST = 100_000  # characters; more is no letter
MOST = 5  # texts kept beside the newest
LATELY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an open page holds: the revision it began from, and its how-manieth word on it this is."""

    page: str
    revision: int = 0
    turn: int = 0
    text: str = ""
    form: Mapping[str, object] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """Return the text with the line ends that everybody else has."""
        return self.text.replace("\r\n", "\n")


def of(conversation: Conversation, author: Person) -> Draft | None:
    """Return what a person has begun in a conversation, if anything."""
    return next(iter(_BEGUN(conversation.pk, author.pk)), None)


_BEGUN = Ready(lambda talk, author: Draft.objects.filter(conversation=talk, author=author))


@transaction.atomic
def keep(conversation: Conversation, author: Person, written: Written, now: datetime) -> Draft | None:
    """Keep what a page holds; beside the newer text, when the page began from an older one.

    :raises Refused: when it is longer than a letter may be
    """
    if len(written.text) > LONGEST:
        raise Refused(_("A draft may have 100,000 characters. Shorten it, or send a part of it."))
    found = _held(conversation, author)
    if found is None:
        return _begun(conversation, author, written, now)
    if _is_of(found, written):
        if found.page != written.page or written.turn >= found.turn:
            _write(found, written, now)
    elif written.plain.strip() and written.plain != found.text:
        _put_beside(found, written, now)
    return _unless_empty(found)


@transaction.atomic
def take(conversation: Conversation, author: Person, page: str, now: datetime) -> Draft | None:
    """Make the text of another page the draft, and keep beside it what was the draft."""
    found = _held(conversation, author)
    if found is not None and page in found.beside:
        text, before, owner = found.beside.pop(page), found.text, found.page
        found.text, found.page, found.turn, found.at = text, page, 0, now
        found.revision += 1
        if before.strip():
            found.beside[owner] = before
        found.save()
    return found


@transaction.atomic
def drop_beside(conversation: Conversation, author: Person, page: str) -> Draft | None:
    """Throw away the text of a page that stands beside the draft."""
    found = _held(conversation, author)
    if found is not None and found.beside.pop(page, None) is not None:
        found.save()
    return found


def drop(conversation: int, author: Person) -> None:
    """Throw away all that a person has begun in a conversation."""
    enclosing.drop(conversation, author)
    Draft.objects.filter(conversation=conversation, author=author).delete()


def sent(conversation: Conversation, author: Person, written: Written) -> None:
    """Forget what was sent, in the transaction that keeps it; what another page holds stays."""
    found = _held(conversation, author)
    if found is None:
        return
    found.beside = {p: t for p, t in found.beside.items() if p != written.page and t != written.plain}
    if _is_of(found, written) or found.text == written.plain:
        found.text = ""
    if not found.text and found.beside:
        found.page, found.text = found.beside.popitem()
        found.turn = 0
    found.revision += 1
    if _unless_empty(found):
        found.save()


def carry(source: int, target: int) -> list[int]:
    """Let what is begun in a conversation be found in another; return those that went as they are.

    Whoever has begun something there too finds both texts there, one beside the other.
    """
    went = []
    for found in Draft.objects.select_for_update().filter(conversation=source).order_by("pk"):
        there = Draft.objects.select_for_update().filter(conversation=target, author=found.author_id).first()
        if there is None:
            Draft.objects.filter(pk=found.pk).update(conversation=target)
            went.append(found.pk)
            continue
        there.beside = {**there.beside, **found.beside, f"from-{source}": found.text}
        there.save(update_fields=["beside"])
        found.delete()
    return went


def give_back(numbers: Collection[int], source: int, target: int) -> None:
    """Let drafts that were carried from a conversation, and are still there, be found in it again."""
    begun = Draft.objects.filter(conversation=target).values("author")
    Draft.objects.filter(pk__in=numbers, conversation=source).exclude(author__in=begun).update(
        conversation=target
    )


def _held(conversation: Conversation, author: Person) -> Draft | None:
    return Draft.objects.select_for_update().filter(conversation=conversation, author=author).first()


def _is_of(found: Draft, written: Written) -> bool:
    return found.page == written.page or found.revision == written.revision


def _begun(conversation: Conversation, author: Person, written: Written, now: datetime) -> Draft | None:
    if not written.plain.strip() or _was_sent(conversation, author, written, now):
        return None
    # Two pages may begin at once: whoever comes second finds the row of the first.
    begun, is_new = Draft.objects.get_or_create(
        conversation=conversation, author=author, defaults={"at": now, "page": written.page}
    )
    if not is_new:
        return keep(conversation, author, written, now)
    _write(begun, written, now)
    return begun


def _was_sent(conversation: Conversation, author: Person, written: Written, now: datetime) -> bool:
    """Return whether this is the beginning of what has just been sent, overtaken by it on the way."""
    lately = conversation.messages.filter(author=author, at__gt=now - LATELY)
    texts = lately.filter(direction=Message.Direction.OUTBOUND).values_list("text", flat=True)
    return any(text.replace("\r\n", "\n").startswith(written.plain.rstrip()) for text in texts)


def _write(found: Draft, written: Written, now: datetime) -> None:
    if found.text != written.plain or found.page != written.page:
        found.revision += 1
    found.text, found.form = written.plain, dict(written.form)
    found.page, found.turn, found.at = written.page, written.turn, now
    found.beside.pop(written.page, None)
    found.save()


def _put_beside(found: Draft, written: Written, now: datetime) -> None:
    if written.page not in found.beside and len(found.beside) >= MOST:
        raise Refused(
            _("This reply is open in too many pages. Take one of the texts kept, or throw some away.")
        )
    found.beside[written.page] = written.plain
    found.at = now
    found.save()


def _unless_empty(found: Draft) -> Draft | None:
    if found.text.strip() or found.beside:
        return found
    found.delete()
    return None
