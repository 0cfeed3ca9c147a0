"""The recipients a delivery report names in words only."""

import re
from collections.abc import Mapping, Sequence

from odzew.language import bounce_report, bounced, failures
from odzew.language.bounce_report import Part
from odzew.language.bounced import BouncedRecipient

_REPLY = re.compile(r"(?<![\d.-])([45])[0-7]\d(?=[\s#-])")
_MAX = 50_000
_OURS = "from|return-path|reply-to|sender|errors-to"
_A = r"(?P<a>[^\s<>\"'(),;:@]++@[^\s<>\"'(),;:@]++)"
_TAIL = r"[ \t.]*(?:\([^\n]*\)|\[[^\n]*\])?[ \t]*$"
# From the surest way of naming a recipient to the least sure.
_WAYS = tuple(
    re.compile(way, re.MULTILINE | re.IGNORECASE)
    for way in (
        rf"^[ \t]*[\"'<]*{_A}[>\"']*:(?:\s|$)",
        rf"(?:RCPT TO:[ \t]*<?|^[45]\d\d[ -](?:[45]\.\d{{1,3}}\.\d{{1,3}} )?<){_A}(?:>|$)",
        r"(?:recipients?|addressees?|(?:recipient|e-?mail|final|failed|mail) address|failed (?:to|for))"
        rf"(?: address)?[ \t]*(?:is|:|=|->)?[ \t]*[<\"']*{_A}",
        rf"^[ \t*>-]*+[\"'<]*{_A}[>\"']*{_TAIL}",
        rf"^[ \t*>-]*+[\"'<]*{_A}[>\"']*[ \t]+\S",
        r"\b(?:deliver\w*|sent|send|message|e?-?mail|addressed|reach(?:ed)?|forward(?:ed)?|user|account|mailbox)"
        rf"(?: \w+){{0,3}}?[ :\t<\"']+{_A}",
    )
)
_LOOSE = re.compile(r"(?P<a>(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++@[\w-]+(?:\.[\w-]+)+)")
_NOBODY = re.compile(
    r"(?:post-?master|mailer-daemon|abuse|support|help-?desk|hostmaster|webmaster|no-?reply|admin(?:istrator)?)@",
    re.IGNORECASE,
)


def recipients(
    headers: Mapping[str, Sequence[str]], subject: str, from_email: str, text: str, parts: list[Part]
) -> list[BouncedRecipient]:
    """Return the recipients named in the words of a report."""
    report = bounce_report.words(text, parts)
    if not failures.wording(report) and not failures.subject(subject):
        return []
    told = [
        bounced.recipient(one) for value in headers.get("x-failed-recipients", ()) for one in value.split(",")
    ]
    original = bounce_report.original(parts, text)
    found = _addresses(report, own=[from_email, *bounce_report.addresses(original, _OURS)])
    wanted = [one for one in told if one] or found or bounce_report.receivers(original)
    late = failures.delay(f"{subject}\n{report}")
    return bounced.unique([_said(report, email, late) for email in wanted])


def _said(report: str, email: str, late: bool) -> BouncedRecipient:
    """Return a recipient with what the report says right after naming it."""
    at = max(0, report.lower().find(email.lower()))
    around = report[at : at + 1_000]
    code = bounced.status(around) or bounced.status(report)
    if not code and (reply := _REPLY.search(around)):
        code = f"{reply[1]}.0.0"
    return bounced.made(
        email, code, "delayed" if late else "failed", " ".join(around[len(email) :].split())[:400]
    )


def _addresses(report: str, own: Sequence[str]) -> list[str]:
    """Return the addresses a report complains of, by the surest way of naming found; never our ``own``."""
    ours = {one.lower() for one in own if one}
    for way in (*_WAYS, _LOOSE):
        found = [_plain(one["a"]) for one in way.finditer(report[:_MAX])]
        good = [one for one in found if one and one.lower() not in ours]
        meant = [one for one in good if not _NOBODY.match(one)] or (good if way is not _LOOSE else [])
        if meant:
            return list(dict.fromkeys(meant))[:500]
    return []


def _plain(address: str) -> str:
    """Return an address without what clings to it, '' when it is only like one."""
    found = bounced.ADDRESS.search(address.strip("<>[]\"'.,;: "))
    if not found or re.search(r"@.*\d{6,}|^[0-9A-Fa-f$.-]{16,}@", found[0]):
        return ""
    return found[0].strip("'")
