"""A folded template says to the letter what Django says, in each language."""

from typing import Any, NamedTuple

import pytest
from django.template import Context, Engine
from django.template.backends.django import get_installed_libraries
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe

from odzew.desk.same import Same

PLAIN = "django.template.loaders.locmem.Loader"
PARTS = {
    "part": '<b>{{ word }} {{ given }}{% for one in some %}{% include "inner" %}{% endfor %}</b>',
    "inner": '{% load i18n %}<i>{% translate "Close" %}{{ one }}</i>{% cycle "a" "b" %}',
    "frame": "{% load i18n %}[{% block title %}none{% endblock %}|{% block body %}{% endblock %}]",
    "middle": '{% extends "frame" %}{% block title %}middle {{ block.super }}{% endblock %}',
}
PAGES = {
    "words, icons, files": '{% load i18n desk static %} {% translate "Close" %}{% icon "x" %}<p>'
    '{% static "desk/logo.svg" %}{{ word }}{% icon word "css" %}{% icon "x" "y" as mine %}{{ mine }}',
    "conditions": '{% load i18n %}{% if word == "a&b" and not gone %}{% translate "Close" %}{% endif %}'
    "{% if gone.pk or none.pk %}1{% elif some.1 in some and half > 1 %}{{ some.0 }}{% else %}no{% endif %}",
    "parts": '{% include "part" %}{% include "part" with given=some.1 %}'
    '{% include "part" with given=word only %}{% include name with given=gone %}',
    "what is translated": '{% load i18n %}{% translate word %}{% translate "Close" as said %}{{ said }}'
    "{% blocktranslate with x=mark.css %}is {{ x }} {{ word }}{% endblocktranslate %}{{ _('Close') }}",
    "frames": '{% extends "middle" %}{% load i18n %}{% block body %}{% translate "Close" %}{{ word }}'
    '{% include "part" %}{% endblock %}',
    "addresses": '{% url "today" %}{% url "conversation" big %}{% url "message-picture" big 3 %}'
    '{% url "conversation-reply" number as there %}{{ there }}{% url "conversation" number=big %}',
    "loops": "{% for one in some %}{{ forloop.counter }}{{ one }}{% if forloop.last %}.{% endif %}"
    "{% endfor %}{% for one in gone %}{% empty %}none{% endfor %}"
    "{% for a, b in map.items %}{{ a }}{{ b }}{% endfor %}",
    "names": "{{ map.key }}{{ map.gone }}{{ map.0 }}{{ some.0 }}{{ some.9 }}{{ none.pk }}{{ gone.pk }}"
    "{{ map.get }}{{ word.upper }}{{ mark.css }}{{ mark.0 }}{{ mark.gone }}{{ mark.count }}{{ lazy.css }}"
    "{{ call }}{{ call.gone }}{{ kind.css }}{{ true.gone }}{{ dicts }}{{ template }}",
    "values": "{{ number }}{{ big }}{{ half }}{{ true }}{{ safe }}{{ bad }}{{ none }}{{ mark }}{{ bad|safe }}"
    "{{ safe|upper }}{{ bad|length }}{{ gone|default:bad }}{{ some }}",
    "as it is": "{% autoescape off %}{{ bad }}{{ safe }}{% endautoescape %}{# no #}{% firstof gone bad %}"
    "{% with x=some.1 %}{{ x }}{% endwith %}{{ x }}{% comment %}{{ bad }}{% endcomment %}",
}


class Mark(NamedTuple):
    """Such as pages show."""

    icon: str
    css: str


def shown() -> dict[str, Any]:
    mark = Mark("clock", "<badge>")
    return {
        "word": "a&b", "given": "<outer>", "some": ("<one>", mark_safe("<two>")), "name": "part",
        "map": {"key": "'", "0": "nought"}, "mark": mark, "lazy": SimpleLazyObject(lambda: mark),
        "call": lambda: mark, "kind": Mark, "number": -3, "big": 1_234_567, "half": 1.5, "true": True,
        "safe": mark_safe("<br>"), "bad": "<&\"'", "none": None,
    }  # fmt: skip


def engine(loader: Any) -> Engine:
    return Engine(loaders=[loader], libraries=get_installed_libraries() | {"desk": "odzew.desk.tags"})


@pytest.mark.parametrize("page", PAGES)
def test_a_folded_page_says_to_the_letter_what_django_says(page: str) -> None:
    kept = PARTS | {"page": PAGES[page]}
    plain = engine((PLAIN, kept)).get_template("page")
    folded = engine(("odzew.desk.folding.Loader", [(PLAIN, kept)])).get_template("page")

    for language in ("pl", "en", "uk", "pl"):
        with translation.override(language):
            expected = plain.render(Context(shown()))

            assert [folded.render(Context(shown())) for _ in range(2)] == [expected, expected]


def test_what_says_the_same_is_put_together() -> None:
    page = '{% load i18n desk %}<p>{% translate "Close" %} {% icon "x" %}</p>{{ word }}<br>'
    template = engine(("odzew.desk.folding.Loader", [(PLAIN, {"page": page})])).get_template("page")
    same, word, line = template.nodelist

    assert isinstance(same, Same)
    assert [str(node.render_annotated(Context(shown()))) for node in (word, line)] == ["a&amp;b", "<br>"]


def test_an_address_of_nothing_is_refused_as_django_does() -> None:
    page = '{% url "conversation" gone %}'
    template = engine(("odzew.desk.folding.Loader", [(PLAIN, {"page": page})])).get_template("page")

    with pytest.raises(NoReverseMatch):
        template.render(Context(shown()))
