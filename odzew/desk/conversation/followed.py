"""Who follows a conversation, and who else could."""

from typing import Any

from odzew.conversations import following
from odzew.conversations.models import Conversation
from odzew.staff.models import Person


def followed(talk: Conversation, person: Person) -> dict[str, Any]:
    """Return the followers, whether the person is one, and whom a note can name."""
    people, numbers = following.people(talk)
    return {
        "followers": [one for one in people if one.pk in numbers],
        "follows": person.pk in numbers,
        "nameable": [one for one in people if one.pk != person.pk],
        "could_follow": [one for one in people if one.pk not in numbers and one.pk != person.pk],
    }
