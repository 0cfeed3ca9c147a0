"""Whether a machine wrote a mail (RFC 3834 and the practice of twenty years).

A person taken for a machine is a forgotten customer, so one sign beyond doubt is needed, or weak ones with
nothing that speaks for a person. A machine taken for a person costs a look.
"""

import re
from collections.abc import Mapping, Sequence

from odzew.language import failures, vacation

Headers = Mapping[str, Sequence[str]]

_NO = ("", "no", "false", "0", "none", "n")
_AUTOMATIC_PRECEDENCE = ("auto_reply", "auto-reply", "autoreply", "auto", "auto-replied")
_SAID = {
    "x-autoreply": "auto-replied",
    "x-auto-reply": "auto-replied",
    "x-auto-reply-from": "auto-replied",
    "x-autoreply-from": "auto-replied",
    "x-mail-autoreply": "auto-replied",
    "x-autoresponse": "auto-replied",
    "x-autorespond": "auto-replied",
    "x-autoresponder": "auto-replied",
    "x-auto-respond": "auto-replied",
    "x-vacation": "vacation",
    "x-fc-machinegenerated": "auto-generated",
    "x-cron-env": "auto-generated",
    "x-amz-sns-message-id": "auto-generated",
}
_PEOPLES_PROGRAM = re.compile(
    r"thunderbird|apple mail|(?:iphone|ipad|ios) mail|outlook|k-9|evolution|mutt|kmail|sylpheed|claws"
    r"|roundcube|squirrelmail|the bat|seamonkey|airmail|spark|em ?client|horde|rainloop|open-xchange"
    r"|mailspring|postbox|yahoomail|gmail|poczta|o2\.pl|wp\.pl|ukr\.net",
    re.IGNORECASE,
)
_BULK_PROGRAM = re.compile(
    r"mailchimp|sendgrid|mailjet|freshmail|getresponse|mailerlite|sendinblue|brevo|salesmanago|acymailing"
    r"|phplist|newsletter",
    re.IGNORECASE,
)
_BULK_FIELDS = (
    "list-unsubscribe-post",
    "feedback-id",
    "x-campaign",
    "x-campaignid",
    "x-mailgun-tag",
    "x-csa-complaints",
)
_UNWATCHED = re.compile(
    r"(?:no|do[-_.]?not|not?)[-_.]?repl(?:y|ies)|(?:nie|bez)[-_.]?odpowiadaj|noresponse"
    r"|automat\w*|autorespon\w*",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"complaint about message from \[?[\da-f.:]{3,}|\bfeedback report for\b"
    r"|\babuse report\b.{0,40}\d+\.\d+\.\d+",
    re.IGNORECASE,
)


def reason(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return why a mail counts as a machine's, '' when a person wrote it.

    The words: feedback-report, delivery-report, bounce, auto-replied, auto-generated, vacation, list.
    """
    low = {name.lower(): values for name, values in headers.items()}
    return (
        _report(low, subject, text, from_email)
        or _declared(low, from_email)
        or _weighed(low, subject, text, from_email)
    )


def _first(headers: Headers, name: str) -> str:
    """Return the first value of a field in small letters, '' when absent."""
    values = headers.get(name)
    return values[0].strip().lower() if values else ""


def _report(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return the reason of reports: abuse, delivery, reading (RFC 5965, 3464, 8098)."""
    kind = _first(headers, "content-type")
    complaint = '"notificationType":"Complaint"' in text[:500].replace(" ", "")
    if "feedback-report" in kind or complaint or _COMPLAINT.search(subject):
        return "feedback-report"
    if kind.startswith("multipart/report") and re.search(r"delivery-status|disposition-notification", kind):
        return "delivery-report"
    local = from_email.partition("@")[0].lower()
    return "bounce" if re.fullmatch(r"mail(?:er)?[-_.]?daemon", local) else ""


def _declared(headers: Headers, from_email: str) -> str:
    """Return the reason a mail gives itself in so many words."""
    word = re.split(r"[\s;(]", _first(headers, "auto-submitted"))[0]
    if word and word not in _NO:
        return "" if word == "auto-generated" and _form(headers, from_email) else _submitted(word)
    if any(word in _AUTOMATIC_PRECEDENCE for word in _precedence(headers)):
        return "auto-replied"
    for name, meaning in _SAID.items():
        if name in headers and _first(headers, name) not in _NO:
            return meaning
    if "autoresponder" in _first(headers, "delivered-to") + _first(headers, "x-post-messageclass"):
        return "auto-replied"
    return "vacation" if "x-ms-exchange-inbox-rules-loop" in headers and _suppresses(headers) else ""


def _submitted(word: str) -> str:
    """Return the reason for a value of Auto-Submitted (RFC 3834 §5, RFC 5436 §2.7.1)."""
    return "auto-replied" if word.startswith("auto-repl") else "auto-generated"


def _precedence(headers: Headers) -> list[str]:
    """Return the words of Precedence (RFC 2076 §3.9)."""
    return [
        value.strip().lower() for name in ("precedence", "x-precedence") for value in headers.get(name, ())
    ]


def _suppresses(headers: Headers) -> bool:
    """Return whether all automatic answers are unwanted; Outlook may say so in a person's mail too."""
    return "all" in _first(headers, "x-auto-response-suppress").replace(" ", "").split(",")


def _form(headers: Headers, from_email: str) -> bool:
    """Return whether a generated mail carries somebody else's words: the answer goes to another house."""
    reply_to = _first(headers, "reply-to")
    other = re.search(r"@([\w.-]+)", reply_to)
    if not other or _UNWATCHED.search(reply_to) or "list-unsubscribe" in headers or "list-id" in headers:
        return False
    return not _same_house(other[1], from_email.rpartition("@")[2].lower())


def _same_house(one: str, two: str) -> bool:
    """Return whether two domains belong together, as far as names tell."""
    return one.endswith("." + two) or two.endswith("." + one) or one.split(".")[-2:] == two.split(".")[-2:]


def _weighed(headers: Headers, subject: str, text: str, from_email: str) -> str:
    """Return the reason when what speaks for a machine outweighs what speaks for a person."""
    title = vacation.titled(subject)
    if title == "sure" or (title and _suppresses(headers)):
        return "vacation"
    person = _person(headers, subject)
    null = failures.null_sender(headers)
    if (title or (null and not person)) and vacation.away(text):
        return "vacation"
    if null and not person:
        return "auto-generated"
    bulk = any(word in ("bulk", "junk") for word in _precedence(headers))
    if _newsletter(headers, bulk=bulk) and not _answers(headers):
        return "list"
    if person or _form(headers, from_email):
        return ""
    if bulk and _first(headers, "auto-submitted") != "no":
        return "auto-generated" if vacation.for_many(text) or not vacation.letter(text) else ""
    return "auto-generated" if _unwatched(headers, text, from_email) else ""


def _person(headers: Headers, subject: str) -> bool:
    """Return whether a program people use sent the mail, or it answers another as people do."""
    program = " ".join([*headers.get("user-agent", ()), *headers.get("x-mailer", ())])
    if _PEOPLES_PROGRAM.search(program) and not _BULK_PROGRAM.search(program):
        return True
    return _answers(headers) and bool(vacation.ANSWERED.match(subject))


def _answers(headers: Headers) -> bool:
    """Return whether the mail refers to another one."""
    return bool(headers.get("in-reply-to") or headers.get("references"))


def _newsletter(headers: Headers, *, bulk: bool) -> bool:
    """Return whether this went to many at once; what goes through a discussion list was written by one."""
    if "list-unsubscribe" not in headers or "list-post" in headers:
        return False
    program = " ".join(headers.get("x-mailer", ()))
    return bulk or any(name in headers for name in _BULK_FIELDS) or bool(_BULK_PROGRAM.search(program))


def _unwatched(headers: Headers, text: str, from_email: str) -> bool:
    """Return whether the mail is from an address that takes no answers, and says so."""
    local = from_email.partition("@")[0]
    return bool(_UNWATCHED.fullmatch(local)) and not headers.get("reply-to") and vacation.unwatched(text)
