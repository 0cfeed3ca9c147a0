"""The frame around each screen is drawn once for what it shows, and shows nothing old and nobody else's."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from odzew.desk import assets
from odzew.staff.models import Person, Team
from tests.domain.examples import HOUR, NINE
from tests.features.factory import ALA, firm, person, receive
from tests.features.letters import is_in

pytestmark = pytest.mark.django_db


def page(client: Client, url: str = "/") -> str:
    return client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ")


def signed_in(who: Person) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_each_sees_the_own_name_looks_and_figures_and_the_changed_ones_at_once() -> None:
    desk = firm()
    jan, ola = signed_in(desk.jan), signed_in(desk.ola)
    assert "jan@firm.example" in page(jan) and "jan@firm.example" not in page(ola)

    Person.objects.filter(pk=desk.jan.pk).update(name="J {<b>} %s", theme="dark", language="pl")
    receive(sender=ALA)

    shown, other = page(jan, "/quarantine/"), page(ola, "/quarantine/")
    assert "J {&lt;b&gt;} %s" in shown and 'value="dark" aria-pressed="true"' in shown and "Klienci" in shown
    assert '<span class="count' in shown.partition('<a class="rail-link" href="/"')[2].partition("</a>")[0]
    assert "Customers" in other and 'value="auto" aria-pressed="true"' in other


def test_each_page_returns_to_itself_and_has_a_token_of_its_own_request() -> None:
    jan = signed_in(firm().jan)

    first, second = page(jan, '/search?q="><script>'), page(jan, "/customers/")

    assert "<script>" not in first.partition("rail-foot")[2].partition("</div>\n")[0]
    assert 'name="next" value="/customers/"' in second and "?at=/customers/" in second
    assert "frame-" not in first + second, "marks of the cache never leave it"
    tokens = {text.partition('csrfmiddlewaretoken" value="')[2][:64] for text in (first, second)}
    assert len(tokens) == 2


def test_the_rail_marks_the_place_one_is_at_when_it_asks_for_itself_too() -> None:
    jan = signed_in(firm().jan)

    assert page(jan, "/rail?at=/search").count('aria-current="page"') == 1
    assert page(jan, "/rail?at=/customers/").count('href="/customers/" aria-current="page"') == 1


def test_a_session_that_is_over_or_gone_lets_nobody_in() -> None:
    desk = firm()
    late, gone = signed_in(desk.jan), signed_in(desk.jan)
    assert is_in(late) and is_in(gone)

    for row in Session.objects.filter(pk=late.session.session_key):
        Session.objects.filter(pk=row.pk).update(expire_date=row.expire_date - timedelta(days=365))
    gone.session.delete()

    assert not is_in(late) and not is_in(gone)


def test_a_person_read_by_number_is_read_whole_and_of_a_relation_only_who_is_in_it() -> None:
    desk, stranger = firm(), person("stranger")
    Person.objects.filter(pk=stranger.pk).update(languages=["pl", "uk"])

    read = Person.objects.get(pk=stranger.pk)

    stranger.refresh_from_db()
    names = [field.attname for field in Person._meta.concrete_fields]
    assert [getattr(read, name) for name in names] == [getattr(stranger, name) for name in names]
    assert read.languages == ["pl", "uk"] and not read._state.adding
    with pytest.raises(Person.DoesNotExist):
        Team.objects.get(pk=desk.team.pk).members.get(pk=stranger.pk)
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get(pk=10**9)
    assert desk.ola.team_numbers() == [desk.team.pk] and stranger.team_numbers() == []


def test_a_row_that_is_kept_tells_the_hour_the_reader_and_the_news_of_each_look() -> None:
    desk = firm()
    talk = receive(sender=ALA).conversation
    jan, ola = signed_in(desk.jan), signed_in(desk.ola)

    with time_machine.travel(NINE + HOUR, tick=False):
        early, others = page(jan), page(ola)
    with time_machine.travel(NINE + 9 * HOUR, tick=False):
        late = page(jan)
    receive("Hello?", sender=ALA, at=NINE + 9 * HOUR, into=talk)
    with time_machine.travel(NINE + 9 * HOUR, tick=False):
        chased = page(jan)

    assert "due in 7 h" in early and 'data-state="open"' in early
    assert "late by 1 h" in late and "due in" not in late.partition("<ol")[2].partition("</ol>")[0]
    assert "the customer wrote again" in chased and "the customer wrote again" not in late
    assert "owed by jan" in others and "owed by jan" not in early
    assert "row-" not in early.partition("<ol")[2].partition("</ol>")[0]


def test_the_desk_can_be_put_on_the_screen_of_a_telephone(client: Client) -> None:
    # What browsers ask for: developer.mozilla.org, "Making PWAs installable".
    page = client.get("/account/login/")
    told = json.loads(assets.source("desk/app.webmanifest"))

    assert re.search(r'<link rel="manifest" href="/static/desk/app.webmanifest[^"]*">', page.content.decode())
    assert "manifest-src 'self'" in page["Content-Security-Policy"]
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    assert all(assets.stamp(f"desk/{icon['src']}") for icon in told["icons"])
