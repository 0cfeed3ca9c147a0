"""What belongs to the customer alone: shown only to a browser that has proven to hold his address."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from odzew.conversations import status_link
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.domain.obligation import Kind
from odzew.lib import marked, words
from odzew.portal import matter
from odzew.staff import brand

AT_ONCE = 200
MATTERS = 50


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message, and where it is fetched from."""

    name: str
    message: int
    index: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the customer may read it."""

    who: str
    ours: bool
    when: str
    text: str
    files: tuple[File, ...]
    marked: SafeString | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise of ours that is still open."""

    text: str
    until: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Another matter of the same address."""

    url: str
    subject: str
    when: str
    open: bool


def said(talk: Conversation, language: str, at: datetime) -> list[Said]:
    """Return what people said in a matter, the newest first."""
    shown = readable(talk).select_related("author").prefetch_related("attachments")
    return [_said(m, talk, language, at) for m in shown.order_by("-at", "-pk")[:AT_ONCE]]


def readable(talk: Conversation) -> "QuerySet[Message]":
    """Return what people said in a matter and the customer may read: no notes of the team, nothing unsent."""
    rows = matter.messages(talk).filter(automatic="").exclude(direction=Message.Direction.NOTE)
    gone = [
        Message.State.QUEUED,
        Message.State.HELD,
        Message.State.SENDING,
        Message.State.FAILED,
    ]
    return rows.exclude(state__in=gone)


def is_shown(attachment: Attachment, message: Message) -> bool:
    """Return whether a file is named on the page: pictures in what the customer wrote are not."""
    return message.direction == Message.Direction.OUTBOUND or not attachment.inline


def _said(message: Message, talk: Conversation, language: str, at: datetime) -> Said:
    ours = message.direction == Message.Direction.OUTBOUND
    who = (message.author.name if message.author else brand.firm(talk.account)) if ours else ""
    when = words.moment_words(message.at, at, talk.team.timezone, language)
    files = tuple(
        File(a.filename, message.pk, a.index) for a in message.attachments.all() if is_shown(a, message)
    )
    text = (message.own_words or message.text).strip()
    # Pictures are named as files are: the page shows none, and gives each to be saved.
    shown = SafeString(marked.to_html(text, {})) if ours and message.has_html else None
    return Said(who, ours, when, text, files, shown)


def promised(talk: Conversation, language: str, at: datetime) -> list[Promised]:
    """Return the promises that are open, in their own words, the nearest first."""
    rows = matter.owed(talk).filter(kind=Kind.PROMISE).order_by("due_at")
    zone = talk.team.timezone
    return [Promised(d.text, words.until_words(d.due_at, at, zone, language)) for d in rows]


def others(talk: Conversation, language: str, at: datetime) -> list[Matter]:
    """Return the other matters written from the same address, by the same customer, the newest first."""
    same = Conversation.objects.matters().filter(customer=talk.customer_id, address__iexact=talk.address)
    rows = same.exclude(pk=matter.place(talk).pk).select_related("team").order_by("-last_at")[:MATTERS]
    return [
        Matter(
            url=status_link.address(row),
            subject=row.subject,
            when=words.moment_words(row.last_at, at, row.team.timezone, language),
            open=row.status == Conversation.Status.OPEN,
        )
        for row in rows
    ]
