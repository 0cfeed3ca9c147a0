"""Help: the manual stands in the product, each link in it leads somewhere, and screens lead to it."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from odzew.desk.help import manual, topics
from odzew.desk.urls import urlpatterns as of_the_desk
from odzew.staff.models import Person, Role

# Parts of a page, files, what only a form is sent to, what is seen before signing in, and the manual itself.
NO_SCREENS = {"calendar", "events", "help", "look", "palette", "proposal", "rail", "welcome"}
ROOT = Path(__file__).resolve().parent.parent.parent
LINKS = re.compile(r'<a href="([^"]*)"')
IDS = re.compile(r' id="([^"]+)"')


@pytest.fixture
def signed_in(client: Client) -> Client:
    made = Person.objects.create_user("ala@example.com", name="Ala", role=Role.AGENT, language="pl")
    client.force_login(made)
    return client


def anchors(name: str) -> set[str]:
    return set(IDS.findall(manual.page(name).html))


def broken(link: str) -> bool:
    """Return whether a link within the manual leads nowhere."""
    path, _, anchor = unescape(link).partition("#")
    name = path.removeprefix(reverse("help")).strip("/") or manual.FRONT
    return name not in manual.names() or (bool(anchor) and anchor not in anchors(name))


def test_every_page_for_people_is_there_and_no_decision() -> None:
    here = {path.stem for path in (ROOT / "docs").glob("*.md")}

    assert manual.names() == here | {f"roles/{role}" for role in Role.values}


@pytest.mark.parametrize("name", sorted(manual.names()))
def test_each_link_of_a_page_leads_to_a_page_and_a_heading_that_are_there(name: str) -> None:
    html = manual.page(name).html

    links = [
        f"{reverse('help-page', args=[name])}{link}" if link[0] == "#" else link
        for link in LINKS.findall(html)
    ]
    inside = [link for link in links if link.startswith("/")]
    assert [link for link in inside if broken(link)] == []
    assert [link for link in links if ".md" in link] == []
    assert "<img" not in html


def test_each_topic_of_a_screen_is_there() -> None:
    screens = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert [page for page in topics.TOPICS.values() if broken(manual.address(page))] == []
    assert [one for one in topics.TOPICS if not any(screen.startswith(one) for screen in screens)] == []


def test_each_screen_of_the_rail_and_the_settings_has_a_topic() -> None:
    places = {one.name for one in of_the_desk if isinstance(one, URLPattern) and "-" not in str(one.name)}
    covered = {place for place in places if any(str(place).startswith(topic) for topic in topics.TOPICS)}

    assert places - covered == NO_SCREENS


@pytest.mark.django_db
def test_a_screen_leads_to_its_page_which_says_in_the_own_language_that_it_is_english(
    signed_in: Client,
) -> None:
    screen = signed_in.get("/signatures/").content.decode()
    page = signed_in.get("/help/signatures/").content.decode()
    front = signed_in.get("/help/").content.decode()

    assert screen.count('href="/help/signatures/"') == 3  # in the rail, in the menu of a phone, below
    assert "Podręcznik jest po angielsku." in page
    assert '<h1 class="page-head-line" lang="en">Signatures</h1>' in page
    assert 'href="/help/roles/agent/"' in front
    assert "<kbd>Ctrl</kbd>" in front
    assert signed_in.get("/help/adr/0031-what-is-merged-goes-back/").status_code == 404
    assert signed_in.get("/help/../../settings/").status_code == 404


def test_what_is_installed_holds_the_manual_and_not_the_decisions() -> None:
    from setuptools import find_namespace_packages

    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    found = find_namespace_packages(str(ROOT), **told["packages"]["find"])

    assert {"odzew.desk.help.docs", "odzew.desk.help.docs.roles"} <= set(found)
    assert "odzew.desk.help.docs.adr" not in found
    assert "*.md" in told["package-data"]["*"]
