"""Reports of mail that could not be delivered, per recipient.

The structure comes first (RFC 3464, RFC 6522, RFC 6533), then the words of servers that keep to none.
A delay is no failure, and a reply of a person about a bounce is no bounce.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from odzew.language import failures


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient of a report; ``action``: failed, delayed, delivered, relayed or expanded."""

    email: str
    status: str
    action: str
    permanent: bool
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says; ``original_*`` are of the mail that came back ('' or empty when not told)."""

    recipients: list[BouncedRecipient]
    original_message_id: str
    original_to: list[str]

    @property
    def failed(self) -> bool:
        """Whether at least one recipient will never get the mail; a report that names nobody counts as such."""
        return not self.recipients or any(one.action == "failed" for one in self.recipients)


@dataclass
class Part:
    """One part of a report, its text made only when it is asked for."""

    content_type: str
    load: Callable[[], str] = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The text of the part."""
        return self.load()


_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
    "message/news",
)
_FIELD = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE)
_BLOCKS = re.compile(r"\n(?:[ \t]*\n)+")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)*[\w-]+|[\w.!#$%&'*+/=?^`{|}~-]+@\[[\d.]+\]")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.-])([45])[0-7]\d(?=[\s#-])")
_MESSAGE_ID = re.compile(r"^Message-ID[ \t]*:\s*(<[^<>\s]+>|\S+@\S+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(r"^(?:X-Original-)?To[ \t]*:[ \t]*((?:.*)(?:\n[ \t]+\S.*)*)", re.MULTILINE | re.IGNORECASE)
_ACTIONS = {
    "failed": "failed",
    "failure": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "expanded",
}


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
    structured = "delivery-status" in kind
    if not (
        structured or failures.suspect(headers, subject, from_email) or '"notificationType"' in text[:300]
    ):
        return None
    found = parts()
    recipients = _structured(found) or _notified(text) or _worded(headers, subject, from_email, text, found)
    if not recipients and not (structured or failures.certain(headers, subject, from_email, text)):
        return None
    original = _original(found, text)
    return Bounce(recipients, _message_id(original), _original_to(original))


def _structured(parts: list[Part]) -> list[BouncedRecipient]:
    """Return the recipients of the machine-readable part (RFC 3464 §2)."""
    for part in parts:
        if part.content_type in _STATUS_TYPES or (_is_text(part) and _is_status(part.text)):
            found = [one for block in _BLOCKS.split(part.text.strip()) if (one := _block(block))]
            if found:
                return _unique(found)
    return []


def _notified(text: str) -> list[BouncedRecipient]:
    """Return the recipients of a notification as JSON, which Amazon's mail service sends."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        told = json.loads(found[0].replace("\n", "")) if found else {}
        bounced = told["bounce"]["bouncedRecipients"] if told.get("notificationType") == "Bounce" else []
        return _unique([_notice(one) for one in bounced])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _notice(told: dict[str, str]) -> BouncedRecipient:
    """Return one recipient of such a notification."""
    email, diagnostic = str(told["emailAddress"]), str(told.get("diagnosticCode", ""))
    status = _status(str(told.get("status", ""))) or _status(diagnostic)
    return _made(_recipient(email) or email, status, "failed", diagnostic)


def _is_text(part: Part) -> bool:
    """Return whether a part is something to read that is not the mail that came back."""
    return part.content_type.startswith("text/") and part.content_type not in _ORIGINAL_TYPES


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
    email = _recipient(fields.get("original-recipient", "")) or _recipient(fields.get("final-recipient", ""))
    email = email or _recipient(fields.get("x-actual-recipient", ""))
    if not email:
        return None
    diagnostic = re.sub(
        r"^[\w-]+ ?; ?", "", fields.get("diagnostic-code", "") or fields.get("x-display-name", "")
    )
    status = _status(fields.get("status", "")) or _status(diagnostic)
    action = _ACTIONS.get(fields.get("action", "").split("(")[0].strip(" .;").lower(), "")
    if not action:
        action = (
            "delayed" if status.startswith("4") and "expired" not in fields.get("action", "") else "failed"
        )
    return _made(email, status, action, diagnostic)


def _made(email: str, status: str, action: str, diagnostic: str) -> BouncedRecipient:
    """Return a recipient; a failure is permanent unless its status says the cause may pass."""
    permanent = action == "failed" and not status.startswith("4")
    return BouncedRecipient(email, status, action, permanent, diagnostic[:1_000])


def _recipient(value: str) -> str:
    """Return the address of a recipient field such as 'rfc822; jan@example.pl', '' when there is none."""
    kind, _, rest = value.rpartition(";")
    address = re.sub(r"\s*\((?:[^()]*)\)\s*$", "", rest).strip().strip("<>\"' ")
    if kind.strip().lower() == "utf-8":
        address = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda sign: _sign(sign[1]), address)
    found = _ADDRESS.search(address) or re.match(r"[^\s<>@]+@[^\s<>@]+", address)
    return found[0].rstrip(".") if found else ""


def _sign(digits: str) -> str:
    """Return the character of a code point (RFC 6533 §3)."""
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _status(text: str) -> str:
    """Return the first enhanced status code of a text (RFC 3463), '' when it has none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def _unique(found: list[BouncedRecipient]) -> list[BouncedRecipient]:
    """Return each address once, a failure before anything milder."""
    out: dict[str, BouncedRecipient] = {}
    for one in found:
        known = out.get(one.email.lower())
        if known is None or (known.action != "failed" and one.action == "failed"):
            out[one.email.lower()] = one
    return list(out.values())


def _worded(
    headers: Mapping[str, Sequence[str]], subject: str, from_email: str, text: str, parts: list[Part]
) -> list[BouncedRecipient]:
    """Return the recipients named in the words of a report."""
    report = _report_text(text, parts)
    if not failures.wording(report) and not failures.subject(subject):
        return []
    named = [_recipient(one) for value in headers.get("x-failed-recipients", ()) for one in value.split(",")]
    original = _original(parts, text)
    found = addresses(
        report, own=[from_email, *_addresses_of(original, "from|return-path|reply-to|sender|errors-to")]
    )
    wanted = [one for one in named if one] or found or _original_to(original)
    late = failures.delay(f"{subject}\n{report}")
    return _unique([_said(report, email, late) for email in wanted])


def _said(report: str, email: str, late: bool) -> BouncedRecipient:
    """Return a recipient with what the report says right after naming it."""
    at = max(0, report.lower().find(email.lower()))
    around = report[at : at + 1_000]
    status = _status(around) or _status(report)
    if not status and (reply := _REPLY.search(around)):
        status = f"{reply[1]}.0.0"
    return _made(email, status, "delayed" if late else "failed", " ".join(around[len(email) :].split())[:400])


def _report_text(text: str, parts: list[Part]) -> str:
    """Return what the server says, without the mail that came back."""
    spoken: list[str] = []
    for part in parts:
        if part.content_type in _ORIGINAL_TYPES:
            break
        if _is_text(part) or part.content_type in _STATUS_TYPES:
            spoken.append(_tagless(part.text) if part.content_type == "text/html" else part.text)
    whole = "\n\n".join(spoken) or text
    cut = failures.SEPARATOR.search(whole)
    return whole[: cut.start()] if cut and whole[: cut.start()].strip() else whole


def _tagless(page: str) -> str:
    """Return HTML without its tags, lines where blocks end."""
    broken = re.sub(r"<(?:br|p|div|tr|li|td)\b[^>]*>", "\n", page, flags=re.IGNORECASE)
    broken = re.sub(r"<(?:style|script)\b.*?</(?:style|script)>", "", broken, flags=re.IGNORECASE | re.DOTALL)
    return (
        re.sub(r"<(?!/?[\w.+-]+@)[^>]*>", "", broken)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&#64;", "@")
    )


_STRONG = (
    re.compile(r"^[ \t]*[\"'<]*(?P<a>[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+)[>\"']*:(?:\s|$)", re.MULTILINE),
    re.compile(
        r"(?:RCPT TO:[ \t]*|^[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?)<(?P<a>[^\s<>,;]+@[^\s<>,;:]+)>",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"(?:recipients?|addressees?|(?:recipient|e-?mail|final|failed) address|failed (?:to|for))(?: address)?[ \t]*(?:is|:|=|->)?[ \t]*[<\"']*(?P<a>[^\s<>\"',;:()]+@[^\s<>\"',;:()]+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^[ \t*>-]*[\"'<]*(?P<a>[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+)[>\"']*[ \t.]*(?:\([^\n]*\)|\[[^\n]*\])?[ \t]*$",
        re.MULTILINE,
    ),
    re.compile(r"^[ \t*>-]*[\"'<]*(?P<a>[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+)[>\"']*[ \t]+\S", re.MULTILINE),
)
_LOOSE = re.compile(r"[<\"'(\[]?(?P<a>[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+)")
_NOBODY = re.compile(
    r"(?:post-?master|mailer-daemon|abuse|support|help-?desk|hostmaster|webmaster|no-?reply|admin(?:istrator)?)@",
    re.IGNORECASE,
)


def addresses(report: str, own: Sequence[str]) -> list[str]:
    """Return the addresses a report complains of, by the strongest way of naming found; never our ``own``."""
    ours = {one.lower() for one in own if one}
    report = report[:50_000]
    for pattern in (*_STRONG, _LOOSE):
        found = [_plain(one["a"]) for one in pattern.finditer(report)]
        good = [one for one in found if one and one.lower() not in ours]
        meant = [one for one in good if not _NOBODY.match(one)] or (good if pattern is not _LOOSE else [])
        if meant:
            return list(dict.fromkeys(meant))[:500]
    return []


def _plain(address: str) -> str:
    """Return an address without what clings to it, '' when it is only like one."""
    found = _ADDRESS.search(address.strip("<>[]\"'.,;: "))
    if not found or re.search(r"@.*\d{6,}|^[0-9A-Fa-f$.-]{16,}@", found[0]):
        return ""
    return found[0].strip("'")


def _original(parts: list[Part], text: str) -> str:
    """Return the mail that came back, or what there is of it."""
    for part in parts:
        if part.content_type in _ORIGINAL_TYPES:
            return part.text[:50_000]
    for whole in [part.text for part in parts if _is_text(part)] or [text]:
        cut = failures.SEPARATOR.search(whole)
        if cut:
            return whole[cut.start() :][:50_000]
    late = [part.text for part in parts[1:] if _MESSAGE_ID.search(part.text[:20_000])]
    return late[0][:50_000] if late else ""


def _message_id(original: str) -> str:
    """Return the id of the mail that came back, with its brackets."""
    found = _MESSAGE_ID.search(original)
    return f"<{found[1].strip('<>')}>" if found else ""


def _original_to(original: str) -> list[str]:
    """Return whom the mail that came back was for."""
    found = _TO.search(original)
    return list(dict.fromkeys(one[0] for one in _ADDRESS.finditer(found[1])))[:100] if found else []


def _addresses_of(original: str, names: str) -> list[str]:
    """Return the addresses in some fields of the mail that came back."""
    fields = re.finditer(rf"^(?:{names})[ \t]*:([^\n]*)", original, re.MULTILINE | re.IGNORECASE)
    return [one[0] for found in fields for one in _ADDRESS.finditer(found[1])]
