"""What stands under a reply: who signs it, and below that what the mailbox always says.

The person's own words go before the team's, the team's before the mailbox's; in each of these the
words in the customer's language before those for every language (docs/signatures.md).
"""

from collections.abc import Iterable

from django.db.models import Q

from odzew.channels.models import Account
from odzew.conversations.models import Conversation
from odzew.conversations.signature import Signature
from odzew.conversations.snippets import PLACE, filled
from odzew.lib.plain import one_line
from odzew.lib.ready import Ready
from odzew.staff.models import Person, Team

PLACES = ("agent.name", "team.name", "mailbox.name", "mailbox.address", "conversation.number")


def under(conversation: Conversation, person: Person, text: str = "") -> str:
    """Return what is put below a reply of a person; nothing that stands at the end of its text already."""
    team, account = conversation.team, conversation.account
    language = conversation.language or team.language
    found = chosen(_FIT(person.pk, team.pk, account.pk, language))
    known = values(person, team, account, conversation.pk)
    blocks = [filled(one.text, known).strip() for one in found]
    return "\n".join(blocks[_said(text, blocks) :])


_FIT = Ready(
    lambda person, team, account, language: Signature.objects.filter(
        Q(owner=person) | Q(team=team) | Q(account=account), Q(language="") | Q(language=language)
    )
)


def chosen(rows: Iterable[Signature]) -> list[Signature]:
    """Return who signs and what the mailbox always says, of all that fit; either may be missing."""
    ranked = sorted(rows, key=_rank)
    signs = [row for row in ranked if not row.is_legal][:1]
    return signs + [row for row in ranked if row.is_legal][:1]


def values(person: Person, team: Team, account: Account, number: int) -> dict[str, str]:
    """Return what each place is filled with."""
    found = (str(person), str(team), str(account), account.address, str(number))
    return dict(zip(PLACES, map(one_line, found), strict=True))


def unknown(text: str) -> list[str]:
    """Return what stands in braces and is no place that can be filled."""
    return [found for found in PLACE.findall(text) if found.strip() not in PLACES]


def _rank(row: Signature) -> tuple[int, bool]:
    place = 0 if row.owner_id else 1 if row.team_id else 2
    return place, not row.language


def _said(text: str, blocks: list[str]) -> int:
    """Return how many of the blocks end the text already, written by hand or by a snippet."""
    said = _lines(text)
    for count in range(len(blocks), 0, -1):
        end = _lines("\n".join(blocks[:count]))
        if said[-len(end) :] == end:
            return count
    return 0


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
