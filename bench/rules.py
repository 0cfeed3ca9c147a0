"""By which rules a desk lives through a year: those of the books, or those of other desks."""

from dataclasses import dataclass
from datetime import timedelta

from bench.year import A_DAY
from odzew.domain.escalation import Step

ANSWER_WITHIN = timedelta(hours=8)  # of working time
STEPS = {Step.LEAD: timedelta(hours=4), Step.MANAGER: timedelta(hours=8)}
AN_HOURS_WORK = 6  # letters a person writes in an hour
AFTERWARDS = 28 * A_DAY  # in which nobody writes any more


class Broken(Exception):
    """A law of the books does not hold."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the desk takes for an answer, and whose the debts of the absent are; as they stand, ours.

    Other desks are dealt with kindly: new matters go only to who is there, every bounce opens its
    ticket again, and half of those who acknowledged come back to it without a list.
    """

    any_letter_pays: bool = False
    the_absent_keep: bool = False


PEERS = {
    "any letter that goes out stops the clock": Rules(any_letter_pays=True),
    "the absent keep their tickets": Rules(the_absent_keep=True),
    "both": Rules(any_letter_pays=True, the_absent_keep=True),
}
