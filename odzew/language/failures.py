"""The words of mail servers that could not deliver, where a report keeps to no structure."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from odzew.language import vacation

_READ = 6_000  # Servers come to the point; what follows is the mail that came back.
_DATA = Path(__file__).parent / "data"
_DAEMON = re.compile(
    r"(?:mail(?:er)?[-_. ]?da?emon|post[-_.]?master|mdaemon|ndr|non-?deliver\w*|bounces?(?:[-+=].*)?"
    r"|undelivered|mail[-.]?delivery.*|microsoftexchange[0-9a-f]{8,}.*|delivery-?(?:status|failure|report)s?"
    r"|[\w.]*-daemon)\Z",
    re.IGNORECASE,
)
_UNATTENDED = re.compile(r"(?:no-?reply|do-?not-?reply|sysadmin|mail-?admin|notifications?)@", re.IGNORECASE)
# Where the words of the server end and the mail that came back begins.
SEPARATOR = re.compile(
    r"""^[ \t>*=_-]*(?:
        (?:---|___|===)[^\n]*(?:below\ (?:this|the\ next)\ line|copy\ of|original|returned|unsent|undelivered
            |(?:message|mail)\ (?:header|follows|text|body|contents)|header|body\ of|rest\ of|start\ of
            |forwarded|ursprüngliche|исходно)[^\n]*
        |(?:your\ )?(?:original|unsent|returned|undelivered|failed|bounced)\ (?:message|mail|e-mail|text)
            (?:\ (?:follows|headers?|text|attached|was|reads?))*\s*[.:]?
        |the\ (?:headers?|body|text|first\ \d+\ \w+)\ of\ (?:the|your)\ (?:original|returned)?\ ?message[^\n]*
        |(?:a\ copy\ of\ (?:the|your)|included\ is\ a\ copy|enclosed\ is\ a\ copy)[^\n]*
        |message\ header\ follows[^\n]*|message\ contents\ follow[^\n]*|original\ message\ headers?[^\n]*
        |(?:received|return-path|dkim-signature|x-google-[\w-]+|arc-seal)[ \t]*:[ \t]*[^\n]+
    )$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


@cache
def _phrases(section: str) -> re.Pattern[str]:
    """Return one section of the word list as an expression, any of its lines."""
    lines = (_DATA / "failures.txt").read_text("utf-8").splitlines()
    wanted, out = "", []
    for line in lines:
        if line.startswith("["):
            wanted = line.strip("[]")
        elif line.strip() and not line.startswith("#") and wanted == section:
            out.append(line.strip())
    return re.compile("|".join(out))


def daemon(email: str) -> bool:
    """Return whether an address is one mail servers write from."""
    return bool(_DAEMON.match(email.partition("@")[0].strip('"<> ')))


def null_sender(headers: Mapping[str, Sequence[str]]) -> bool:
    """Return whether the mail came with the empty envelope sender of reports (RFC 5321 §4.5.5).

    The server that delivers writes it on top (§4.4); what stands below is the sender's own word.
    """
    paths = headers.get("return-path") or ("",)
    return paths[0].strip() in ("<>", "<mailer-daemon>")


def subject(text: str) -> bool:
    """Return whether a subject is one of a delivery report, and not of an answer to one."""
    return not vacation.ANSWERED.match(text) and bool(_phrases("subject").search(vacation.flat(text[:300])))


def suspect(headers: Mapping[str, Sequence[str]], title: str, from_email: str, text: str) -> bool:
    """Return whether a mail may be a delivery report.

    A subject alone proves nothing: customers write of parcels that could not be delivered.
    """
    if daemon(from_email) or null_sender(headers) or "x-failed-recipients" in headers:
        return True
    return subject(title) and (bool(_UNATTENDED.match(from_email)) or _servers(text))


def _servers(text: str) -> bool:
    """Return whether a text is in the words of mail servers."""
    return bool(_phrases("server").search(vacation.flat(text[:_READ])))


def wording(text: str) -> bool:
    """Return whether a text speaks of mail that could not be delivered."""
    return bool(_phrases("text").search(vacation.flat(text[:_READ])))


def delay(text: str) -> bool:
    """Return whether a text speaks of mail that is only late: the server goes on trying."""
    flat = vacation.flat(text[:_READ])
    return bool(_phrases("delay").search(flat)) and not _phrases("final").search(flat)


def certain(headers: Mapping[str, Sequence[str]], title: str, from_email: str, text: str) -> bool:
    """Return whether a mail is a report although it names nobody: a server wrote it, and of a failure."""
    said = subject(title) or wording(text)
    return said and (daemon(from_email) or null_sender(headers))
