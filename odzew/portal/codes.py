"""One more proof before anything personal is shown: a code mailed to the address of the matter.

A link can be forwarded; whoever reads the mailbox can read the code (OWASP ASVS 5.0, V6.5:
single use, 15 minutes, few tries, from a good source of chance).
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from secrets import randbelow

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.conversations import outbound
from odzew.conversations.models import Conversation, Message
from odzew.intake.models import Raw
from odzew.lib import sealing
from odzew.portal.models import Code
from odzew.staff import brand

LASTS = timedelta(minutes=15)
TRIES = 5
A_DAY = timedelta(days=1)
PER_DAY = 5  # to one mailbox
PER_DAY_BY_FORM = 1  # anybody can name anybody in a form, and have mails sent to him
PROVEN_FOR = timedelta(hours=12)
COOKIE = "odzew-proven"
SALT = "odzew.portal.proven"


class NoCode(Exception):
    """No code is sent, or the one given is not right; the text says what to do."""


@transaction.atomic
def send(conversation: Conversation, now: datetime) -> Message:
    """Mail a code to the address of the conversation, and make every older one useless.

    :raises NoCode: when too many were sent, or nothing can be sent
    """
    if not conversation.address or not conversation.account.settings.get("smtp"):
        raise NoCode(_("We cannot send a code to you. Reply to our mail instead."))
    if not _may_send(conversation, now):
        raise NoCode(_("Enough codes were sent for today. Try again tomorrow, or reply to our mail."))
    code = f"{randbelow(10**6):06d}"
    Code.objects.filter(conversation=conversation).update(tries=TRIES)
    Code.objects.create(
        conversation=conversation,
        address=_mailbox(conversation.address),
        digest=_digest(conversation, code),
        made_at=now,
    )
    return _mail(conversation, code, now)


def check(conversation: Conversation, given: str, now: datetime) -> str:
    """Return the address that a code proves, once.

    :raises NoCode: when it is not the newest code, is too old, or was guessed at too often
    """
    code = Code.objects.filter(conversation=conversation, made_at__gt=now - LASTS).order_by("-pk").first()
    # Counted before it is compared, by one statement, so that guesses at once count each.
    if code is None or not Code.objects.filter(pk=code.pk, tries__lt=TRIES).update(tries=F("tries") + 1):
        raise NoCode(_("This code has ended. Let us send you a new one."))
    if not sealing.proves(code.digest, settings.SECRET_KEY, *_parts(conversation, given)):
        raise NoCode(_("That is not the code we sent. Look at the newest mail from us."))
    Code.objects.filter(pk=code.pk).update(tries=TRIES)
    return conversation.address  # the digest holds it too: it is the one the code was mailed to


def remember(response: HttpResponse, address: str) -> None:
    """Let this browser show what belongs to `address` for some hours."""
    response.set_signed_cookie(
        COOKIE,
        address.lower(),
        salt=SALT,
        max_age=PROVEN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/s/",
    )


def proven(request: HttpRequest) -> str:
    """Return the address this browser has proven to hold, or nothing."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=PROVEN_FOR) or ""


def holds(request: HttpRequest, conversation: Conversation) -> bool:
    """Return whether this browser has proven to hold the address of a conversation."""
    address = proven(request)
    return bool(address) and address == conversation.address.lower()


def _may_send(conversation: Conversation, now: datetime) -> bool:
    recent = Code.objects.filter(address=_mailbox(conversation.address), made_at__gt=now - A_DAY)
    sent = list(recent.values_list("conversation", flat=True))
    by_form = _begun_by_form([conversation.pk, *sent])
    is_form = conversation.pk in by_form
    # Counted apart: who fills in forms in a customer's name must not use up her own codes.
    spent = sum((number in by_form) == is_form for number in sent)
    return spent < (PER_DAY_BY_FORM if is_form else PER_DAY)


def _begun_by_form(numbers: Collection[int]) -> set[int]:
    # What a form sends always begins a conversation, and joins none.
    form = Raw.objects.filter(pk=OuterRef("raw"), door="form")
    rows = Message.objects.filter(Exists(form), conversation__in=numbers)
    return set(rows.values_list("conversation", flat=True))


def _mailbox(address: str) -> str:
    # A subaddress (RFC 5233) leads into the one mailbox as its endless sisters do.
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _digest(conversation: Conversation, code: str) -> str:
    return sealing.token(settings.SECRET_KEY, *_parts(conversation, code))


def _parts(conversation: Conversation, code: str) -> tuple[str, int, str, str]:
    digits = "".join(sign for sign in code if sign.isdigit())
    return "code", conversation.pk, conversation.address.lower(), digits


def _mail(conversation: Conversation, code: str, now: datetime) -> Message:
    house = brand.current()
    with translation.override(house.spoken(conversation.language, conversation.team.language)):
        text = "\n\n".join(
            [
                _("Your code is %(code)s. It holds for 15 minutes.") % {"code": code},
                _("If you did not ask for it, you need do nothing."),
                brand.firm(conversation.account, house),
            ]
        )
        message = outbound.draft(conversation, Message.Purpose.CODE, text, now)
        message.subject = _("Your code for matter no. %(number)s") % {"number": conversation.pk}
    message.automatic = "code"
    message.save()
    return message
