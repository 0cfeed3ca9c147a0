"""The mails of the demo's customers, as their programs would write them (RFC 5322)."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from secrets import token_hex

from odzew.conversations.models import Message
from odzew.demo import files
from odzew.demo.story import BadStory, Step, Story

PROGRAMS = ("Mozilla Thunderbird", "Apple Mail (2.3774.600.62)", "Roundcube Webmail/1.6.9", "")
QUOTING = {
    "pl": "W dniu {at:%d.%m.%Y o %H:%M}, {who} pisze:",
    "uk": "{at:%d.%m.%Y %H:%M}, {who} пише:",
    "ru": "{at:%d.%m.%Y %H:%M}, {who} пишет:",
    "en": "On {at:%d/%m/%Y %H:%M}, {who} wrote:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a mail of a customer stands in: where it goes and what it answers."""

    to: str
    firm: str
    subject: str
    before: Message | None = None


def mail(story: Story, step: Step, around: Around) -> bytes:
    """Return a mail that a customer wrote."""
    letter = _headed(story, step, around)
    quote = _quote(story.language, around) if step.told.get("quote") else ""
    text = f"{step.text}\n\n{quote}" if quote else step.text
    letter.set_content(text + "\n", cte="quoted-printable")
    if step.told.get("html"):
        letter.add_alternative(_page(step.text, quote), subtype="html", cte="quoted-printable")
    for filename in step.told.get("files", ()):
        content, media = files.content(filename, step.told.get("words", around.subject))
        kind, _, sub = media.partition("/")
        letter.add_attachment(content, maintype=kind, subtype=sub, filename=filename)
    return letter.as_bytes()


def away(story: Story, step: Step, around: Around) -> bytes:
    """Return what a machine answers while its owner is away (RFC 3834)."""
    letter = _headed(story, step, around)
    letter["Auto-Submitted"] = "auto-replied"
    letter["X-Autoreply"] = "yes"
    letter.set_content(step.text + "\n", cte="quoted-printable")
    return letter.as_bytes()


def bounce(step: Step, around: Around) -> bytes:
    """Return the report that our message did not arrive (RFC 3464).

    :raises BadStory: when nothing was sent
    """
    lost = around.before
    if lost is None:
        raise BadStory("A bounce reports about a message of ours; none was sent.")
    host = lost.to_address.rpartition("@")[2]
    letter = EmailMessage(policy=SMTP)
    letter["From"] = f"Mail Delivery System <MAILER-DAEMON@mx.{host}>"
    letter["To"] = around.to
    letter["Date"] = format_datetime(step.at)
    letter["Subject"] = "Undelivered Mail Returned to Sender"
    letter["Message-ID"] = f"<{token_hex(10)}@mx.{host}>"
    letter["Auto-Submitted"] = "auto-replied"
    letter["Content-Type"] = 'multipart/report; report-type=delivery-status; boundary="=_report"'
    return letter.as_bytes() + _report(lost, host, step.text).encode()


def _report(lost: Message, host: str, said: str) -> str:
    parts = [
        f"Content-Type: text/plain; charset=utf-8\n\nThis is the mail system at host mx.{host}.\n\n"
        f"Your message could not be delivered to\n<{lost.to_address}>: {said}",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.{host}\n\n"
        f"Final-Recipient: rfc822; {lost.to_address}\nAction: failed\nStatus: 5.2.2\n"
        f"Diagnostic-Code: smtp; {said}",
        f"Content-Type: text/rfc822-headers; charset=utf-8\n\nMessage-ID: {lost.message_id}\n"
        f"To: {lost.to_address}\nDate: {format_datetime(lost.at)}",
    ]
    body = "".join(f"--=_report\n{part}\n\n" for part in parts) + "--=_report--\n"
    return body.replace("\n", "\r\n")


def _headed(story: Story, step: Step, around: Around) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    sender = step.told.get("from", story.address)
    letter["From"] = formataddr((story.name, sender))
    letter["To"] = formataddr((around.firm, around.to))
    letter["Subject"] = around.subject
    letter["Date"] = format_datetime(step.at)
    letter["Message-ID"] = f"<{token_hex(12)}@{sender.rpartition('@')[2]}>"
    if around.before is not None:
        letter["In-Reply-To"] = around.before.message_id
        letter["References"] = around.before.message_id
    program = PROGRAMS[len(story.name) % len(PROGRAMS)]
    if program:
        letter["User-Agent"] = program
    return letter


def _quote(language: str, around: Around) -> str:
    if around.before is None:
        return ""
    head = QUOTING[language].format(at=_local(around.before.at), who=around.firm)
    return "\n".join([head, *(f"> {line}".rstrip() for line in around.before.text.splitlines())])


def _local(at: datetime) -> datetime:
    return at.astimezone()


def _page(text: str, quote: str) -> str:
    said = "".join(f"<p>{_lines(part)}</p>\n" for part in text.split("\n\n"))
    head, _, rest = quote.partition("\n")
    plain = "\n".join(line.removeprefix(">").strip() for line in rest.splitlines())
    cited = (
        f'<div class="cite-prefix">{escape(head)}</div><blockquote type="cite">{_lines(plain)}</blockquote>'
    )
    font = "font-family: Calibri, sans-serif; font-size: 11pt"
    return f'<html><body style="{font}">\n{said}{cited if quote else ""}</body></html>\n'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")
