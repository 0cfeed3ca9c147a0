"""Hits as the page shows them: one row a conversation, its newest hit with what was looked for marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.conversations import acquainted, glancing
from odzew.conversations.models import Attachment, Message
from odzew.conversations.tag import Tagged
from odzew.desk import chips
from odzew.ledger.models import Owed
from odzew.search import shown
from odzew.search.shown import Pieces, Wanted
from odzew.staff.models import Person

_SHOWN = (
    "at", "direction", "subject", "text", "own_words", "language", "from_name", "from_address",
    "author__name", "author__email", "conversation__subject", "conversation__address",
    "conversation__status", "conversation__customer__name",
)  # fmt: skip


@dataclass(slots=True)
class Hit:
    """One row: the newest message of a conversation that was found, and how many more there are."""

    message: Message
    who: str
    url: str
    subject: SafeString
    words: SafeString
    files: list[SafeString]
    owed: Owed | None
    tags: SafeString
    is_new: bool = False
    more: int = 0


def rows(numbers: Sequence[int], looked_for: Wanted, person: Person) -> list[Hit]:
    """Return messages as rows, in their order, with six queries for all of them."""
    messages = Message.objects.select_related("conversation__customer", "author").only(*_SHOWN)
    found_by_number = messages.in_bulk(list(numbers))
    ordered = [found_by_number[number] for number in numbers if number in found_by_number]
    talks = {message.conversation_id for message in ordered}
    files, owed, tags = _files(numbers), _owed(talks, person), _tags(talks)
    found: dict[int, Hit] = {}
    for message in ordered:
        talk = message.conversation_id
        if talk in found:
            found[talk].more += 1
        else:
            named = chips.of(tags.get(talk, []))
            found[talk] = _row(message, looked_for, files.get(message.pk, []), owed.get(talk), named)
    for talk in acquainted.strangers(person, found):
        found[talk].who = found[talk].message.conversation.address
    for talk in glancing.new_to(person, found):
        found[talk].is_new = True
    return list(found.values())


def _row(
    message: Message, looked_for: Wanted, files: Iterable[str], owed: Owed | None, tags: SafeString
) -> Hit:
    talk, language = message.conversation, message.language
    subject = message.subject or talk.subject or gettext("(no subject)")
    named = (shown.pieces(name, looked_for, "") for name in files)
    return Hit(
        message=message,
        who=talk.customer.name or talk.address or str(talk.customer),
        url=f"{reverse('conversation', args=[talk.pk])}#message-{message.pk}",
        subject=marked(shown.pieces(subject, looked_for, language)),
        words=format_html("{}{}", _by(message, looked_for), marked(_words(message, looked_for))),
        files=[marked(name) for name in named if any(is_hit for _, is_hit in name)],
        owed=owed,
        tags=tags,
    )


def _by(message: Message, looked_for: Wanted) -> SafeString:
    name = str(message.author or message.from_name or message.from_address)
    if message.from_address and message.from_name and not message.author:
        name = f"{name} <{message.from_address}>"
    if not name:
        return SafeString("")
    return format_html('<span class="hit-by">{}:</span> ', marked(shown.pieces(name, looked_for, "")))


def _words(message: Message, looked_for: Wanted) -> Pieces:
    text = message.own_words or message.text
    cut = shown.excerpt(text, looked_for, message.language)
    if any(is_hit for _, is_hit in cut) or text == message.text:
        return cut
    # Not in what is new in this message: perhaps in what it quotes.
    whole = shown.excerpt(message.text, looked_for, message.language)
    return whole if any(is_hit for _, is_hit in whole) else cut


def marked(pieces: Pieces) -> SafeString:
    """Return pieces as HTML: escaped, and marked where they were looked for."""
    shown = (f"<mark>{escape(text)}</mark>" if is_hit else escape(text) for text, is_hit in pieces)
    return SafeString("".join(shown))


def _files(numbers: Sequence[int]) -> dict[int, list[str]]:
    files: dict[int, list[str]] = {}
    named = Attachment.objects.filter(message__in=numbers).order_by("index")
    for number, name in named.values_list("message_id", "filename"):
        files.setdefault(number, []).append(name)
    return files


def _tags(talks: set[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    rows = Tagged.objects.filter(conversation__in=talks).values_list("conversation_id", "tag__name")
    for talk, name in rows:
        names.setdefault(talk, []).append(name)
    return names


def _owed(talks: set[int], person: Person) -> dict[int | None, Owed]:
    """Return what is owed in conversations, of each the most pressing debt."""
    debts = Owed.objects.open().visible_to(person).filter(conversation__in=talks)
    return {debt.conversation: debt for debt in debts.order_by("-press_at", "-id")}
