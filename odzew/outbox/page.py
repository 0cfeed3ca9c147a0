"""The same letter as HTML, for who wrote it with marks: the words, the signature, the customer's words."""

from collections.abc import Sequence
from html import escape

from odzew.conversations import picturing
from odzew.conversations.models import Message
from odzew.lib import marked

QUOTE = "margin:0;padding-left:1em;border-left:2px solid #ccc;color:#555"


def write(message: Message, question: Sequence[str], last: Message | None) -> str:
    """Return the page: what strangers wrote, and what is fixed, only with every sign made harmless."""
    parts = [marked.to_html(message.text, picturing.in_mail(message))]
    if question:
        words, link = question
        parts.append(f'<p>{escape(words)}<br>\n<a href="{escape(link)}">{escape(link)}</a></p>')
    if message.signature:
        parts.append(f"<p>-- <br>\n{_lines(message.signature)}</p>")
    if last is not None and message.author:
        quoted = f'<blockquote type="cite" style="{QUOTE}"><p>{_lines(last.own_words)}</p></blockquote>'
        parts.append(f"<p>{escape(head(last))}</p>\n{quoted}")
    language = escape(message.language or "und")
    begins = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"></head><body>'
    return "\n".join([begins, *parts, "</body></html>\n"])


def head(last: Message) -> str:
    """Return the line above the customer's words."""
    return f"{last.at:%Y-%m-%d %H:%M} UTC, {last.from_name or last.from_address}:"


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())
