"""Why the desk itself has moved a debt: kept as it stands, and translated for whoever reads it."""

from django.utils.translation import gettext_noop

GONE = gettext_noop("Whoever owed it is not there any more.")
AWAY = gettext_noop("Its owner is away.")
COVER_CHANGED = gettext_noop("Another cover stands in from now on.")
BACK = gettext_noop("Its owner is back.")
STAYS = gettext_noop("Its owner is back; it stays with whoever stood in.")
CAME_THROUGH = gettext_noop("A probe came through in time: the door lets mail in again.")
STILL_SHUT = gettext_noop("A probe was lost again: the door is not mended.")
TAKEN_AGAIN = gettext_noop("The webhook takes what it is told again.")
WELL_AGAIN = gettext_noop("The messenger was asked: the door lets messages in again.")
STILL_ILL = gettext_noop("The messenger was asked again: the door is not mended.")
SILENT = gettext_noop("It fell due and its owner did nothing.")
FROM_ANOTHER_DESK = gettext_noop("It was still open when it was taken over from another system.")
DONE_AFTER_ALL = gettext_noop("What could not be taken was done after all.")
