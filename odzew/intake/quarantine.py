"""What nobody could read is still owed an answer (SAFETY P4)."""

from odzew.channels.base import Inbound
from odzew.intake.models import Raw
from odzew.lib.plain import plain

SHOWN = 100_000  # characters of the raw text; the whole is one click away


def as_it_came(raw: Raw) -> Inbound:
    """Return a message made of envelope and raw text alone, so that a person can answer it."""
    text = plain(bytes(raw.content[: 4 * SHOWN]).decode("utf-8", "replace"), SHOWN)
    return Inbound(
        kind=raw.envelope.get("kind", "email"),
        address=str(raw.envelope.get("from", "")).lower(),
        delivered_to=tuple(raw.envelope.get("to", ())),
        text=text,
        own_words=text,
        notes=(raw.error,),
        proof=raw.envelope.get("proof", {}),
    )
