"""What a digest says, in its person's language; words of customers only if she wants them."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _, ngettext

from odzew.channels.base import Outgoing
from odzew.channels.models import Account
from odzew.conversations.noticed import Row, rows
from odzew.lib.plain import one_line
from odzew.notices import tuning
from odzew.notices.digests import Digest
from odzew.notices.models import Notice
from odzew.staff.models import Person

MOST = 50  # lines; the page has the rest


def write(digest: Digest, account: Account, site: str) -> Outgoing | None:
    """Return the mail with what still stands of a digest, or None when nothing does."""
    person = digest.person
    standing = Notice.objects.visible_to(person).standing().filter(pk__in=digest.notices)
    found = rows(list(standing.newest_first()), person)
    if not found:
        return None
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        n = len(found)
        return Outgoing(
            sender_name=one_line(f"Odzew · {account}"),
            sender=account.address,
            to=((one_line(person.name), person.email),),
            subject=ngettext("%(n)d notice", "%(n)d notices", n) % {"n": n},
            text=_text(found, person, site),
            message_id=f"<{digest.message_id}@{account.domain}>",
            date=digest.made_at,
            generated=True,
            language=language,
        )


def _text(found: Sequence[Row], person: Person, site: str) -> str:
    shows_words = tuning.of(person.pk).shows_words
    parts = [_line(row, person, site, shows_words=shows_words) for row in found[:MOST]]
    if len(found) > MOST:
        parts.append(
            _("And %(n)d more: %(link)s") % {"n": len(found) - MOST, "link": site + reverse("notices")}
        )
    parts.append(
        _("Which notices you get by mail, and when: %(link)s") % {"link": site + reverse("account-notices")}
    )
    return "\n\n".join(parts) + "\n"


def _line(row: Row, person: Person, site: str, *, shows_words: bool) -> str:
    at = row.notice.at.astimezone(ZoneInfo(person.timezone))
    said = [f"{at:%Y-%m-%d %H:%M}  {row.said}"]
    if shows_words and row.talk is not None:
        who = row.talk.customer.name or row.talk.address
        said.append(one_line(f"{who}: {row.talk.subject or _('(no subject)')}"))
    return "\n".join([*said, site + reverse("notice", args=[row.notice.pk])])
