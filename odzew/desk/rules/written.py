"""Lists as people type them into a rule: senders and phrases, parted by lines or commas."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from odzew.language.phrases import phrase

MOST, LONGEST = 50, 200
_DOMAIN = re.compile(r"@?[^\s@.]+(\.[^\s@.]+)+")


def items(text: str) -> list[str]:
    """Return what stands on lines or between commas, each once.

    :raises ValidationError: when it is more, or longer, than a rule takes
    """
    found = list(
        dict.fromkeys(item for part in re.split(r"[\n,;]", text) if (item := " ".join(part.split())))
    )
    if len(found) > MOST or any(len(item) > LONGEST for item in found):
        raise ValidationError(
            _("At most %(n)d, each of at most %(long)d characters.") % {"n": MOST, "long": LONGEST}
        )
    return found


def senders(text: str) -> list[str]:
    """Return addresses and domains, in small letters.

    :raises ValidationError: when one of them is neither
    """
    found = items(text.lower())
    for item in found:
        local, at, domain = item.rpartition("@")
        if not _DOMAIN.fullmatch(domain) or (at and " " in local):
            raise ValidationError(_("“%(item)s” is neither an address nor a domain.") % {"item": item})
    return found


def phrases(text: str) -> list[str]:
    """Return words and phrases to look for.

    :raises ValidationError: when one has no letter and no digit
    """
    found = items(text)
    for item in found:
        if not phrase(item):
            raise ValidationError(_("“%(item)s” has no word in it.") % {"item": item})
    return found
