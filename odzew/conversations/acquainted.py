"""Whom a person has to do with, and may know: not a customer he only named, to whom no letter has gone yet.

We may begin a conversation with any address. What others know of whoever has it would be open to everybody
who types it, if to have begun were enough.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from odzew.conversations.call import Call
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.staff.models import Person

WENT = frozenset({Message.State.PASSED, Message.State.SENT, Message.State.IN_DOUBT, Message.State.BOUNCED})
# The same as `_more_than_begun` says, the other way round, for what a list shows.
ONLY_BEGUN = """
SELECT t.id, t.customer_id FROM odzew_conversation t WHERE t.id IN ({marks})
AND EXISTS (SELECT 1 FROM odzew_happening h WHERE h.conversation_id = t.id AND h.what = 'begun')
AND NOT EXISTS (SELECT 1 FROM odzew_message m WHERE m.conversation_id = t.id
                AND (m.direction = 'inbound' OR m.state IN ({went})))
AND NOT EXISTS (SELECT 1 FROM odzew_call c WHERE c.conversation_id = t.id
                AND c.line_id IS NOT NULL AND c.direction = 'inbound')
"""


def visible(person: Person) -> "QuerySet[Customer]":
    """Return the customers a person has to do with: whose conversations or debts he may see."""
    if person.sees_everything:
        return Customer.objects.all()
    talks = Conversation.objects.visible_to(person).filter(customer=OuterRef("pk"))
    owed = Owed.objects.open().visible_to(person).filter(customer=OuterRef("pk"))
    only_begun = Conversation.objects.filter(pk=OuterRef("conversation")).exclude(_more_than_begun())
    return Customer.objects.filter(
        Exists(talks.filter(_more_than_begun())) | Exists(owed.exclude(Exists(only_begun)))
    )


def as_known_to(person: Person, talk: Conversation, said: Iterable[Message] = ()) -> Conversation:
    """Return a conversation to be shown to a person; with a customer of no name, when he has not met her yet.

    `said` is what was read of it already.
    """
    if person.sees_everything or any(_has_passed(one) for one in said if one.conversation_id == talk.pk):
        return talk
    if have_met(person, talk.customer):
        return talk
    shown = copy(talk)
    shown.customer = stranger(talk)
    return shown


def have_met(person: Person, customer: Customer) -> bool:
    """Return whether a person has to do with a customer, or with one that is one with her."""
    return visible(person).filter(pk__in=kin.numbers(customer)).exists()


def strangers(person: Person, talks: Iterable[int]) -> set[int]:
    """Return those of some conversations whose customer a person has not met: lists show the address only."""
    numbers = [] if person.sees_everything else list(talks)
    if not numbers:
        return set()
    asked = ONLY_BEGUN.format(marks=_marks(numbers), went=_marks(WENT))
    with connection.cursor() as cursor:
        cursor.execute(asked, [*numbers, *WENT])
        begun = dict(cursor.fetchall())
    return _not_met(person, begun) if begun else set()


def stranger(talk: Conversation) -> Customer:
    """Return the customer of a conversation as he is shown to whoever has not met him."""
    return Customer(pk=0, language=talk.language, created_at=talk.created_at)


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _not_met(person: Person, begun: Mapping[int, int]) -> set[int]:
    heads = kin.heads(set(begun.values()))
    one = kin.all_of(set(heads.values()))
    met = {one[number] for number in visible(person).filter(pk__in=list(one)).values_list("pk", flat=True)}
    return {talk for talk, customer in begun.items() if heads[customer] not in met}


def _more_than_begun() -> Q:
    begun = Happening.objects.filter(conversation=OuterRef("pk"), what=Happening.What.BEGUN)
    said = Message.objects.filter(conversation=OuterRef("pk"))
    passed = said.filter(Q(direction=Message.Direction.INBOUND) | Q(state__in=WENT))
    called = Call.objects.filter(
        conversation=OuterRef("pk"), line__isnull=False, direction=Call.Direction.INBOUND
    )
    # With a third party it is always we who begin.
    return Q(~Exists(begun), beside=None) | Q(Exists(passed)) | Q(Exists(called))


def _has_passed(message: Message) -> bool:
    return message.direction == Message.Direction.INBOUND or message.state in WENT
