"""Whether a machine wrote a mail (RFC 3834 and the practice of twenty years).

A person taken for a machine is a forgotten customer, so one strong sign is needed, or two weak ones with
nothing that speaks for a person. A machine taken for a person costs a look.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from odzew.language import failures

_DATA = Path(__file__).parent / "data" / "vacation"
_NO = ("", "no", "false", "0", "none", "n")
_STRONG_PRECEDENCE = ("auto_reply", "auto-reply", "autoreply", "auto", "auto-replied")
_STRONG = {
    "x-autoreply": "auto-replied",
    "x-auto-reply": "auto-replied",
    "x-auto-reply-from": "auto-replied",
    "x-autoreply-from": "auto-replied",
    "x-mail-autoreply": "auto-replied",
    "x-autorespond": "auto-replied",
    "x-autoresponder": "auto-replied",
    "x-auto-respond": "auto-replied",
    "x-vacation": "vacation",
    "x-fc-machinegenerated": "auto-generated",
    "x-cron-env": "auto-generated",
    "x-amz-sns-message-id": "auto-generated",
}
_PROGRAM = re.compile(
    r"thunderbird|apple mail|iphone mail|ipad mail|ios mail|outlook|k-9|evolution|mutt|kmail|sylpheed|claws|roundcube|squirrelmail"
    r"|the bat|seamonkey|airmail|spark|em ?client|horde|rainloop|zimbra web|open-xchange|mailspring|postbox|yahoomail|gmail|poczta|o2\.pl|wp\.pl|ukr\.net",
    re.IGNORECASE,
)
_BULK_PROGRAM = re.compile(
    r"mailchimp|sendgrid|mailjet|freshmail|getresponse|mailerlite|sendinblue|brevo|salesmanago|acymailing|phplist|newsletter",
    re.IGNORECASE,
)
_UNWATCHED = re.compile(
    r"(?:no|do[-_.]?not|not?)[-_.]?repl(?:y|ies)|(?:nie|bez)[-_.]?odpowiadaj|noresponse|automat\w*|autorespon\w*|vacation",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"complaint about message from \[?[\da-f.:]{3,}|\bfeedback report for\b|\babuse report\b.{0,40}\d+\.\d+\.\d+",
    re.IGNORECASE,
)
_REPLY_MARK = re.compile(
    r"\s*(?:re|aw|odp|sv|vs|rif|fw|fwd|wg|pd|отв|від|на)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)

Headers = Mapping[str, Sequence[str]]


def reason(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return why a mail counts as a machine's, '' when a person wrote it.

    The words: own, feedback-report, delivery-report, bounce, auto-replied, auto-generated, vacation, list.
    """
    low = (
        headers
        if all(name.islower() for name in headers)
        else {name.lower(): value for name, value in headers.items()}
    )
    return (
        _report(low, subject, text, from_email)
        or _declared(low, from_email)
        or _weighed(low, subject, text, from_email)
    )


def _first(headers: Headers, name: str) -> str:
    """Return the first value of a field in lower case, '' when absent."""
    values = headers.get(name)
    return values[0].strip().lower() if values else ""


def _report(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return the reason of reports: about abuse, delivery or reading (RFC 5965, RFC 3464, RFC 8098)."""
    if "x-odzew-message" in headers:
        return "own"
    kind = _first(headers, "content-type")
    if (
        "feedback-report" in kind
        or _COMPLAINT.search(subject)
        or '"notificationType":"Complaint"' in text[:500].replace(" ", "")
    ):
        return "feedback-report"
    if kind.startswith("multipart/report") and re.search(r"delivery-status|disposition-notification", kind):
        return "delivery-report"
    local = from_email.partition("@")[0].lower()
    return "bounce" if re.fullmatch(r"mail(?:er)?[-_.]?daemon", local) else ""


def _declared(headers: Headers, from_email: str) -> str:
    """Return the reason a mail gives itself in so many words."""
    submitted = _first(headers, "auto-submitted")
    word = re.split(r"[\s;(]", submitted)[0]
    if word and word not in _NO:
        return "" if word == "auto-generated" and _form(headers, from_email) else _submitted(word)
    for name in ("precedence", "x-precedence"):
        if any(value.strip().lower() in _STRONG_PRECEDENCE for value in headers.get(name, ())):
            return "auto-replied"
    for name, meaning in _STRONG.items():
        if name in headers and _first(headers, name) not in _NO:
            return meaning
    if "autoresponder" in _first(headers, "delivered-to") or "autoresponder" in _first(
        headers, "x-post-messageclass"
    ):
        return "auto-replied"
    exchange = "x-ms-exchange-inbox-rules-loop" in headers and "all" in _first(
        headers, "x-auto-response-suppress"
    ).split(",")
    return "vacation" if exchange else ""


def _submitted(word: str) -> str:
    """Return the reason for a value of Auto-Submitted (RFC 3834 §5, RFC 5436 §2.7.1)."""
    return "auto-replied" if word.startswith("auto-repl") else "auto-generated"


def _form(headers: Headers, from_email: str) -> bool:
    """Return whether a generated mail carries the words of somebody else: the answer goes to another house."""
    reply_to = _first(headers, "reply-to")
    other = re.search(r"@([\w.-]+)", reply_to)
    if not other or _UNWATCHED.search(reply_to) or "list-unsubscribe" in headers or "list-id" in headers:
        return False
    return not _same_house(other[1], from_email.rpartition("@")[2].lower())


def _same_house(one: str, two: str) -> bool:
    """Return whether two domains belong together, as far as names tell."""
    return (
        one == two
        or one.endswith("." + two)
        or two.endswith("." + one)
        or one.split(".")[-2:] == two.split(".")[-2:]
    )


def _weighed(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return the reason when what speaks for a machine outweighs what speaks for a person."""
    title = _title(subject)
    if title == "sure":
        return "vacation"
    person = _person(headers, subject)
    null = failures.null_sender(headers)
    if (title or (null and not person)) and _phrases("text").search(_flat(text[:1_500])):
        return "vacation"
    if null and not person:
        return "auto-generated"
    bulk = any(
        v.strip().lower() in ("bulk", "junk")
        for n in ("precedence", "x-precedence")
        for v in headers.get(n, ())
    )
    if _newsletter(headers, bulk) and not _answers(headers):
        return "list"
    if bulk and _first(headers, "auto-submitted") != "no" and not person and not _form(headers, from_email):
        return "auto-generated"
    return _unwatched(headers, text, from_email) if not person else ""


def _person(headers: Headers, subject: str) -> bool:
    """Return whether a mail program people use sent this, or it answers another mail as people do."""
    program = " ".join([*headers.get("user-agent", ()), *headers.get("x-mailer", ())])
    if _PROGRAM.search(program) and not _BULK_PROGRAM.search(program):
        return True
    return _answers(headers) and bool(_REPLY_MARK.match(subject))


def _answers(headers: Headers) -> bool:
    """Return whether the mail refers to another one."""
    return bool(headers.get("in-reply-to") or headers.get("references"))


def _newsletter(headers: Headers, bulk: bool) -> bool:
    """Return whether this was sent to many at once; what goes through a discussion list was written by one."""
    if "list-unsubscribe" not in headers or "list-post" in headers:
        return False
    program = " ".join([*headers.get("x-mailer", ()), *headers.get("x-mailer-name", ())])
    many = any(
        name in headers
        for name in (
            "list-unsubscribe-post",
            "feedback-id",
            "x-campaign",
            "x-campaignid",
            "x-mailgun-tag",
            "x-csa-complaints",
        )
    )
    return bulk or many or bool(_BULK_PROGRAM.search(program))


def _unwatched(headers: Headers, text: str, from_email: str) -> str:
    """Return the reason for mail from an address that takes no answers and says so."""
    if not _UNWATCHED.fullmatch(from_email.partition("@")[0]) or headers.get("reply-to"):
        return ""
    return "auto-generated" if _phrases("unwatched").search(_flat(text[:20_000])) else ""


@cache
def _phrases(section: str) -> re.Pattern[str]:
    """Return one section of all languages' lists as an expression; a line is one."""
    out: list[str] = []
    for path in sorted(_DATA.glob("*.txt")):
        wanted = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                wanted = line.strip("[]")
            elif line.strip() and not line.startswith("#") and wanted == section:
                out.append(line.strip())
    return re.compile("|".join(out))


def _flat(text: str) -> str:
    """Return a text as the lists are written: small letters, single blanks."""
    return " ".join(text.lower().split())


def _title(subject: str) -> str:
    """Return 'sure' when a subject is that of a vacation notice, 'maybe' when it only sounds like one."""
    bare = re.sub(r"^\s*(?:\[[^\]]{1,40}\]\s*)+", "", subject).strip() or subject
    if _phrases("subject").match(_flat(bare)):
        return "sure"
    return (
        "maybe" if _phrases("maybe").search(_flat(subject[:200])) and not _REPLY_MARK.match(subject) else ""
    )
