"""Receiving: for each message of a batch its customer and its conversation, found or made."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from odzew.channels.base import Inbound
from odzew.channels.chats import CHANNEL
from odzew.channels.models import Account
from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity, Proof
from odzew.intake import bounces, chats, forms, joining
from odzew.intake.arrival import Arrival
from odzew.intake.models import Raw
from odzew.intake.visiting import Visiting
from odzew.lib.among import Among
from odzew.lib.plain import plain
from odzew.lib.ready import Ready
from odzew.lib.rows import new_row
from odzew.staff.models import Team

Batch = Sequence[tuple[Raw, Inbound]]
_ACCOUNTS = Ready(lambda: Account.objects.annotate(team_in_charge=F("in_charge__team")))
_TEAMS = Ready(lambda: Team.objects.order_by("pk"))


def arrivals(waiting: Batch) -> tuple[list[Arrival], Visiting]:
    """Return each message of a batch with its customer and conversation, found or made, and who visits.

    This function will write nothing.
    """
    accounts = {account.pk: account for account in _ACCOUNTS()}
    own = {account.address.lower() for account in accounts.values() if account.channel == "email"}
    said = [forms.by_author(inbound, own) for _, inbound in waiting]
    names = joining.Names(said)
    chatting = any(account.channel == CHANNEL for account in accounts.values())
    # Held before conversations are.
    visitors = Visiting((raw for raw, _ in waiting), names.talks.values(), chatting)
    desk = Desk(said, accounts, own, names, visitors)
    return [desk.receive(raw, inbound) for (raw, _), inbound in zip(waiting, said, strict=True)], visitors


class Desk:
    """What the desk knows already about a batch, read with a fixed number of queries."""

    def __init__(
        self,
        inbounds: Sequence[Inbound],
        accounts: Mapping[int, Account],
        own: set[str],
        names: joining.Names,
        visitors: Visiting,
    ) -> None:
        self.accounts = accounts
        self.own = own
        self.visitors = visitors
        teams = _TEAMS()
        self.last_resort = next((t for t in teams if t.is_last_resort), teams[0])
        self.teams = {t.pk: t for t in teams}
        self.in_charge = {number: vars(account)["team_in_charge"] for number, account in accounts.items()}
        self.names = names
        self.known = self.names.known
        self.identities = _identities(inbounds)
        self.conversations: dict[int, Conversation] = {}
        self.going_on = chats.going_on(inbounds, self.identities.values())
        self.heads = _heads([*self.names.talks.values(), *visitors.talks.values()])

    def receive(self, raw: Raw, inbound: Inbound) -> Arrival:
        """Find or make the customer and the conversation of one message."""
        # On his own page writes a person, whatever his words look like.
        automatic = "" if raw.door == "page" else self._automatic(inbound)
        place = self._place(raw, inbound)
        identity = self._identity(raw, inbound, place.by_token)
        joined = self._once(self._head(place.joins)) or self._going_on(raw, inbound)
        team = self._team(raw, joined)
        conversation = joined or self._new(raw, inbound, identity.customer, team, place.points_at)
        self.visitors.note(raw, place.joins or conversation)
        if chats.is_chat(inbound):
            self.going_on[raw.account_id, conversation.address] = conversation
        if inbound.message_id:
            self.known[inbound.message_id].append(joining.Known(conversation, inbound.address))
        return Arrival(
            raw,
            inbound,
            self.accounts[raw.account_id],
            team,
            automatic,
            identity,
            conversation,
            joined is None,
            home=place.joins or joined,
        )

    def _going_on(self, raw: Raw, inbound: Inbound) -> Conversation | None:
        if not chats.is_chat(inbound):
            return None
        found = self.going_on.get((raw.account_id, plain(inbound.reply_to or inbound.address, 320)))
        return self._once(found)

    def _place(self, raw: Raw, inbound: Inbound) -> joining.Place:
        there = self.visitors.place(raw) or bounces.place(inbound, self.known)
        return there or joining.place(inbound, self.names)

    def _head(self, conversation: Conversation | None) -> Conversation | None:
        merged = conversation.stands_for_id if conversation else None
        return self.heads[merged] if merged else conversation

    def _once(self, conversation: Conversation | None) -> Conversation | None:
        # Two messages of a batch that join one conversation must change one and the same row.
        if conversation is None or conversation.pk is None:
            return conversation
        return self.conversations.setdefault(conversation.pk, conversation)

    def _automatic(self, inbound: Inbound) -> str:
        ours = self._is_our_own_id(inbound.message_id) or forms.is_copy(inbound, self.own)
        return "own" if ours else inbound.automatic

    def _is_our_own_id(self, message_id: str) -> bool:
        return any(known.is_ours for known in self.known.get(message_id, ()))

    def _team(self, raw: Raw, joined: Conversation | None) -> Team:
        if joined is not None:
            return self.teams[joined.team_id]
        if raw.error and not raw.envelope.get("held"):
            return self.last_resort
        number = self.in_charge.get(raw.account_id)
        return self.teams[number] if number else self.last_resort

    def _identity(self, raw: Raw, inbound: Inbound, by_token: bool) -> Identity:
        forged = joining.is_forged(inbound)
        value = plain(inbound.address, 320)
        kind, value = (inbound.kind, value) if value else ("none", f"raw-{raw.pk}")
        identity = self.identities.get((kind, value, forged))
        if identity is None:
            name, at = plain(inbound.name, 300), raw.received_at
            customer = new_row(Customer, name=name, language=inbound.language, created_at=at)
            display = plain(inbound.handle, 300) or name
            identity = new_row(Identity, kind=kind, value=value, forged=forged, display=display)
            identity.customer = customer
            self.identities[kind, value, forged] = identity
        # His page opens to whoever holds the link, and a form gives one to whoever filled it in.
        _prove(identity, inbound, by_token and raw.door != "page", raw.received_at)
        return identity

    def _answers_by(self, raw: Raw) -> Account:
        # A form cannot answer: the mailbox it names does.
        account = self.accounts[raw.account_id]
        return self.accounts.get(account.settings.get("answers_by", account.pk), account)

    def _new(
        self, raw: Raw, inbound: Inbound, customer: Customer, team: Team, points_at: Conversation | None
    ) -> Conversation:
        talk = new_row(
            Conversation,
            subject=plain(inbound.subject, 2000),
            language=inbound.language or customer.language,
            address=plain(inbound.reply_to or inbound.address, 320),
            created_at=raw.received_at,
            last_at=raw.received_at,
        )
        talk.customer, talk.account, talk.team = customer, self._answers_by(raw), team
        talk.points_at = points_at
        return talk


def _heads(talks: Iterable[Conversation]) -> dict[int, Conversation]:
    merged = {talk.stands_for_id for talk in talks if talk.stands_for_id}
    return Conversation.objects.in_bulk(merged) if merged else {}


def _identities(inbounds: Iterable[Inbound]) -> dict[tuple[str, str, bool], Identity]:
    values = {plain(inbound.address, 320) for inbound in inbounds}
    kinds = {inbound.kind for inbound in inbounds}
    return {(i.kind, i.value, i.forged): i for i in _IDENTITIES(kinds, values)}


_IDENTITIES = Ready(
    lambda kinds, values: Identity.objects.filter(
        kind__in=Among(kinds), value__in=Among(values)
    ).select_related("customer")
)


def _prove(identity: Identity, inbound: Inbound, by_token: bool, at: datetime) -> None:
    if identity.forged:
        identity.proof = Proof.FAILED
    elif inbound.proof.get("provider") and identity.proof == Proof.NONE:
        identity.proof, identity.proven_at = Proof.PROVIDER, at
    elif inbound.proof.get("dmarc") == "pass" and identity.proof in (Proof.NONE, Proof.TOKEN):
        identity.proof, identity.proven_at = Proof.DMARC, at
    elif inbound.proof.get("shop") and identity.proof in (Proof.NONE, Proof.TOKEN):
        identity.proof, identity.proven_at = Proof.SHOP, at
    elif by_token and identity.proof == Proof.NONE:
        identity.proof, identity.proven_at = Proof.TOKEN, at
