"""Forwarded mail: who wrote the mail inside, in many programs and languages, and what is a mere reply."""

import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from odzew.language import forwards, subject

BODY = "Dzień dobry,\n\npaczka nie dotarła.\n\nEwa"


def heads():
    """Return by program and language: what stands above the body, and the subject of the outer mail.

    The subject is empty where the program's marker alone must be enough.
    """
    cases = {}
    for case in (Path(__file__).parent / "forwards.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        name, outer, head = case.split("\n", 2)
        cases[name] = (head.removesuffix("\n"), outer)
    return cases


HEADS = heads()


@pytest.mark.parametrize(("head", "outer"), HEADS.values(), ids=HEADS)
def test_the_inner_sender_and_words_are_told(head, outer):
    found = forwards.read(f"{head}\n{BODY}\n", None, outer)

    assert (found.from_name, found.from_email) == ("Ewa Zięba", "ewa@poczta.example")
    assert found.body == BODY
    assert found.before == found.after == ""
    assert found.subject in ("Paczka", "")
    assert "8:41" in found.date


@pytest.mark.parametrize(("head", "outer"), HEADS.values(), ids=HEADS)
def test_the_words_of_the_person_who_forwards_stand_apart(head, outer):
    found = forwards.read(f"Proszę o odpowiedź.\n\n{head}\n{BODY}\n", None, outer.replace("VS", "Fwd"))

    assert found.before == "Proszę o odpowiedź."
    assert found.body == BODY


def test_a_forwarded_mail_behind_quote_marks_is_freed_of_them():
    quoted = "\n".join(
        f"> {line}" for line in f"Od: Ewa <ewa@poczta.example>\nTemat: Paczka\n\n{BODY}".split("\n")
    )

    found = forwards.read(f"Do wiadomości\n\nPoczątek przekazywanej wiadomości:\n\n{quoted}\n\nJan", None, "")

    assert (found.before, found.body, found.after) == ("Do wiadomości", BODY, "Jan")


def test_the_marker_that_ends_a_forwarded_mail_is_no_part_of_it():
    head = HEADS["Yandex"][0]
    end = "-------- Конец пересылаемого сообщения --------"

    assert forwards.read(f"{head}\n{BODY}\n\n{end}", None, "").body == BODY


def test_a_forwarded_mail_in_html_is_read():
    markup = (
        "<p>Do wiadomości</p><div>---------- Forwarded message ---------<br>Od: <b>Ewa</b> &lt;"
        "<a href='mailto:ewa@poczta.example'>ewa@poczta.example</a>&gt;<br>Date: 4 lut<br>Subject: Paczka<br>"
        "</div><br>Gdzie jest?"
    )

    found = forwards.read("", markup, "Fwd: Paczka")

    assert (found.from_name, found.from_email, found.body) == ("Ewa", "ewa@poczta.example", "Gdzie jest?")


OUTLOOK = HEADS["Outlook pl"][0]
REPLIES = {
    "no other mail inside": (BODY, "Paczka"),
    "the subject says reply": (f"Dziękuję.\n\n{OUTLOOK}\n{BODY}", "Odp: Paczka"),
    "the subject says nothing": (f"Dziękuję.\n\n{OUTLOOK}\n{BODY}", "Paczka"),
    "an attribution": (f"Tak.\n\nOn 4/02/2025 8:41, Ewa <e@a.example> wrote:\n\n{BODY}", ""),
    "a forward inside the quote": (
        "Tak.\n\nW dniu 4.02.2025 o 08:41, Jan pisze:\n"
        "> ---- Forwarded message ----\n> From: a@b.example\n> Subject: x",
        "Re: Fwd: x",
    ),
    "VS means reply in Finnish": (
        "Kiitos.\n\nEwa <e@a.example> kirjoitti 4.2.2025 8.41:\n\nHei",
        "VS: Paketti",
    ),
}


@pytest.mark.parametrize(("mail", "outer"), REPLIES.values(), ids=REPLIES)
def test_a_reply_is_no_forward(mail, outer):
    assert forwards.read(mail, None, outer) is None


PEOPLE = {
    "Anna <a@b.pl>": (("Anna", "a@b.pl"),),
    "a@b.pl": (("", "a@b.pl"),),
    "a@b.pl, c@d.pl": (("", "a@b.pl"), ("", "c@d.pl")),
    "Nowak, Anna <a@b.pl>; Jan<c@d.pl>": (("Nowak, Anna", "a@b.pl"), ("Jan", "c@d.pl")),
    "\"'a@b.pl'\" <a@b.pl>": (("", "a@b.pl"),),
    "„Anna” <a@b.pl>, c@d.pl": (("Anna", "a@b.pl"), ("", "c@d.pl")),
    "Anna<mailto:a@b.pl>": (("Anna", "a@b.pl"),),
    "a@b.pl<mailto:a@b.pl>; Jan [mailto:c@d.pl]": (("", "a@b.pl"), ("Jan", "c@d.pl")),
    "Nowak, Anna; Bury, Jan": (("Nowak, Anna", ""), ("Bury, Jan", "")),
    "<a@b.pl>": (("", "a@b.pl"),),
    "": (),
}


@pytest.mark.parametrize(("value", "people"), PEOPLE.items(), ids=repr)
def test_people_are_read_as_programs_write_them(value, people):
    found = forwards.read(
        f"---- Forwarded message ----\nFrom: x@y.example\nTo: {value}\nSubject: s\n\nb", None, ""
    )

    assert found.to == people


SUBJECTS = {
    "Re: Paczka": "Paczka",
    "Odp: RE: PD: Paczka": "Paczka",
    "RE[2]: Paczka": "Paczka",
    "Re (3) : Paczka": "Paczka",
    "[FW: Paczka]": "Paczka",
    "回复：Paczka": "Paczka",
    "НА: Paczka": "Paczka",
    "Internet: nie działa": "Internet: nie działa",
    "Od: kiedy czynne?": "Od: kiedy czynne?",
    "[#12] Re: Paczka": "[#12] Re: Paczka",
    "Re:": "",
    "": "",
}


@pytest.mark.parametrize(("text", "stripped"), SUBJECTS.items(), ids=repr)
def test_prefixes_of_programs_are_stripped_from_subjects(text, stripped):
    assert subject.strip(text) == stripped


@given(st.text(), st.text(), st.sampled_from(["", "Fwd: x", "Re: x", "x"]))
def test_any_text_is_read_without_an_error(text, markup, outer):
    for mail in (text, f"---- Forwarded message ----\nFrom: {text}\nTo: {markup}\n\n{text}"):
        forwards.read(mail, markup, outer)
        forwards.read(mail, None, outer)
    subject.strip(text)


COSTLY = {
    "markers": "---- Forwarded message ----\n" * 35_000,
    "headers on one line": "---- Forwarded message ---- " + "From: a@b To: c@d " * 55_000,
    "people": "From: a@b\nSubject: x\nTo: " + '"a, b" <a@b.pl>, ' * 60_000 + "\n\nbody",
    "prefixes": "Fwd: " * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_a_mail_made_to_cost_time_does_not(text):
    begin = time.process_time()
    forwards.read(text, text, text)

    assert time.process_time() - begin < 4
