"""What hangs on a conversation besides messages and debts goes with them: side conversations, drafts, tags.

A snooze does not: it is of one person and one conversation, and ends as soon as debts are moved.
"""

from collections.abc import Mapping
from typing import Any

from odzew.conversations import drafts, enclosing
from odzew.conversations.models import Conversation
from odzew.conversations.tag import Tag, Tagged


def carry(source: int, target: int) -> dict[str, list[int]]:
    """Carry all of it into another conversation, and return what `give_back` asks for."""
    asides = Conversation.objects.filter(beside=source)
    carried = {"asides": list(asides.order_by("pk").values_list("pk", flat=True))}
    asides.update(beside=target)
    carried["drafts"] = drafts.carry(source, target)
    carried["files"] = enclosing.carry(source, target)
    return carried | _tags(source, target)


def give_back(carried: Mapping[str, Any], source: int, target: int) -> None:
    """Give another conversation back what was carried from it, as far as it is still there."""
    Conversation.objects.filter(pk__in=carried["asides"], beside=source).update(beside=target)
    drafts.give_back(carried["drafts"], source, target)
    enclosing.give_back(carried.get("files", ()), source, target)
    Tagged.objects.filter(conversation=source, tag__in=carried["new_tags"]).delete()
    for tag in Tag.objects.filter(pk__in=carried["tags"]).order_by("pk"):  # merged since, perhaps
        Tagged.objects.get_or_create(conversation_id=target, tag_id=tag.stands_for_id or tag.pk)


def _tags(source: int, target: int) -> dict[str, list[int]]:
    rows = Tagged.objects.filter(conversation=source)
    tags = list(rows.order_by("tag").values_list("tag", flat=True))
    there = set(Tagged.objects.filter(conversation=target, tag__in=tags).values_list("tag", flat=True))
    rows.filter(tag__in=there).delete()
    rows.update(conversation=target)
    return {"tags": tags, "new_tags": [tag for tag in tags if tag not in there]}
