"""Sending digests: as the outbox sends messages, claimed durably before a byte goes (SAFETY P6).

What is in doubt is never sent again: its notices stand in the page.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from odzew.channels import registry
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.lib.plain import plain
from odzew.notices.digests import Digest
from odzew.outbox import digest_words

log = logging.getLogger(__name__)
BACK_OFF = (1, 5, 15, 30, 60)  # minutes; what is older than the next digest needs no mail
HELD_AT_MOST = timedelta(minutes=15)
State = Digest.State


def step(at: datetime) -> int:
    """Send the digest that waits longest, and return 1, or 0 when none is due."""
    due = Digest.objects.filter(next_try_at__lte=at).order_by("next_try_at", "pk").select_related("person")
    row = due.first()
    if row is None:
        return 0
    mine = Digest.objects.filter(pk=row.pk, state=row.state, next_try_at=row.next_try_at)
    if row.state == State.SENDING:
        mine.update(state=State.IN_DOUBT, next_try_at=None, said="The desk stopped while it was sending.")
        log.warning("Whether the digest %s went out, nobody knows; it is not sent again.", row.pk)
    elif mine.update(state=State.SENDING, next_try_at=at + HELD_AT_MOST):
        _send(row, at)
    return 1


def account_for(person: int) -> Account | None:
    """Return the mailbox digests to a person go out by: of one of her teams, else any that can send."""
    able = [one for one in Account.objects.filter(channel="email", active=True).order_by("pk") if _can(one)]
    hers = Account.objects.filter(in_charge__team__members=person).values_list("pk", flat=True)
    return next((one for one in able if one.pk in set(hers)), next(iter(able), None))


def _can(account: Account) -> bool:
    return bool(account.settings.get("smtp"))


def _send(row: Digest, at: datetime) -> None:
    account = account_for(row.person_id)
    if account is None:
        _settle(row, State.FAILED, "No mailbox of this desk can send.")
        return
    outgoing = digest_words.write(row, account, settings.SITE_URL.rstrip("/"))
    if outgoing is None:
        row.delete()  # all of it was read or done meanwhile
        return
    try:
        receipt = registry.sender(account.channel)(account, outgoing)
    except ChannelError as error:
        _not_sent(row, error, at)
    except Exception as error:
        _settle(row, State.IN_DOUBT, f"{type(error).__name__}: {error}")
        raise
    else:
        _settle(row, State.SENT, receipt.said)


def _not_sent(row: Digest, error: ChannelError, at: datetime) -> None:
    if error.in_doubt:
        _settle(row, State.IN_DOUBT, str(error))
    elif error.permanent or row.tries >= len(BACK_OFF):
        log.warning("The digest to person %s did not go out: %s", row.person_id, error)
        _settle(row, State.FAILED, str(error))
    else:
        _sending(row).update(
            state=State.QUEUED,
            tries=row.tries + 1,
            next_try_at=at + timedelta(minutes=BACK_OFF[row.tries]),
            said=plain(str(error), 2000),
        )


def _settle(row: Digest, state: Digest.State, said: str) -> None:
    _sending(row).update(state=state, next_try_at=None, said=plain(said, 2000))


def _sending(row: Digest) -> "QuerySet[Digest]":
    return Digest.objects.filter(pk=row.pk, state=State.SENDING)
