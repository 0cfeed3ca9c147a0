"""A message that joins a conversation follows it where it was merged into another one (docs/adr/0031)."""

from collections.abc import Mapping, Sequence

from odzew.conversations.models import Conversation
from odzew.intake.arrival import Arrival


def follow(arrivals: Sequence[Arrival], standing: Mapping[int, int | None]) -> None:
    """Let each message join what is left of the conversation it was written to.

    `standing` is read under the lock: somebody may have merged, or taken a merge back, since it was
    looked up.
    """
    rows = {a.conversation.pk: a.conversation for a in arrivals if a.conversation.pk is not None}
    for arrival in arrivals:
        home = arrival.home
        if home is None or home.pk is None:
            continue
        root = standing.get(home.pk) or home.pk
        if root != arrival.conversation.pk:
            arrival.conversation = rows.setdefault(root, _locked(root))
            arrival.team = arrival.conversation.team


def _locked(number: int) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("account", "customer", "team")
    return rows.get(pk=number)
