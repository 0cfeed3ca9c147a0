"""Every figure of a report opens the rows behind it, and a simple recount of the journal finds as many."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape, unescape
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.test import Client

from odzew.conversations import rated, replying, settling, tagging, verdicts
from odzew.conversations.models import Conversation, Message
from odzew.conversations.rating import Rating
from odzew.conversations.tag import Tag
from odzew.desk.reports import figures
from odzew.domain import journal
from odzew.domain.obligation import Kind, State
from odzew.ledger.mapping import from_row
from odzew.ledger.models import Entry
from odzew.staff.models import Person, Team
from tests.domain.examples import DAY, HOUR
from tests.features import factory
from tests.features.days import NOW, Days

pytestmark = pytest.mark.django_db

FIGURE = re.compile(r'<a class="tally[^"]*" href="([^"]+)">([^<]+)</a>')
SHARE = re.compile(r'<span class="tally-time">([^<]*)</span>')
COUNT = re.compile(r'id="rows-count">([^<]+)<')
LOOK = "/reports/?from=2026-11-18&to=2026-11-24"
SINCE, UNTIL = (datetime(2026, 11, day, 23, 0, tzinfo=UTC) for day in (17, 24))  # midnight in Warsaw


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(client: Client, person: Person, address: str) -> str:
    client.force_login(person)
    shown = client.get(address)
    assert shown.status_code == 200
    return str(shown.content.decode())


def links(shown: str) -> list[tuple[str, str]]:
    return [(unescape(address), figure) for address, figure in FIGURE.findall(shown)]


def of_tables(shown: str) -> list[tuple[str, str]]:
    return links(shown.partition('class="sheet report"')[2])


def csv_lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))


def recount() -> dict[str, int]:
    """Count the figures of the days looked at by reading the whole journal, line by line."""
    lines = [from_row(row) for row in Entry.objects.order_by("seq")]
    found = Counter(dict.fromkeys(figures.ALL, 0))
    debts: dict[int, Any] = {}
    paid = []
    for entry in lines:
        debts[entry.obligation] = debt = journal.apply(debts.get(entry.obligation), entry)
        found["reopened"] += isinstance(entry, journal.Reopened) and is_within(entry.at)
        found["waived"] += isinstance(entry, journal.Waived) and is_within(entry.at)
        if isinstance(entry, journal.Paid) and entry.message and debt.kind is Kind.ANSWER:
            paid.append((entry, debt))
    returned = {
        (e.obligation, e.message) for e in lines if isinstance(e, journal.Reopened) and e.by == "desk"
    }
    held = [p for p in paid if (p[0].obligation, p[0].message) not in returned]
    found.update(recounted_answers(held))
    found.update(recounted_words({e.message for e, _ in held if is_within(e.at)}))
    found["taken_back"] = len({e.message for e, _ in held if is_within(e.at) and is_undone(e, lines)})
    for debt in debts.values():
        found.update(recounted_debt(debt))
    found.update(recounted_talks())
    return dict(found)


def is_within(moment: datetime | None) -> bool:
    return moment is not None and SINCE <= moment < UNTIL


def is_undone(paid: journal.Entry, lines: list[journal.Entry]) -> bool:
    later = lines[lines.index(paid) :]
    return any(isinstance(e, journal.Reopened) and e.obligation == paid.obligation for e in later)


def recounted_answers(paid: list[tuple[journal.Entry, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    answered, seen, late = set(), set(), set()
    for entry, debt in paid:
        if is_within(entry.at) and entry.message not in seen:
            found["next" if debt.conversation in answered else "first"] += 1
            found["answered"] += 1
        if is_within(entry.at) and entry.at > debt.due_at:
            late.add(entry.message)
        seen.add(entry.message)
        answered.add(debt.conversation)
    return found + Counter(late=len(late))


def recounted_words(answers: set[Any]) -> Counter[str]:
    judged = [m for m in Message.objects.filter(pk__in=answers) if m.verdicts.exists()]
    steps = [Rating.objects.get(message=m).how for m in judged if Rating.objects.filter(message=m).exists()]
    return Counter(steps) + Counter(judged=len(judged), rated=len(steps))


def recounted_debt(debt: Any) -> Counter[str]:
    is_open = debt.state is State.OPEN
    found = Counter(open=is_open, overdue=is_open and debt.due_at < NOW)
    if debt.kind is Kind.PROMISE and is_within(debt.due_at):
        found["broken"] += debt.broken or is_open
        found["kept"] += debt.state is State.PAID and not debt.broken
    return found


def recounted_talks() -> Counter[str]:
    found: Counter[str] = Counter()
    for talk in Conversation.objects.filter(beside=None):
        found["begun"] += is_within(talk.created_at)
        found["closed"] += is_within(talk.closed_at)
        found["unconfirmed"] += is_within(talk.closed_at) and talk.closing == "unconfirmed"
    for said in Message.objects.filter(direction="inbound", conversation__beside=None):
        found["received"] += is_within(said.at) and not said.automatic
    return found


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_agrees_with_a_recount_of_the_journal(client: Client, seed: int) -> None:
    days = Days(seed)

    shown = of_tables(page(client, days.boss, LOOK))
    together = {
        key: int(figure)
        for address, figure in shown
        for [key] in [re.findall(r"figure=(\w+)", address)]
        if "team=" not in address and "order=" not in address
    }

    assert together == recount()
    assert sum(together.values()) > 30


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("boss", "team"),
        ("ola", "channel"),
        pytest.param("lead", "person", marks=pytest.mark.faults),
        pytest.param("lead", "tag", marks=pytest.mark.faults),
    ],
)
def test_every_figure_is_a_link_to_as_many_rows(client: Client, who: str, by: str) -> None:
    Days(7)
    person = Person.objects.get(name=who)

    found = links(page(client, person, f"{LOOK}&by={by}"))

    assert len(found) > len(figures.ALL)
    for address, figure in found:
        shown = page(client, person, address)
        if "order=" not in address:
            assert COUNT.findall(shown) == [figure], address
            assert shown.count("<tr data-row") == int(figure), address
        else:
            assert f"<dd>{figure}</dd>" in shown, address


def test_the_lines_of_a_table_add_up_to_all_together(client: Client) -> None:
    days = Days(5)

    for by in ("team", "person", "channel"):
        sums: Counter[str] = Counter()
        for address, figure in of_tables(page(client, days.boss, f"{LOOK}&by={by}")):
            if "order=" not in address:
                [key] = re.findall(r"figure=(\w+)", address)
                sums[key] += int(figure) if f"{by}=" in address.replace(f"by={by}", "") else -int(figure)

        assert set(sums.values()) == {0}


def test_a_conversation_with_several_tags_is_counted_under_each(client: Client) -> None:
    days = Days(0, steps=0)
    for n, words in enumerate((("money",), ("money", "delivery"), ())):
        said = factory.receive(sender=f"c{n}@example.org", at=SINCE + 9 * HOUR)
        for word in words:
            tagging.add(said.conversation, days.firm.jan, word, NOW)
    money, delivery = (Tag.objects.get(name=name).pk for name in ("money", "delivery"))

    found = begun(page(client, days.boss, f"{LOOK}&by=tag"))
    only = begun(page(client, days.boss, f"{LOOK}&by=tag&tag={money}"))

    assert found == sorted([("0", "1"), (str(delivery), "1"), (str(money), "2"), ("all", "3")])
    assert only == [(str(money), "2"), (str(money), "2")]  # of the tag, and together


def begun(shown: str) -> list[tuple[str, str]]:
    of = [(address, figure) for address, figure in of_tables(shown) if "figure=begun" in address]
    return sorted(((re.findall(r"&tag=(\d+)", address) or ["all"])[0], figure) for address, figure in of)


def test_a_file_of_the_rows_has_as_many_lines_and_no_formula(client: Client) -> None:
    days = Days(3)
    client.force_login(days.boss)

    for key in figures.ALL:
        answer = client.get(f"/reports/file.csv?from=2026-11-16&to=2026-11-27&figure={key}")
        lines = csv_lines(answer)
        shown = page(client, days.boss, f"/reports/rows?from=2026-11-16&to=2026-11-27&figure={key}")

        assert len(lines) - 1 == int(COUNT.findall(shown)[0])
        assert not any(cell.startswith("=") for line in lines for cell in line)
        assert key != "waived" or "'=Spam" in {cell for line in lines for cell in line}


def test_a_file_of_the_report_says_what_the_page_says(client: Client) -> None:
    days = Days(3)
    on_page = [f for address, f in of_tables(page(client, days.boss, LOOK)) if "order=" not in address]

    names, *lines = csv_lines(client.get(LOOK.replace("/?", "/file.csv?")))

    counts = [cell for line in lines for name, cell in zip(names, line, strict=True) if ": " not in name]
    assert sorted(c for c in counts if c.isdecimal()) == sorted(on_page)


def test_a_workbook_says_what_the_file_of_the_same_rows_says(client: Client) -> None:
    days = Days(3)
    client.force_login(days.boss)

    for asked in ("figure=waived", "figure=first", "by=person"):
        lines = csv_lines(client.get(f"/reports/file.csv?from=2026-11-16&to=2026-11-27&{asked}"))
        book = client.get(f"/reports/file.xlsx?from=2026-11-16&to=2026-11-27&{asked}")
        with ZipFile(BytesIO(book.content)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == len(lines)
        assert "<f>" not in sheet  # no formula, though a reason begins like one
        assert asked != "figure=waived" or "=Spam</t>" in sheet
        for name in lines[0]:
            assert escape(name, quote=False) in sheet
    assert client.get("/reports/file.pdf").status_code == 404


def test_the_pictures_add_up_to_the_figures(client: Client) -> None:
    days = Days(6)
    shown = page(client, days.boss, LOOK)
    totals = {a: int(f) for a, f in of_tables(shown) if "team=" not in a and "order=" not in a}

    sums: Counter[str] = Counter()
    for address, figure in links(shown.partition('class="sheet report"')[0]):
        sums[re.findall(r"figure=(\w+)", address)[0]] += int(figure)

    together = {re.findall(r"figure=(\w+)", address)[0]: figure for address, figure in totals.items()}
    assert sums == {key: together[key] for key in ("received", "answered", "first")}
    bars = [
        float(height) for height in re.findall(r'<rect class="bar-\w+" x="[^>]* height="([\d.]+)"', shown)
    ]
    assert len(bars) == 2 * 7 and max(bars) == 99


def answered_in(*hours: float) -> Days:
    """Let one agent answer so many customers after so many hours, around the clock."""
    days = Days(0, steps=0)
    for n, hour in enumerate(hours):
        at = datetime(2026, 11, 18, 8, tzinfo=UTC)
        said = factory.receive(sender=f"c{n}@example.org", at=at)
        given = factory.answer(said.conversation, days.firm.jan, at=at, text=f"words {n}")
        factory.sent(given, at + hour * HOUR)
    return days


def test_median_and_p90_are_the_waits_of_two_of_the_rows(client: Client) -> None:
    days = answered_in(1, 2, 3, 4, 5, 6, 7, 8, 9, 30)

    shown = page(client, days.boss, LOOK)

    assert ">5\N{NO-BREAK SPACE}h<" in shown
    assert ">9\N{NO-BREAK SPACE}h<" in shown


def test_a_share_stands_beside_its_count_and_none_of_nothing(client: Client) -> None:
    days = answered_in(1, 2, 3)
    talks = [said.conversation for said in Message.objects.filter(state="sent").order_by("pk")]
    for hour, talk in enumerate(talks):
        verdicts.close(talk, "unconfirmed" if hour else "declared", SINCE + hour * DAY)
    verdicts.not_yet(talks[0].messages.get(state="sent"), UNTIL + DAY)  # after the days: it did not hold

    shown = page(client, days.boss, LOOK)
    names, *_, together = csv_lines(client.get(LOOK.replace("/?", "/file.csv?")))
    book = client.get(LOOK.replace("/?", "/file.xlsx?"))
    empty = page(client, days.boss, "/reports/?from=2026-01-01&to=2026-01-02")

    said = ["33.3%", "0%", "", "", ""]  # one said that it did not answer, none how it was
    of_each = [["33.3%"], ["33.3%"], said, said, ["100%"], ["100%"]]  # of the team, and together
    assert SHARE.findall(shown) == [share for shares in of_each for share in shares]
    told = dict(zip(names, together, strict=True))
    assert (told["Answers reopened: share, %"], told["Unconfirmed: share, %"]) == ("33.3", "100.0")
    with ZipFile(BytesIO(book.content)) as parts:
        assert "<v>0.3333" in parts.read("xl/worksheets/sheet1.xml").decode()
        assert 'formatCode="0.0%"' in parts.read("xl/styles.xml").decode()
    assert set(SHARE.findall(empty)) == {""}


def test_the_rows_of_what_was_found_bad_tell_the_customers_words(client: Client) -> None:
    days = answered_in(1, 2)
    letters = Message.objects.filter(state="sent").order_by("pk")
    for letter, how in zip(letters, ("bad", "good"), strict=True):
        verdicts.answered(letter, UNTIL)
        rated.rate(letter, how, "=Too slow", UNTIL)

    rows = page(client, days.boss, LOOK.replace("/?", "/rows?figure=bad&"))
    _, line = csv_lines(client.get(LOOK.replace("/?", "/file.csv?figure=bad&")))

    assert COUNT.findall(rows) == ["1"] and "Bad: =Too slow" in rows
    assert "Bad: =Too slow" in line


def test_a_wait_is_told_in_the_working_hours_of_the_team(client: Client) -> None:
    days = Days(0, steps=0)
    weekdays = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.filter(name="shop").update(timezone="Europe/Warsaw", hours=weekdays)
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 16:00 in Warsaw
    said = factory.receive(at=friday)
    given = factory.answer(said.conversation, days.firm.jan, at=friday)
    factory.sent(given, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))

    shown = page(client, days.boss, "/reports/rows?from=2026-11-18&to=2026-11-24&figure=first")

    assert "2\N{NO-BREAK SPACE}h 30\N{NO-BREAK SPACE}min" in shown.replace("&nbsp;", "\N{NO-BREAK SPACE}")


def test_one_letter_that_pays_two_debts_is_one_answer_that_waited_for_the_older(client: Client) -> None:
    days = Days(0, steps=0)
    at = datetime(2026, 11, 18, 8, tzinfo=UTC)
    said = factory.receive(at=at)
    first = replying.reply(
        said.conversation,
        days.firm.jan,
        "The first.",
        at + HOUR,
        pays=[factory.debt().pk],
        still_open=["A?", "B?"],
    )
    factory.sent(first, at + HOUR)
    factory.sent(
        factory.answer(said.conversation, days.firm.jan, at=at + 3 * HOUR, text="Both."), at + 3 * HOUR
    )

    shown = {
        (key, figure)
        for address, figure in links(page(client, days.boss, LOOK))
        for [key] in [re.findall(r"figure=(\w+)", address)]
        if "team=" not in address
    }

    assert {("first", "1"), ("next", "1"), ("next", "3\N{NO-BREAK SPACE}h")} <= shown


def test_a_first_answer_to_a_letter_that_was_late_in_coming_in_is_a_first_answer(client: Client) -> None:
    days = Days(0, steps=0)
    at = datetime(2026, 11, 18, 8, tzinfo=UTC)
    said = factory.receive(at=at + HOUR)
    lost = factory.answer(said.conversation, days.firm.jan, at=at + 2 * HOUR, text="The first.")
    factory.receive(at=at, now=at + 3 * HOUR, into=said.conversation)  # a debt of its own, and older
    settling.failed(lost, "550 no", at + 3 * HOUR)
    both = factory.answer(said.conversation, days.firm.jan, at=at + 4 * HOUR, text="Both.")
    factory.sent(both, at + 5 * HOUR)

    shown = of_tables(page(client, days.boss, LOOK))

    assert len(both.pays) == 2
    assert ("first", "5\N{NO-BREAK SPACE}h") in {
        (re.findall(r"figure=(\w+)", address)[0], figure) for address, figure in shown
    }


def test_of_his_deed_in_a_conversation_he_may_not_see_an_agent_sees_only_that_it_was(
    client: Client,
) -> None:
    days = answered_in(1)
    days.firm.jan.teams.clear()

    shown = page(client, days.firm.jan, "/reports/rows?from=2026-11-18&to=2026-11-24&figure=first")
    file = client.get("/reports/file.csv?from=2026-11-18&to=2026-11-24&figure=first")

    assert COUNT.findall(shown) == ["1"]
    assert "not in your teams" in shown
    for told in (shown, b"".join(file).decode()):
        assert "Parcel" not in told and "c0@example.org" not in told
    assert COUNT.findall(
        page(client, days.firm.ola, "/reports/rows?from=2026-11-18&figure=first&to=2026-11-24")
    ) == ["0"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("from=2026-11-24&to=2026-11-18", "18 Nov 2026 – 24 Nov 2026"),
        ("from=2026-01-01&to=2026-11-18", "1 Jan 2026 – 2 Apr 2026"),
        ("from=2026-02-31&to=yes", "30 Oct 2026 – 28 Nov 2026"),
        ("from=9999-12-31&to=9999-12-31", "30 Oct 2026 – 28 Nov 2026"),
        ("from=0001-01-01&to=0001-01-01", "30 Oct 2026 – 28 Nov 2026"),
    ],
)
def test_days_that_cannot_be_shown_are_replaced(client: Client, asked: str, shown: str) -> None:
    days = Days(0, steps=0)

    assert shown in page(client, days.boss, f"/reports/?{asked}")


@pytest.mark.parametrize(
    "address", ["/reports/rows", "/reports/rows?figure=all", "/reports/file.csv?figure="]
)
def test_a_figure_nobody_knows_is_not_found(client: Client, address: str) -> None:
    days = Days(0, steps=0)
    client.force_login(days.boss)

    assert client.get(address).status_code == 404


def test_what_was_settled_in_time_and_owed_again_much_later_is_not_called_late(client: Client) -> None:
    days = answered_in(1)
    settling.bounced(Message.objects.get(state="sent"), "550 no such user", SINCE + 5 * DAY)

    shown = page(client, days.boss, "/reports/rows?from=2026-11-18&to=2026-11-24&figure=reopened")

    assert shown.count("<tr data-row") == 1
    assert "badge-late" not in shown
