"""Mail that a form on a web page sends from our own address, with the customer in Reply-To."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import gettext_noop

from odzew.channels.base import Inbound
from odzew.intake.joining import is_forged

UNPROVEN = {"dmarc": "none"}
NOBODY_NAMED = gettext_noop(
    "It came from our own address and names nobody to reply to. If a form sent it, look for the customer's"
    " address in the text, and have the form put it into Reply-To."
)


def by_author(inbound: Inbound, own: Collection[str]) -> Inbound:
    """Return the message as its author's: of a form, that is whom it asks to reply to.

    A contact form writes as the shop: without this the answer would go to the shop. What proves the
    shop's address proves nothing of his. A form that names nobody is owed an answer too; a note says
    that whoever reads it has to look for the address in the words.
    """
    author = inbound.reply_to
    if not is_own(inbound.address, own):
        return inbound
    if not author or is_own(author, own):
        return (
            replace(inbound, notes=(*inbound.notes, NOBODY_NAMED)) if _to_ourselves(inbound, own) else inbound
        )
    # Who forges the shop's address must not shed that verdict by naming somebody else.
    proof = inbound.proof if is_forged(inbound) else UNPROVEN
    note = f"It came from {inbound.address}, and names {author} to reply to."
    return replace(inbound, address=author, name="", proof=proof, notes=(*inbound.notes, note))


def is_copy(inbound: Inbound, own: Collection[str]) -> bool:
    """Return whether a mail is the copy of one that somebody of ours sent out by another program.

    A mail of our own address that went to us alone is none: a form may have sent it for a customer.
    """
    return is_own(inbound.address, own) and not _to_ourselves(inbound, own)


def _to_ourselves(inbound: Inbound, own: Collection[str]) -> bool:
    named = [address for rows in inbound.recipients.values() for _name, address in rows]
    return all(is_own(address, own) for address in named)


def is_own(address: str, own: Collection[str]) -> bool:
    """Return whether an address is one of ours, also with a subaddress (RFC 5233)."""
    local, _, domain = address.lower().rpartition("@")
    return address.lower() in own or f"{local.partition('+')[0]}@{domain}" in own
