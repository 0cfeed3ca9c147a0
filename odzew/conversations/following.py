"""Following a conversation: its followers are told what happens in it, and never owe anything by it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from odzew.conversations import holding
from odzew.conversations.follower import Follower
from odzew.conversations.models import Conversation
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.lib.among import Among
from odzew.lib.ready import Ready
from odzew.notices import telling
from odzew.notices.models import Kind
from odzew.staff.models import Person, Role


def may_see(conversation: Conversation) -> "QuerySet[Person]":
    """Return the active people who may see a conversation, by name, whether they are there or away."""
    owes = Owed.objects.open().of_conversation(conversation.pk).order_by().values("owner")
    sees = Q(teams=conversation.team_id) | Q(role=Role.ADMINISTRATOR) | Q(pk__in=owes)
    return Person.objects.filter(sees, is_active=True).distinct().order_by("name", "pk")


def people(conversation: Conversation) -> tuple[list[Person], set[int]]:
    """Return who may see a conversation, and the numbers of who follows it."""
    able = _MAY_SEE(conversation.pk, conversation.team_id)
    return able, set(_FOLLOWERS(conversation.pk))


_MAY_SEE = Ready(lambda talk, team: may_see(Conversation(pk=talk, team_id=team)))
_FOLLOWERS = Ready(
    lambda talk: Follower.objects.filter(
        conversation__in=Conversation.objects.filter(Q(pk=talk) | Q(stands_for=talk)).values("pk")
    ).values_list("person", flat=True)
)


@transaction.atomic
def follow(conversation: Conversation, author: Person, person: int, now: datetime) -> None:
    """Make the author, or a colleague he names, a follower; the colleague is told.

    :raises Refused: when the person may not see the conversation
    """
    held = holding.hold(conversation, author, now)
    if not may_see(held).filter(pk=person).exists():
        raise Refused(_("Choose somebody who may see this conversation."))
    _row, is_new = Follower.objects.get_or_create(
        conversation=held, person_id=person, defaults={"added_by": author, "at": now}
    )
    if is_new:
        telling.tell(person, Kind.FOLLOWED, held.pk, now, by=author.pk)


def unfollow(conversation: Conversation, person: Person) -> None:
    """Let a person hear of a conversation no more, unless he is owed a notice for another reason."""
    of([conversation.pk]).filter(person=person).delete()


def of(numbers: Collection[int]) -> "QuerySet[Follower]":
    """Return who follows conversations, or one that is merged into them."""
    return Follower.objects.filter(conversation__in=Among([*numbers, *_MERGED(numbers)]))


_MERGED = Ready(
    lambda numbers: Conversation.objects.filter(stands_for__in=Among(numbers)).values_list("pk", flat=True)
)


def tell(
    conversation: Conversation,
    now: datetime,
    *,
    by: int | None = None,
    message: int | None = None,
    but: Collection[int] = (),
) -> None:
    """Tell the followers that something happened, in the transaction in which it does.

    Not who did it, nor those in `but`, who hear of it anyway.
    """
    number: int = conversation.beside_id or conversation.pk
    followers = set(of([number]).values_list("person", flat=True))
    told = followers - set(but) - {by}
    if not told:
        return
    main = conversation if number == conversation.pk else Conversation.objects.get(pk=number)
    for person in may_see(main).filter(pk__in=told).order_by("pk").values_list("pk", flat=True):
        telling.tell(person, Kind.FOLLOWED, number, now, by=by, message=message)


def tell_of_letters(letters: Collection[tuple[Conversation, int]], now: datetime) -> None:
    """Tell the followers of conversations of the letters that came in; their owners hear of what they owe."""
    numbers = {talk.beside_id or talk.pk for talk, _ in letters}
    followed = {main or number for number, main in _FOLLOWED(numbers, numbers)}
    for talk, message in letters:
        number = talk.beside_id or talk.pk
        if number in followed:
            owners = Owed.objects.open().of_conversation(number).values_list("owner", flat=True)
            tell(talk, now, message=message, but=list(owners))


# A union of two, each by an index: one condition or the other would read every follower there is.
_FOLLOWED = Ready(
    lambda numbers, mains: _followed(pk__in=Among(numbers)).union(
        _followed(stands_for__in=Among(mains)), all=True
    )
)


def _followed(**which: Among) -> "QuerySet[Conversation, tuple[int, int | None]]":
    rows = Conversation.objects.filter(followers__isnull=False, **which)
    return rows.values_list("pk", "stands_for")
