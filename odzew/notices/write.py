"""Notices made of news, or settled by it. The one place that makes them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from odzew.lib.rows import insert_rows, number_rows, write_fields
from odzew.notices import bells, pushing, tuning
from odzew.notices.models import Notice
from odzew.notices.news import News, Over
from odzew.notices.tuning import Way
from odzew.staff.models import Person

AGAIN = ("at", "by", "conversation", "obligation", "message", "absence", "count", "settled_at", "to_mail")
Key = tuple[int, str, str]


def write(news: Sequence[News | Over], now: datetime) -> None:
    """Make notices of what is news, each once; settle what is over. The transaction holds `Follow`."""
    if not news:
        return
    shelf = _Shelf(news)
    for one in news:
        if isinstance(one, Over):
            shelf.settle(one, now)
        else:
            shelf.tell(one)
    shelf.save(now)


class _Shelf:
    """The notices that stand about the things at hand, and those that are made."""

    def __init__(self, news: Sequence[News | Over]) -> None:
        abouts = {one.about for one in news}
        standing = Notice.objects.filter(about__in=abouts).standing()
        told = {one.person for one in news if isinstance(one, News)}
        bells.ring({*told, *standing.values_list("person", flat=True)})
        self.rows: dict[Key, Notice] = {_key(row): row for row in standing.order_by("pk")}
        self.wishes = tuning.of_all(told)
        self.active = set(Person.objects.filter(pk__in=told, is_active=True).values_list("pk", flat=True))
        self.before = _told_ever(one for one in news if isinstance(one, News) and one.once)
        self.fresh: list[Notice] = []
        self.changed: dict[int, Notice] = {}
        self.loud: dict[Key, Notice] = {}

    def tell(self, one: News) -> None:
        key = (one.person, one.kind, one.about)
        ways = self.wishes[one.person].ways_of(one.kind)
        if one.person not in self.active or not ways or (one.once and key in self.before):
            return
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = Notice(
                person_id=one.person, kind=one.kind, about=one.about, count=0, in_page=Way.PAGE in ways
            )
            self.fresh.append(row)
        elif row.pk is not None:
            self.changed[row.pk] = row
        row.at, row.by, row.count = one.at, one.by, row.count + 1
        row.conversation, row.obligation, row.message = one.conversation, one.obligation, one.message
        row.absence = one.absence
        if Way.PUSH in ways:
            self.loud[key] = row
        row.to_mail = Way.MAIL in ways and self.wishes[one.person].digest_at is not None

    def settle(self, one: Over, now: datetime) -> None:
        for key, row in list(self.rows.items()):
            person, kind, about = key
            if about == one.about and kind in one.kinds and person != one.but:
                row.settled_at, row.to_mail = now, False
                del self.rows[key]
                self.loud.pop(key, None)
                if row.pk is not None:
                    self.changed[row.pk] = row

    def save(self, now: datetime) -> None:
        """Write what stands; what was settled in the same breath nobody ever saw."""
        fresh = [row for row in self.fresh if row.settled_at is None]
        number_rows(fresh)
        insert_rows(fresh)
        write_fields([self.changed[number] for number in sorted(self.changed)], AGAIN)
        pushing.wait(self.loud.values(), now)


def _key(row: Notice) -> Key:
    return row.person_id, row.kind, row.about


def _told_ever(news: Iterable[News]) -> set[Key]:
    abouts = {one.about for one in news}
    rows = Notice.objects.filter(about__in=abouts) if abouts else Notice.objects.none()
    return {_key(row) for row in rows}
