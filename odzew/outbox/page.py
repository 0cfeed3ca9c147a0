"""The same letter as HTML, for who wrote it with marks: the words, the signature, the customer's words."""

from collections.abc import Mapping, Sequence
from html import escape
from zoneinfo import ZoneInfo

from odzew.conversations.models import Message
from odzew.lib import marked

QUOTE = "margin:0;padding-left:1em;border-left:2px solid #ccc;color:#555"


def words(message: Message, question: Sequence[str], pictures: Mapping[str, str]) -> str:
    """Return what we say as HTML; `pictures` says where each that goes along stands.

    What strangers wrote, and what is fixed, stands in it only with every sign made harmless.
    """
    parts = [marked.to_html(message.text, pictures)]
    if question:
        asked, link = question
        parts.append(f'<p>{escape(asked)}<br>\n<a href="{escape(link)}">{escape(link)}</a></p>')
    if message.signature:
        parts.append(f"<p>-- <br>\n{_lines(message.signature)}</p>")
    return "\n".join(parts)


def quoted(last: Message) -> str:
    """Return the customer's words as HTML quotes them, with every sign made harmless."""
    words = f'<blockquote type="cite" style="{QUOTE}"><p>{_lines(last.own_words)}</p></blockquote>'
    return f"<p>{escape(head(last))}</p>\n{words}"


def whole(message: Message, *parts: str) -> str:
    """Return the page that is sent, made of such parts."""
    language = escape(message.language or "und")
    begins = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"></head><body>'
    return "\n".join([begins, *filter(None, parts), "</body></html>\n"])


def head(last: Message) -> str:
    """Return the line above the customer's words, by the clock of the team, as its receipts are."""
    at = last.at.astimezone(ZoneInfo(last.conversation.team.timezone))
    return f"{at:%Y-%m-%d %H:%M}, {last.from_name or last.from_address}:"


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())
