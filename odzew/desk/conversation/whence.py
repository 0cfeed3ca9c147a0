"""Whence what stands in a conversation came: which one was merged into it, which was split off (ADR 31)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext

from odzew.conversations import parting, uniting
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation, Message
from odzew.desk.conversation.said import Said
from odzew.lib.ready import Ready

What = Happening.What
LONGEST = 48  # characters of a subject that stand beside a message
OF_OTHERS = frozenset({What.MERGED, What.MERGED_IN, What.UNMERGED, What.SPLIT, What.SPLIT_OFF, What.REJOINED})


@dataclass(frozen=True, slots=True)
class Whence:
    """The names of the other conversations a history tells of, and what of it can be taken back."""

    here: int = 0
    names: Mapping[int, str] = field(default_factory=dict)
    unions: Mapping[int, int] = field(default_factory=dict)
    partings: Mapping[int, int] = field(default_factory=dict)

    def told(self, said: Said, message: Message) -> Said:
        """Return a message with the conversation it came from."""
        if message.origin_id is not None and message.origin_id in self.names:
            said.came = gettext("from %(talk)s") % {"talk": self.names[message.origin_id]}
        return said

    def words(self, act: Happening) -> tuple[str, str]:
        """Return an icon and the words for what was done with another conversation."""
        told = {"talk": self.names.get(int(act.text), f"#{act.text}")}
        match act.what:
            case What.MERGED:
                return "merge", gettext("Merged: %(talk)s goes on here") % told
            case What.MERGED_IN:
                return "merge", gettext("Merged into %(talk)s") % told
            case What.UNMERGED:
                return "undo-2", gettext("The merge was taken back: %(talk)s stands by itself") % told
            case What.SPLIT:
                return "split", gettext("Split off: %(talk)s") % told
            case What.SPLIT_OFF:
                return "split", gettext("Split off from %(talk)s") % told
        return "undo-2", gettext("The split was taken back: %(talk)s") % told

    def link(self, act: Happening) -> str:
        """Return the address of the other conversation, when it stands by itself."""
        other = int(act.text)
        stands = act.what in (What.UNMERGED, What.SPLIT_OFF) or other in self.partings
        return reverse("conversation", args=[other]) if stands else ""

    def undo(self, act: Happening) -> tuple[str, int] | None:
        """Return where an act is taken back, and the number of its row; None when it was already."""
        other = int(act.text)
        if act.what == What.MERGED and other in self.unions:
            return reverse("conversation-unmerge", args=[self.here]), self.unions[other]
        if act.what in (What.SPLIT, What.SPLIT_OFF) and other in self.partings:
            return reverse("conversation-unsplit", args=[self.here]), self.partings[other]
        return None


NOWHERE_ELSE = Whence()


def all_of(talk: Conversation) -> "QuerySet[Conversation, Any]":
    """Return a conversation with all that were merged into it, as a part of another question."""
    return Conversation.objects.filter(Q(pk=talk.pk) | Q(stands_for=talk)).values("pk")


def acts(talk: Conversation, since: datetime | None) -> list[Happening]:
    """Return what people did with a conversation, and with those that were merged into it."""
    asked = talk.pk, str(talk.pk)
    return list(_acts(*asked).filter(at__gte=since)) if since else _ACTS(*asked)


def _acts(talk: int, text: str) -> "QuerySet[Happening]":
    rows = Happening.objects.filter(conversation__in=all_of(Conversation(pk=talk)))
    # What was done with this one stands here already, in its own words.
    told = rows.exclude(~Q(conversation=talk), what__in=OF_OTHERS, text=text)
    return told.select_related("by").order_by("at", "pk")


_ACTS = Ready(_acts)


def whence(talk: Conversation, messages: Iterable[Message], acts: Sequence[Happening]) -> Whence:
    """Return what a history has to tell of other conversations; mostly nothing, which asks for nothing."""
    told = [act for act in acts if act.what in OF_OTHERS]
    numbers = {int(act.text) for act in told} | {m.origin_id for m in messages if m.origin_id}
    if not numbers:
        return NOWHERE_ELSE
    rows = Conversation.objects.filter(pk__in=numbers).values_list("pk", "subject")
    return Whence(
        talk.pk,
        {number: name(number, subject) for number, subject in rows},
        {other: row.pk for other, row in uniting.standing(talk.pk).items()} if told else {},
        {other: row.pk for other, row in parting.standing(talk.pk).items()} if told else {},
    )


def name(number: int, subject: str) -> str:
    """Return what a conversation is called beside another one, which may have the same subject."""
    short = Truncator(subject).chars(LONGEST)
    return gettext("“%(subject)s” (no. %(number)d)") % {"subject": short, "number": number}
