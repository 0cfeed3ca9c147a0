"""What the screen of a conversation looks up each time it is shown, by questions that are ready."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.rule import Ruled
from odzew.conversations.snippet import Snippet
from odzew.desk.arms import marks
from odzew.desk.conversation import whence
from odzew.desk.person import asking, elsewhere
from odzew.ledger.models import Owed
from odzew.lib.ready import Ready
from odzew.staff import presence
from odzew.staff.models import Person, Role

AT_ONCE = 60  # messages; what came before is one click away
LOOKED_AT = 20  # conversations of the customer, of which some may be offered to be merged


def one(request: HttpRequest, number: int) -> list[Conversation]:
    """Return the conversation of a number, nothing when who is asking may not see it."""
    person = asking(request)
    if person.sees_everything or elsewhere(request):
        return list(_one(person, number))
    return _ONE(person.pk, number)


def _one(person: Person, number: int) -> "QuerySet[Conversation]":
    rows = Conversation.objects.visible_to(person).filter(pk=number)
    return rows.select_related("customer", "account", "team")


# Of somebody who sees what belongs to the own teams, and has no debt in another.
_ONE = Ready(lambda person, number: _one(Person(pk=person), number))


def others(request: HttpRequest, talk: int, customers: list[int]) -> list[Conversation]:
    """Return the newest other conversations, that who is asking may see, of customers that are one."""
    person = asking(request)
    if len(customers) > 1 or person.sees_everything or elsewhere(request):
        return list(_others(person, talk, customers))
    return _OTHERS(person.pk, talk, customers[0])


def _others(person: Person, talk: int, customers: list[int]) -> "QuerySet[Conversation]":
    rows = Conversation.objects.visible_to(person).matters().filter(customer__in=customers)
    return rows.exclude(pk=talk).order_by("-last_at")[:LOOKED_AT]


_OTHERS = Ready(lambda person, talk, customer: _others(Person(pk=person), talk, [customer]))


def said(talks: Sequence[int]) -> "QuerySet[Message]":
    """Return what was said in conversations, the newest first."""
    rows = (
        Message.objects.filter(conversation__in=talks)
        if talks[1:]
        else Message.objects.filter(conversation=talks[0])
    )
    return rows.select_related("author", "rating").order_by("-at", "-pk")


def newest(talk: Conversation) -> list[Message]:
    """Return what was said last in a conversation, with its files, and one message more if there are more."""
    rows = _NEWEST(talk.pk)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in _FILES(talk.pk):
        files[file.message_id].append(file)
    for row in rows:
        row.conversation = talk
        vars(row)["_prefetched_objects_cache"] = {"attachments": _read(row, files[row.pk])}
    return rows


def _read(message: Message, files: list[Attachment]) -> "QuerySet[Attachment]":
    """Return files as a question that was answered, in the way of `prefetch_related`."""
    rows: QuerySet[Attachment] = message.attachments.all()
    rows._result_cache = files
    return rows


def _newest(talk: int) -> "QuerySet[Message]":
    return said([talk])[: AT_ONCE + 1]


_NEWEST = Ready(_newest)
_FILES = Ready(
    lambda talk: Attachment.objects.filter(message__in=_newest(talk).values("pk")).order_by("index")
)


def owed(talk: int) -> list[Owed]:
    """Return what is owed in a conversation, with who owes it."""
    return _OWED(talk)


_OWED = Ready(lambda talk: Owed.objects.open().of_conversation(talk).select_related("owner"))


def names(numbers: Collection[int]) -> dict[int, str]:
    """Return what people are called."""
    with connection.cursor() as cursor:
        # Only marks are put in; the numbers are parameters.
        cursor.execute(f"SELECT id, name FROM odzew_person WHERE id IN ({marks([*numbers])})", [*numbers])  # noqa: S608
        return dict(cursor.fetchall())


def ruled(talk: int, since: datetime | None) -> list[Ruled]:
    """Return what rules did in a conversation since a moment."""
    return list(_ruled(talk).filter(at__gte=since)) if since else _RULED(talk)


def _ruled(talk: int) -> "QuerySet[Ruled]":
    return Ruled.objects.filter(conversation__in=whence.all_of(Conversation(pk=talk)))


_RULED = Ready(_ruled)


def snippets(person: Person, talk: Conversation) -> list[tuple[int, str]]:
    """Return the snippets that fit a conversation, by name."""
    return _SNIPPETS(person.pk, talk.team_id)


_SNIPPETS = Ready(
    lambda person, team: Snippet.objects.usable_in(Conversation(team_id=team), Person(pk=person)).values_list(
        "pk", "name"
    )
)


def colleagues(teams: Collection[int]) -> "QuerySet[Person]":
    """Return who may see what belongs to these teams, and is there to answer in it."""
    return _colleagues(teams).exclude(pk__in=presence.begun())


def _colleagues(teams: Collection[int]) -> "QuerySet[Person]":
    able = presence.able().filter(Q(teams__in=teams) | Q(role=Role.ADMINISTRATOR))
    return able.distinct().order_by("name", "pk")


_COLLEAGUES = Ready(lambda team: _colleagues([team]))


def colleagues_of(team: int) -> list[Person]:
    """Return what `colleagues` does, of one team."""
    away = presence.begun()
    return [one for one in _COLLEAGUES(team) if one.pk not in away]
