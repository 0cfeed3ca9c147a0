"""What a try came to: done, put off, given up; and when the desk stops telling a webhook and says so.

Whoever writes holds the row of the webhook first, then the books.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import journal
from odzew.domain.obligation import Refused, State
from odzew.ledger import books, own, reasons
from odzew.ledger.models import Head
from odzew.staff.models import Person
from odzew.webhooks.models import Delivery, Webhook
from odzew.webhooks.outcome import Outcome

log = logging.getLogger(__name__)
# Seconds until it is tried again, as Standard Webhooks advises; the last for as long as it takes.
BACK_OFF = (5, 300, 1_800, 7_200, 18_000, 36_000)
LONGEST_WAIT = timedelta(seconds=BACK_OFF[-1])  # whatever Retry-After asks for
PAST = 10  # tries that are kept of one delivery
TRIED_FOR = timedelta(days=3)
IS_DOWN = 5  # failures without anything taken between: it is the webhook, and not what is told
LONGEST_REST = timedelta(minutes=10)
TO_MEND = timedelta(hours=8)  # of working time
WAITING, GIVEN_UP = Delivery.State.WAITING, Delivery.State.GIVEN_UP


@transaction.atomic
def settle(number: int, row: Delivery, outcome: Outcome, at: datetime, jitter: float) -> bool:
    """Write down what came of a try, and return whether it was taken; `jitter` lengthens the wait."""
    hook = Webhook.objects.select_for_update().get(pk=number)
    _note(row, outcome, at)
    if outcome.is_taken:
        _taken(hook, row, at)
    elif outcome.is_refused_for_good:
        _put_off(hook, row, at, jitter, outcome.wait)
        _stop(hook, _("It answered 410: it wants nothing any more."), at)
    else:
        _put_off(hook, row, at, jitter, outcome.wait)
        if hook.fails >= IS_DOWN and hook.failing_since and at - hook.failing_since >= TRIED_FOR:
            _stop(hook, row.said or f"{row.status}", at)
        elif row.state == GIVEN_UP:
            _owe(hook, at)
    hook.save()
    return outcome.is_taken


@transaction.atomic
def let_be(number: int, person: Person, why: str, at: datetime) -> None:
    """Take what was given up, and the debt about it, off the books, with a reason.

    :raises Refused: without one, or when nothing is owed about the webhook
    """
    hook = Webhook.objects.select_for_update().get(pk=number)
    Head.held()
    if hook.debt is None:
        raise Refused(_("Nothing is owed about this webhook."))
    if not why.strip():
        raise Refused(_("Say why it may be left."))
    hook.deliveries.filter(state=GIVEN_UP).update(state=Delivery.State.LEFT)
    if books.debts([hook.debt])[0].state is State.OPEN:
        by = f"person:{person.pk}"
        books.post([journal.Waived(obligation=hook.debt, at=at, by=by, reason=why.strip())])
    hook.debt = None
    hook.save(update_fields=["debt"])


def _note(row: Delivery, outcome: Outcome, at: datetime) -> None:
    row.tries += 1
    row.tried_at, row.tried_first_at = at, row.tried_first_at or at
    row.status, row.milliseconds, row.said = outcome.status, outcome.milliseconds, outcome.said
    one = {
        "at": at.isoformat(),
        "status": outcome.status,
        "ms": outcome.milliseconds,
        "said": outcome.said[:200],
    }
    row.past = [*row.past, one][-PAST:]


def _taken(hook: Webhook, row: Delivery, at: datetime) -> None:
    row.state = Delivery.State.DONE
    row.save()
    if hook.fails >= IS_DOWN:  # it is back: whatever waits goes now
        hook.deliveries.filter(state=WAITING, next_at__gt=at).update(next_at=at)
    hook.fails, hook.failing_since, hook.taken_at = 0, None, at
    if hook.debt is not None and not hook.deliveries.filter(state=GIVEN_UP).exists():
        _all_clear(hook, at)


def _put_off(hook: Webhook, row: Delivery, at: datetime, jitter: float, wait: timedelta) -> None:
    hook.fails += 1
    hook.failing_since = hook.failing_since or at
    rest = min(timedelta(seconds=min(2**hook.fails, 1_024) * jitter), LONGEST_REST)
    hook.free_at = at + max(rest, min(wait, LONGEST_REST))
    if row.tried_first_at and at - row.tried_first_at >= TRIED_FOR:
        row.state = GIVEN_UP
        log.error("Webhook %s: %s is given up: %s", hook.pk, row, row.said or row.status)
    else:
        seconds = BACK_OFF[min(row.tries, len(BACK_OFF)) - 1] * jitter
        row.next_at = at + max(timedelta(seconds=seconds), min(wait, LONGEST_WAIT))
        log.info("Webhook %s: %s waits: %s", hook.pk, row, row.said or row.status)
    row.save()


def _stop(hook: Webhook, why: str, at: datetime) -> None:
    hook.active, hook.stopped_at, hook.stopped = False, at, why[:500]
    log.error("Webhook %s is told nothing any more: %s", hook.pk, why)
    _owe(hook, at)


def _owe(hook: Webhook, at: datetime) -> None:
    """Let an administrator owe a look at it, once."""
    if hook.debt is not None:
        return
    Head.held()
    since = hook.failing_since or at
    [debt] = books.post([own.opened(lambda: _text(hook), since, at, TO_MEND)])
    hook.debt = debt.id


def _text(hook: Webhook) -> str:
    return _("Mend this webhook, another program is not told what happens: %(name)s") % {"name": hook.name}


def _all_clear(hook: Webhook, at: datetime) -> None:
    Head.held()
    number, hook.debt = hook.debt, None
    if number is not None and books.debts([number])[0].state is State.OPEN:
        books.post([journal.Paid(obligation=number, at=at, by="desk", reason=reasons.TAKEN_AGAIN)])
