"""Reports of mail that could not be delivered, per recipient.

The structure comes first (RFC 3464, RFC 6522, RFC 6533), then the words of servers that keep to none.
A delay is no failure, and a reply of a person about a bounce is no bounce.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from odzew.language import bounce_report, bounce_words, bounced, failures, vacation
from odzew.language.bounce_report import Part
from odzew.language.bounced import BouncedRecipient

__all__ = ["Bounce", "BouncedRecipient", "Part", "read"]

_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_BLOCKS = re.compile(r"\n(?:[ \t]*\n)+")
_MILD = ("delayed", "delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says; ``original_*`` are of the mail that came back ('' or empty when not told)."""

    recipients: list[BouncedRecipient]
    original_message_id: str
    original_to: list[str]

    @property
    def failed(self) -> bool:
        """Whether somebody will never get the mail; a report that names nobody counts as such."""
        return not self.recipients or any(one.action == "failed" for one in self.recipients)


def read(
    headers: Mapping[str, Sequence[str]],
    subject: str,
    from_email: str,
    text: str,
    parts: Callable[[], list[Part]],
) -> Bounce | None:
    """Return the report a mail is, None when it is none.

    ``headers`` has lower-case names; ``parts`` gives the parts of the mail when they are needed.
    """
    kind = (headers.get("content-type") or ("",))[0].lower()
    if "feedback-report" in kind or "disposition-notification" in kind:
        return None
    structured, notice = "delivery-status" in kind, '"notificationType"' in text[:300]
    if not structured and vacation.titled(subject) == "sure":
        return None
    if not (structured or notice or failures.suspect(headers, subject, from_email, text)):
        return None
    found = parts()
    recipients = (
        _structured(found)
        or _notified(text)
        or bounce_words.recipients(headers, subject, from_email, text, found)
    )
    if not recipients and not (structured or failures.certain(headers, subject, from_email, text)):
        return None
    original = bounce_report.original(found, text)
    return Bounce(recipients, bounce_report.message_id(original), bounce_report.receivers(original))


def _structured(parts: list[Part]) -> list[BouncedRecipient]:
    """Return the recipients of the machine-readable part (RFC 3464 §2)."""
    for part in parts:
        if part.is_status or (part.is_prose and _is_status(part.text)):
            found = [one for block in _BLOCKS.split(part.text.strip()) if (one := _block(block))]
            if found:
                return bounced.unique(found)
    return []


def _is_status(text: str) -> bool:
    """Return whether a text is a delivery status although its part does not say so."""
    return bool(
        re.search(r"^(?:Final|Original)-Recipient[ \t]*:", text, re.MULTILINE | re.IGNORECASE)
    ) and bool(re.search(r"^(?:Action|Status|Diagnostic-Code)[ \t]*:", text, re.MULTILINE | re.IGNORECASE))


def _block(block: str) -> BouncedRecipient | None:
    """Return the recipient one block of fields is about, None for the block about the message."""
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(block):
        fields.setdefault(found[1].lower(), " ".join(found[2].split()))
    email = bounced.recipient(fields.get("original-recipient", "")) or bounced.recipient(
        fields.get("final-recipient", "")
    )
    email = email or bounced.recipient(fields.get("x-actual-recipient", ""))
    if not email:
        return None
    diagnostic = re.sub(
        r"^[\w-]+ ?; ?", "", fields.get("diagnostic-code", "") or fields.get("x-display-name", "")
    )
    status = bounced.status(fields.get("status", "")) or bounced.status(diagnostic)
    said = fields.get("action", "").split("(")[0].strip(" .;").lower()
    action = said if said in _MILD else "failed" if said else ""
    if not action:
        action = (
            "delayed" if status.startswith("4") and "expired" not in fields.get("action", "") else "failed"
        )
    return bounced.made(email, status, action, diagnostic)


def _notified(text: str) -> list[BouncedRecipient]:
    """Return the recipients of a notification as JSON, which Amazon's mail service sends."""
    told = text[text.find("{") : text.rfind("}") + 1].replace("\n", "")
    try:
        notice = json.loads(told) if told else {}
        hurt = notice["bounce"]["bouncedRecipients"] if notice.get("notificationType") == "Bounce" else []
        return bounced.unique([_notice(one) for one in hurt])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _notice(told: dict[str, str]) -> BouncedRecipient:
    """Return one recipient of such a notification."""
    email, diagnostic = str(told["emailAddress"]), str(told.get("diagnosticCode", ""))
    status = bounced.status(str(told.get("status", ""))) or bounced.status(diagnostic)
    return bounced.made(bounced.recipient(email) or email, status, "failed", diagnostic)
