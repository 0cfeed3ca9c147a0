"""Tag and Tagged: words by which people sort conversations. They move no debt."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from odzew.conversations.models import Conversation
from odzew.language.fold import fold, words
from odzew.lib.ready import Ready
from odzew.staff.models import Person

LONGEST = 40


class TagQuerySet(models.QuerySet["Tag"]):
    """What can be asked of tags."""

    def in_use(self) -> Self:
        """Return the tags people may give, by name."""
        return self.filter(stands_for=None, is_archived=False).order_by("name")

    def beside(self, conversation: int) -> Self:
        """Return what a conversation has (`is_here`) and what it could be given."""
        has = Tagged.objects.filter(tag=OuterRef("pk"), conversation=conversation)
        rows = self.filter(stands_for=None).annotate(is_here=Exists(has))
        return rows.filter(Q(is_here=True) | Q(is_archived=False)).order_by("name")


def beside(conversation: int) -> list["Tag"]:
    """Return what `TagQuerySet.beside` does, by a question that is ready."""
    return _BESIDE(conversation)


_BESIDE: Ready["Tag"] = Ready(lambda conversation: Tag.objects.beside(conversation))


class Tag(models.Model):
    """A word of the firm. One that was merged into another stays as a name of that other one."""

    name = models.CharField(max_length=LONGEST)
    # The name as it is compared: "Zwrot" and "zwrot" are one tag.
    key = models.CharField(max_length=2 * LONGEST, unique=True)
    is_archived = models.BooleanField(default=False)
    stands_for = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="other_names")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return self.name


class Tagged(models.Model):
    """A conversation has a tag."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="tagged", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tagged")

    class Meta:
        app_label = "odzew"
        # The tag first: by it a tag's conversations are found; the other way there is an index of its own.
        constraints = [models.UniqueConstraint(fields=["tag", "conversation"], name="tagged_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} {self.conversation_id}"


def key(name: str) -> str:
    """Return a name as it is compared, without signs and diacritics; empty when it has no letter."""
    return " ".join(folded for word in words(name) if (folded := fold(word)))
