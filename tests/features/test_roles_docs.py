"""The page of each role names the places it sees, the keys, and words that stand on the screens."""

import re
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.loader import render_to_string
from django.test import Client

from odzew.staff.models import Person, Role, Team

ROOT = Path(__file__).resolve().parent.parent.parent
ROLES = ROOT / "docs" / "roles"
SAID = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*")
PLACE = re.compile(
    r'class="rail-link[^"]*" href="[^"]*"(?: aria-current="page")?>.*?class="label">([^<]*)<', re.DOTALL
)


def page(role: str) -> str:
    return (ROLES / f"{role}.md").read_text(encoding="utf-8")


def table(text: str, heading: str) -> list[tuple[str, str]]:
    """Return the rows of the table under a heading."""
    part = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*?) \| (.*?) \|$", part, re.MULTILINE)
    return [row for row in rows[1:] if not row[0].startswith("---")]


def test_every_role_has_a_page_and_each_is_named_in_the_index() -> None:
    pages = {path.stem for path in ROLES.glob("*.md")}
    index, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/index.md", "README.md"))

    assert pages == set(Role.values)
    for role in pages:
        assert f"(roles/{role}.md)" in index and f"(docs/roles/{role}.md)" in readme


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_the_page_of_a_role_names_the_places_of_its_rail(role: str, client: Client) -> None:
    Team.objects.create(name="Shop", is_last_resort=True)
    client.force_login(Person.objects.create_user("ala@example.com", name="Ala", role=role, language="en"))

    seen = client.get("/").content.decode().partition('id="places"')[2].partition("</nav>")[0]

    named = [place for place, _for in table(page(role), "What you see")]
    assert [unescape(name) for name in PLACE.findall(seen) if name != "Search"] == named


def test_the_page_of_an_agent_names_the_keys() -> None:
    dialog = render_to_string("desk/_keys.html")
    keys = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", dialog)

    listed = [
        (re.sub(r"`([^`]+)`", r"<kbd>\1</kbd>", key), does) for key, does in table(page("agent"), "Keys")
    ]
    assert listed == [(unescape(key), unescape(does)) for key, does in keys]


@pytest.mark.parametrize("role", Role.values)
def test_whatever_a_page_shows_as_a_word_of_the_screen_is_one(role: str) -> None:
    with (ROOT / "odzew" / "locale" / "pl" / "LC_MESSAGES" / "django.po").open("rb") as file:
        known = {message.id for message in read_po(file) if isinstance(message.id, str)}
    words = [word for bold, slanted in SAID.findall(page(role)) for word in (bold or slanted).split(" → ")]

    assert [word for word in words if word not in known] == []
