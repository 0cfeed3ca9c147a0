"""Which other conversations of a customer may be about the same: offered to be merged, never merged by us."""

from collections.abc import Iterable
from datetime import timedelta

from odzew.conversations.models import Conversation
from odzew.language import subject

WITHIN = timedelta(days=2)  # who writes again so soon, and in a new thread, mostly means the same
AT_MOST = 3


def also_open(talk: Conversation, others: Iterable[Conversation]) -> list[Conversation]:
    """Return the open ones of the same team with a similar subject, or begun about the same time."""
    mine = [one for one in others if one.status == Conversation.Status.OPEN and one.team_id == talk.team_id]
    mine = [one for one in mine if talk.pk != one.split_from_id and one.pk != talk.split_from_id]
    alike = [one for one in mine if subject.are_alike(talk.subject, one.subject)]
    soon = [one for one in mine if one not in alike and abs(talk.created_at - one.created_at) < WITHIN]
    return [*alike, *soon][:AT_MOST]
