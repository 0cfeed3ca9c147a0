"""All that the screen of one conversation shows, with a fixed number of queries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from odzew.channels import registry
from odzew.channels.models import Handed
from odzew.conversations import acquainted, effort, enclosing, fact, signing, tag
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.customers.models import Identity, Proof
from odzew.desk import moments, numbers
from odzew.desk.conversation import by_template, calls, first, looked_up, receivers, waiting, whence
from odzew.desk.conversation.also import also_open
from odzew.desk.conversation.begun import begun
from odzew.desk.conversation.beside import Asked, asked
from odzew.desk.conversation.followed import followed
from odzew.desk.conversation.looked_up import AT_ONCE
from odzew.desk.conversation.mark import Mark
from odzew.desk.conversation.owed import OwedHere, owed_here
from odzew.desk.conversation.timeline import people, timeline
from odzew.desk.here.shown import here
from odzew.desk.person import asking
from odzew.desk.snooze.shown import here as snooze_here
from odzew.ledger import story
from odzew.ledger.story import Line
from odzew.lib import telephone
from odzew.lib.clock import now
from odzew.orders import again, shown as orders
from odzew.orders.ways import reached
from odzew.staff.models import Person

OTHERS = 5


def find(request: HttpRequest, number: int) -> Conversation:
    """Return a conversation the person may see.

    :raises Http404: when there is none, or it is not for the person to see
    """
    # What a side conversation holds is read and done in the one it stands beside.
    found = next((talk for talk in looked_up.one(request, number) if talk.beside_id is None), None)
    if found is not None and found.stands_for_id is not None:  # it goes on where it was merged into
        found = next(iter(looked_up.one(request, found.stands_for_id)), None)
    if found is None:
        raise Http404(gettext("There is no such conversation, or it belongs to another team."))
    return found


def shown(
    request: HttpRequest,
    talk: Conversation,
    *,
    ticked: Collection[int] | None = None,
    answered: Collection[str] = (),
    draft: dict[str, object] | None = None,
) -> dict[str, Any]:
    """Return the context of the screen; a reply that was refused comes back in `draft`."""
    at = now()
    written = begun(request, talk, draft)
    if draft is None and written["draft"].get("purpose"):
        ticked, answered = written["draft"]["pays"], written["draft"]["answered"]
    lines = story.of_conversation(talk.pk)
    parties = asked(talk, at)
    messages, earlier = _messages(request, talk, [party.id for party in parties])
    talk = acquainted.as_known_to(asking(request), talk, messages)
    rows = looked_up.owed(talk.pk)
    owed = owed_here(rows, lines, messages, at, ticked=ticked, answered=answered)
    names = looked_up.names(people(lines))
    since = messages[0].at if earlier and messages else None
    acts = whence.acts(talk, since)
    identities = kin.known_by(talk.customer)
    one = kin.numbers(talk.customer)  # of a question inside, SQLite would ask each conversation of the team
    chosen, others = request.GET.get("debt", ""), looked_up.others(request, talk.pk, one)
    return {
        "now": at,
        "talk": talk,
        "timeline": timeline(
            messages,
            [x for x in lines if not since or x.entry.at >= since],
            acts,
            names,
            at,
            parties,
            looked_up.ruled(talk.pk, since),
            whence.whence(talk, messages, acts),
            calls.shown(talk, since),
        ),
        "earlier": earlier,
        "begins": first.is_unheard(messages, acts),
        "parties": parties,
        "quotable": _quotable(messages, talk),
        "asking": _asking(request, parties),
        "owed": owed,
        "tried": _tried(talk, owed),
        "payable": any(debt.by_words for debt in owed),
        "owed_late": any(debt.state == "late" for debt in owed),
        "chosen": numbers.number(chosen),
        "chosen_label": next((debt.label for debt in owed if str(debt.id) == chosen), ""),
        "do": request.GET.get("do", ""),
        "chosen_message": numbers.number(request.GET.get("message", "")),
        **written,
        "moments": waiting.choices(talk, [debt.due_at for debt in owed if debt.by_words], at),
        "snippets": _snippets(request, talk),
        "kept_files": enclosing.kept(talk, asking(request)),
        "signature": _signature(request, talk, str(written["draft"]["text"])),
        "last_message": _newest(messages),
        "since": max((m.pk for m in messages), default=0),
        **here(talk, asking(request)),
        **followed(talk, asking(request)),
        "local_day": timezone.localdate(at).isoformat(),
        "colleagues": looked_up.colleagues_of(talk.team_id),
        "other_teams": receivers.receivers([talk.team_id]),
        "identities": [identity_shown(identity) for identity in identities],
        **_reached(talk, identities),
        **by_template.offered(talk, at),
        "phone": next((one.value for one in identities if one.kind == "phone"), ""),
        "known": fact.known_now(talk.customer),
        "other_talks": others[:OTHERS],
        "also": also_open(talk, others),
        **_effort(talk, lines, at),
        "money": orders.money(one, asking(request)),
        "orders": bought(asking(request), one, identities, talk),
        "snooze": snooze_here(asking(request), talk, rows, at),
        "tags": tag.beside(talk.pk),
    }


def bought(
    person: Person, one: list[int], identities: Sequence[Identity], here: Conversation | None
) -> list[orders.Bought]:
    """Return the orders of customers that are one, and how each thing can be sent again."""
    found = orders.of_customers(one, person)
    return again.offered(found, one, reached(person, one, identities, here)) if found else []


def _tried(talk: Conversation, owed: Sequence[OwedHere]) -> str:
    """Say how often we called in vain since a call back is owed here."""
    since = min((debt.opened_at for debt in owed if debt.is_callback), default=None)
    return calls.tried(calls.tries(talk, since)) if since else ""


def _effort(talk: Conversation, lines: Sequence[Line], at: datetime) -> dict[str, Any]:
    account = effort.of(talk, lines, at)
    return {
        "account": account,
        "waited": moments.span(account.waited),
        "on_hold": calls.clock(account.on_hold),
    }


def _asking(request: HttpRequest, parties: Sequence[Asked]) -> dict[str, str]:
    """Return what the dialog begins with when its link was followed without a script."""
    party = next((one for one in parties if str(one.id) == request.GET.get("party", "")), None)
    return party.fill if party else {}


def _snippets(request: HttpRequest, talk: Conversation) -> list[tuple[int, str]]:
    if not asking(request).may_write:
        return []
    return looked_up.snippets(asking(request), talk)


def _signature(request: HttpRequest, talk: Conversation, text: str) -> str:
    person = asking(request)
    return signing.under(talk, person, text) if person.may_write else ""


def _messages(request: HttpRequest, talk: Conversation, beside: Sequence[int]) -> tuple[list[Message], str]:
    if "all" in request.GET:
        return list(_said(talk, beside).prefetch_related("attachments"))[::-1], ""
    if beside or talk.account.channel in registry.WINDOWED:
        found = list(_said(talk, beside).prefetch_related("attachments")[: AT_ONCE + 1])
    else:
        found = looked_up.newest(talk)
    earlier = f"{request.path}?all" if len(found) > AT_ONCE else ""
    return found[:AT_ONCE][::-1], earlier


def _said(talk: Conversation, beside: Sequence[int]) -> "QuerySet[Message]":
    rows = looked_up.said([talk.pk, *beside])
    if talk.account.channel in registry.WINDOWED:  # those tell what was read
        parts = Handed.objects.filter(key=OuterRef("message_id")).order_by("-part")
        rows = rows.annotate(read_at=Subquery(parts.values("read_at")[:1]))
    return rows


def _newest(messages: list[Message]) -> int:
    return max((m.pk for m in messages if m.direction == Message.Direction.INBOUND), default=0)


def _quotable(messages: list[Message], talk: Conversation) -> int:
    """Return the customer's newest message, which a question to a third party may quote."""
    hers = (m for m in messages if m.conversation_id == talk.pk and m.direction == Message.Direction.INBOUND)
    return max((m.pk for m in hers if not m.automatic), default=0)


def _called(identity: Identity) -> str:
    if identity.kind == "phone":
        return telephone.written(identity.value)
    return identity.display or identity.value if identity.kind in registry.CHATS else identity.value


def _reached(talk: Conversation, identities: Sequence[Identity]) -> dict[str, str]:
    """Return by which messenger replies go, and what people call whom they reach; by mail: his address."""
    chat = registry.CHATS.get(talk.account.channel, "")
    here = (talk.account.channel, talk.address)
    named = [_called(one) for one in identities if chat and (one.kind, one.value) == here]
    return {"chat": chat, "reached": f"{chat}: {named[0]}" if named else talk.address}


def identity_shown(identity: Identity) -> dict[str, Any]:
    """Return an identity with the words for how it was proven."""
    kinds = {
        "email": gettext("Mail"),
        "phone": gettext("Phone"),
        "chat": gettext("Chat"),
        "shop": gettext("Shop"),
        **registry.CHATS,
    }
    proven = {
        Proof.DMARC: Mark("shield-check", gettext("proven"), "badge-paid"),
        Proof.PROVIDER: Mark("shield-check", gettext("proven"), "badge-paid"),
        Proof.TOKEN: Mark("shield-check", gettext("proven"), "badge-paid"),
        Proof.SHOP: Mark("shield-check", gettext("the shop says so"), "badge-paid"),
        Proof.PERSON: Mark("shield-check", gettext("proven"), "badge-paid"),
        Proof.FAILED: Mark("triangle-alert", gettext("forged"), "badge-late"),
    }
    return {
        "icon": {"email": "mail", "phone": "phone", "chat": "messages-square"}.get(identity.kind, "user"),
        "kind_words": kinds.get(identity.kind, identity.kind),
        "value": _called(identity),
        "phone": identity.value if identity.kind == "phone" else "",
        "badge": proven.get(Proof(identity.proof)),
    }
