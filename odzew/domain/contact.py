"""May we write to a customer now? Who waits for us is not asked for money, nor for attention (F15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from odzew.domain.obligation import Obligation, State

Reason = Literal["late", "reopened"]


class Purpose(StrEnum):
    """What a message that was not asked for wants."""

    SERVICE = "service"  # news of the customer's own matter: always allowed
    MARKETING = "marketing"
    SURVEY = "survey"
    DUNNING = "dunning"


@dataclass(frozen=True, slots=True)
class Against:
    """A debt that stands against it, and why: it is late, or what had settled it did not hold."""

    debt: Obligation
    reason: Reason


def against(purpose: Purpose, debts: Iterable[Obligation], now: datetime) -> list[Against]:
    """Return what stands against writing to a customer who is owed `debts`; nothing: we may.

    This function will let service messages pass whatever is owed.
    """
    if purpose is Purpose.SERVICE:
        return []
    still = [debt for debt in debts if debt.state is State.OPEN]
    return [Against(debt, reason) for debt in still if (reason := _reason(debt, now))]


def _reason(debt: Obligation, now: datetime) -> Reason | None:
    if debt.is_late(now):
        return "late"
    return "reopened" if debt.reopenings else None
