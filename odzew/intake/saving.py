"""Saving: what a batch of messages made and changed, by as few statements as for one."""

from collections.abc import Sequence
from datetime import datetime

from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Identity
from odzew.intake import media, written
from odzew.intake.arrival import Arrival
from odzew.lib.rows import insert_rows, new_row, number_rows, write_fields, write_values


def save(arrivals: Sequence[Arrival]) -> None:
    """Write the customers, conversations, messages and files of a batch, however many, by few statements."""
    _save_proofs(arrivals)
    identities = [i for i in {id(a.identity): a.identity for a in arrivals}.values() if i.pk is None]
    talks = {id(a.conversation): a.conversation for a in arrivals}.values()
    fresh = [talk for talk in talks if talk.pk is None]
    number_rows([i.customer for i in identities], identities, fresh)
    _save_identities(identities)
    _save_fresh(fresh)
    _save_joined(arrivals)
    for arrival in arrivals:
        arrival.message = _message(arrival)
    number_rows(messages := [a.message for a in arrivals])
    insert_rows(messages)
    insert_rows([f for a in arrivals for f in written.files(a.message, a.inbound)])
    media.want(arrivals)


def _save_identities(fresh: Sequence[Identity]) -> None:
    insert_rows([i.customer for i in fresh])
    for identity in fresh:
        identity.customer_id = identity.customer.pk
    insert_rows(fresh)


def _save_proofs(arrivals: Sequence[Arrival]) -> None:
    by_number = {a.identity.pk: a.identity for a in arrivals if a.identity.proven_at == a.raw.received_at}
    proven = [identity for number, identity in by_number.items() if number]
    write_fields(proven, ["proof", "proven_at"])


def _save_fresh(talks: Sequence[Conversation]) -> None:
    for talk in talks:
        talk.customer_id = talk.customer.pk
        talk.points_at_id = talk.points_at.pk if talk.points_at else None
    insert_rows(talks)


def _save_joined(arrivals: Sequence[Arrival]) -> None:
    """Write when somebody wrote last; whether it was closed meanwhile is not what was read above, so a
    person's message opens it."""
    last: dict[int, datetime] = {}
    for arrival in arrivals:
        talk = arrival.conversation
        talk.last_at = last[talk.pk] = max(talk.last_at, arrival.raw.received_at)
    joined = {a.conversation.pk for a in arrivals if not a.is_new}
    said = {a.conversation.pk for a in arrivals if not a.is_new and not a.automatic}
    opened = [(last[number], Conversation.Status.OPEN.value, None, "", number) for number in said]
    write_values(Conversation, ("last_at", "status", "closed_at", "closing"), opened)
    write_values(Conversation, ("last_at",), [(last[number], number) for number in joined - said])


def _message(arrival: Arrival) -> Message:
    message = new_row(
        Message,
        direction=Message.Direction.INBOUND,
        at=arrival.raw.received_at,
        automatic=arrival.automatic,
        raw=arrival.raw.pk,
    )
    message.conversation = arrival.conversation
    if arrival.home is not None and arrival.home.pk != arrival.conversation.pk:
        message.origin = arrival.home
    written.say(message, arrival.inbound)
    return message
