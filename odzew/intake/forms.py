"""Mail that a form on a web page sends from our own address, with the customer in Reply-To."""

from collections.abc import Collection
from dataclasses import replace

from odzew.channels.base import Inbound
from odzew.intake.joining import is_forged

UNPROVEN = {"dmarc": "none"}


def by_author(inbound: Inbound, own: Collection[str]) -> Inbound:
    """Return the message as its author's: of a form, that is whom it asks to reply to.

    A contact form writes as the shop, and a mail of the shop to itself opens no debt: without this
    whoever uses the form would be forgotten. What proves the shop's address proves nothing of his.
    """
    author = inbound.reply_to
    if not author or not is_own(inbound.address, own) or is_own(author, own):
        return inbound
    # Who forges the shop's address must not shed that verdict by naming somebody else.
    proof = inbound.proof if is_forged(inbound) else UNPROVEN
    note = f"It came from {inbound.address}, and names {author} to reply to."
    return replace(inbound, address=author, name="", proof=proof, notes=(*inbound.notes, note))


def is_own(address: str, own: Collection[str]) -> bool:
    """Return whether an address is one of ours, also with a subaddress (RFC 5233)."""
    local, _, domain = address.lower().rpartition("@")
    return address.lower() in own or f"{local.partition('+')[0]}@{domain}" in own
