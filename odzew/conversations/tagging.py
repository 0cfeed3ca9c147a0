"""Tags are given to conversations, and taken off; an administrator renames, merges and archives them.

Each act is one transaction, and safe twice.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from odzew.conversations import happening, holding
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.conversations.tag import LONGEST, Tag, Tagged, key
from odzew.domain.obligation import Refused
from odzew.staff.models import Person


@transaction.atomic
def add(conversation: Conversation, author: Person, name: str, now: datetime) -> Tag:
    """Give a conversation a tag; a name nobody has used yet makes one.

    :raises Refused: when it is no name for a tag, or the tag is archived
    """
    held = holding.hold(conversation, author)
    tag = usable(name, author, now)
    if Tagged.objects.get_or_create(tag=tag, conversation=held)[1]:
        happening.note(held, author, Happening.What.TAGGED, tag.name, now)
    return tag


def usable(name: str, author: Person, now: datetime) -> Tag:
    """Return the tag of a name, held until the transaction ends; a name nobody has used yet makes one.

    :raises Refused: when it is no name for a tag, or the tag is archived
    """
    tag = _held(named(name) or _made(name, author, now))
    if tag.is_archived:
        raise Refused(
            _("The tag “%(name)s” is archived: an administrator can bring it back.") % {"name": tag}
        )
    return tag


@transaction.atomic
def remove(conversation: Conversation, author: Person, number: int, now: datetime) -> None:
    """Take a tag off a conversation."""
    held = holding.hold(conversation, author)
    found = Tagged.objects.filter(tag=number, conversation=held).select_related("tag").first()
    if found is not None:
        found.delete()
        happening.note(held, author, Happening.What.UNTAGGED, found.tag.name, now)


@transaction.atomic
def rename(tag: Tag, name: str) -> None:
    """Call a tag otherwise, wherever it stands; the history keeps what it was called then.

    :raises Refused: when it is no name for a tag, or another tag has it
    """
    clean, folded = _clean(name)
    other = Tag.objects.filter(key=folded).exclude(pk=tag.pk).first()
    if other is not None and other.stands_for_id != tag.pk:
        raise Refused(_("There is a tag of this name already: merge the two below."))
    if other is not None:
        other.delete()  # its own older name becomes the name again
    tag.name, tag.key = clean, folded
    tag.save(update_fields=["name", "key"])


@transaction.atomic
def merge(tag: Tag, into: Tag) -> None:
    """Put one tag in place of another, which stays as a name of it: who types it gets the one that is left.

    :raises Refused: when it is the same, or was merged itself
    """
    held = Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk], stands_for=None)
    if len(held.order_by("pk")) != 2:
        raise Refused(_("Choose another tag that stands for itself."))
    there = Tagged.objects.filter(tag=into).values("conversation")
    tag.tagged.filter(conversation__in=there).delete()
    tag.tagged.update(tag=into)
    Tag.objects.filter(stands_for=tag).update(stands_for=into)
    Tag.objects.filter(pk=tag.pk).update(stands_for=into)


def archive(tag: Tag, *, is_archived: bool) -> None:
    """Offer a tag no longer, or again; where it stands it stays, and can be found."""
    Tag.objects.filter(pk=tag.pk).update(is_archived=is_archived)


def named(name: str) -> Tag | None:
    """Return the tag of a name, or the one it was merged into."""
    found = Tag.objects.select_related("stands_for").filter(key=key(name)).first()
    return (found.stands_for or found) if found else None


def _held(tag: Tag) -> Tag:
    """Keep a tag as it is until the transaction ends; it may have been merged a moment ago."""
    held = Tag.objects.select_for_update().get(pk=tag.pk)
    return held.stands_for or held


def _made(name: str, author: Person, now: datetime) -> Tag:
    clean, folded = _clean(name)
    try:
        with transaction.atomic():
            return Tag.objects.create(name=clean, key=folded, created_at=now, created_by=author)
    except IntegrityError:  # a colleague made it at the same moment
        return Tag.objects.get(key=folded)


def _clean(name: str) -> tuple[str, str]:
    clean = " ".join(name.replace('"', " ").split())
    if not key(clean):
        raise Refused(_("Type a name for the tag, with a letter or a digit in it."))
    if len(clean) > LONGEST:
        raise Refused(_("A tag is a word or two: at most %(n)d characters.") % {"n": LONGEST})
    return clean, key(clean)
