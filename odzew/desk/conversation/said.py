"""One message as the history shows it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from odzew.conversations import later
from odzew.conversations.elsewhere import ELSEWHERE
from odzew.conversations.models import Attachment, Message
from odzew.desk import kept
from odzew.desk.conversation import sent
from odzew.desk.conversation.mark import Mark
from odzew.lib import marked, telephone


@dataclass(frozen=True, slots=True)
class File:
    """One attachment."""

    name: str
    size: int
    url: str
    note: str


@dataclass(slots=True)
class Said:
    """One message: who said what, what it pays, and what became of it."""

    id: int
    at: datetime
    who: str
    css: str
    text: str
    language: str
    marked: SafeString | None = None  # the text with its marks, as safe HTML
    address: str = ""
    ours: bool = False
    automatic: str = ""
    rest: str = ""
    html: str = ""
    raw: str = ""
    settle: str = ""
    waits_of: int | None = None  # who can take it back
    left_behind: bool = False  # nobody is there any more to take it back: anybody may
    undo_until: datetime | None = None
    owe: str = ""
    badge: Mark | None = None
    came: str = ""  # from which conversation that was merged into this one
    proof: Mark | None = None
    foot: Mark | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def said(message: Message, now: datetime) -> Said:
    """Return a message as it is shown."""
    shown = {
        Message.Direction.INBOUND: _inbound,
        Message.Direction.OUTBOUND: _outbound,
        Message.Direction.NOTE: _note,
    }[Message.Direction(message.direction)](message, now)
    shown.files = [_file(attachment) for attachment in message.attachments.all() if not attachment.inline]
    shown.facts = _facts(message)
    shown.notes = [kept.told(note) for note in message.notes]
    return shown


def _inbound(message: Message, now: datetime) -> Said:
    shown = _common(message, message.from_name or message.from_address or gettext("Unknown sender"))
    shown.address = telephone.written(message.from_address) if message.from_name else ""
    shown.rest = message.text if message.text.strip() != message.own_words.strip() else ""
    shown.html = reverse("message-html", args=[message.pk]) if message.has_html else ""
    shown.raw = reverse("message-source", args=[message.pk]) if message.raw else ""
    if message.automatic == ELSEWHERE:
        shown.badge = _from_elsewhere()
    elif message.automatic:
        shown.css = "said-auto"
        words = gettext("A machine wrote this (%(why)s). It opens no debt.")
        shown.automatic = words % {"why": message.automatic}
        shown.owe = reverse("message-owe", args=[message.pk])
    else:
        shown.proof = proof(message.proof)
    return shown


def _outbound(message: Message, now: datetime) -> Said:
    machine = message.purpose in (Message.Purpose.RECEIPT, Message.Purpose.CODE)
    elsewhere = message.automatic == ELSEWHERE
    who = gettext("Odzew") if machine else _elsewhere(message) if elsewhere else str(message.author)
    shown = _common(message, who)
    shown.ours = True
    shown.css = "said-auto" if machine else "said-out"
    if message.has_html:
        shown.marked = SafeString(marked.to_html(shown.text, _pictures(message)))
    if message.purpose == Message.Purpose.CODE:
        # Whoever reads it could act as the customer.
        shown.text = gettext("A code that lets the customer open the whole matter on his page.")
    if elsewhere:
        shown.badge = _from_elsewhere()
    elif machine:
        shown.automatic = gettext("Written by the desk by itself. It pays nothing.")
    else:
        shown.badge = _purpose(message)
    shown.rest = f"-- \n{message.signature}" if message.signature else ""
    shown.foot = None if elsewhere else sent.state(message, now)
    if sent.waits(message):
        shown.waits_of = message.author_id
        shown.left_behind = later.is_left_behind(message)
        shown.undo_until = message.not_before if sent.is_undo(message) else None
    if message.state in (Message.State.FAILED, Message.State.BOUNCED, Message.State.IN_DOUBT):
        shown.css += " said-broken"
    if message.state == Message.State.IN_DOUBT:
        shown.settle = reverse("message-settle", args=[message.pk])
    return shown


def _pictures(message: Message) -> dict[str, str]:
    files = [file for file in message.attachments.all() if file.inline]
    return {file.filename: reverse("message-picture", args=[message.pk, file.index]) for file in files}


def _from_elsewhere() -> Mark:
    """Return the mark of what another system sent or received: it opens no debt and pays none."""
    return Mark("plug", gettext("From another system"))


def _elsewhere(message: Message) -> str:
    """Return who wrote what may have been written at another desk, by somebody who is not here."""
    return str(message.author or message.from_name or message.from_address)


def _note(message: Message, now: datetime) -> Said:
    shown = _common(message, _elsewhere(message))
    shown.css, shown.ours = "said-note", True
    shown.badge = Mark("lock", gettext("Only the team sees this"), "badge-note")
    return shown


def _common(message: Message, who: str) -> Said:
    text = message.own_words or message.text
    return Said(id=message.pk, at=message.at, who=who, css="", text=text.strip(), language=message.language)


def _purpose(message: Message) -> Mark:
    if message.purpose == Message.Purpose.REFUSAL:
        return _refusal(message)
    if message.purpose != Message.Purpose.ANSWER:
        return Mark("clock", gettext("Acknowledgement: pays nothing"), "badge-soon")
    if message.state == Message.State.SENT:
        words = ngettext("Answer: paid one debt", "Answer: paid %(n)d debts", len(message.pays))
    else:
        words = ngettext("Answer to one debt", "Answer to %(n)d debts", len(message.pays))
    return Mark("check-check", words % {"n": len(message.pays)}, "badge-paid")


def _refusal(message: Message) -> Mark:
    if not message.rests_on:
        return Mark("ban", gettext("Refusal without a published rule"), "badge-late")
    return Mark("ban", gettext("Refusal, resting on %(rule)s") % {"rule": message.rests_on}, "badge-paid")


def proof(found: dict[str, str]) -> Mark:
    """Return what the checks at the door say about the sender (SPF, DKIM, DMARC)."""
    # A link can be forwarded, and whoever fills in a form gets one: only a mailed code proves somebody.
    if found.get("page") == "code":
        return Mark("shield-check", gettext("Written on the customer's page"), "badge-paid", "paid")
    if found.get("page") == "link":
        return Mark("shield-question-mark", gettext("Written on the customer's page"))
    if found.get("provider"):
        words = gettext("Signed in at %(name)s") % {"name": found["provider"].title()}
        return Mark("shield-check", words, "badge-paid", "paid")
    if found.get("page") == "chat" and found.get("shop"):
        return Mark("shield-check", gettext("Signed in at the shop"), "badge-paid", "paid", found["shop"])
    if found.get("page") == "chat":
        return Mark("shield-question-mark", gettext("Written in the chat"))
    checks = [f"{name.upper()} {found[name]}" for name in ("spf", "dkim", "dmarc") if found.get(name)]
    more = ", ".join(checks) or gettext("no check was possible")
    if found.get("dmarc") == "pass":
        return Mark("shield-check", gettext("Sender proven"), "badge-paid", "paid", more)
    if found.get("dmarc") == "fail":
        words = gettext("Sender refused by his own domain")
        return Mark("triangle-alert", words, "badge-late", more=more)
    return Mark("shield-question-mark", gettext("Sender not proven"), more=more)


def _facts(message: Message) -> list[tuple[str, str]]:
    """Return what the head of a mail says besides, for who wants to know."""
    named = {"to": gettext("To"), "cc": gettext("Copy to")}
    facts = [(named[k], ", ".join(a for _, a in message.recipients.get(k) or ())) for k in named]
    if message.direction == Message.Direction.INBOUND:
        facts.append((gettext("Checks"), proof(message.proof).more))
        facts.append((gettext("Forwarded from"), str(message.forwarded.get("address", ""))))
    facts.append((gettext("Subject"), message.subject))
    facts.append(("Message-ID", message.message_id))
    return [fact for fact in facts if fact[1]] if message.direction != Message.Direction.NOTE else []


def _about(attachment: Attachment) -> str:
    if attachment.note or attachment.sha256:
        return kept.told(attachment.note)
    return gettext("is being fetched")


def _file(attachment: Attachment) -> File:
    url = reverse("message-file", args=[attachment.message_id, attachment.index])
    return File(attachment.filename, attachment.size, url, _about(attachment))
