"""Machines apart from people; a person taken for a machine is the worse mistake."""

import pytest
from hypothesis import given, strategies as st

from odzew.language import automatic

LETTER = "Dzień dobry,\nmam pytanie o moje zamówienie. Kiedy dotrze?\nPozdrawiam\nAnna"
PERSON = "anna@example.pl"

Case = tuple[dict[str, list[str]], str, str, str]


def case(subject="Pytanie o zamówienie", text=LETTER, sender=PERSON, **fields: str) -> Case:
    return {name.replace("_", "-"): [value] for name, value in fields.items()}, subject, text, sender


MACHINES: dict[str, tuple[Case, str]] = {
    "an answer by a machine": (case(auto_submitted="auto-replied"), "auto-replied"),
    "written large, with a comment": (case(Auto_Submitted="Auto-Replied (vacation)"), "auto-replied"),
    "a notification": (case(auto_submitted="auto-generated"), "auto-generated"),
    "a notice of a mail filter": (case(auto_submitted="auto-notified; owner-email=a@b"), "auto-generated"),
    "an old responder": (case(x_autoreply="yes"), "auto-replied"),
    "another desk": (case(x_autorespond="Desk 1.8"), "auto-replied"),
    "a responder's precedence": (case(precedence="auto_reply"), "auto-replied"),
    "the same under another name": (case(x_precedence="auto_reply"), "auto-replied"),
    "an Exchange vacation": (
        case(x_auto_response_suppress="All", x_ms_exchange_inbox_rules_loop="a@b.pl"),
        "vacation",
    ),
    "bulk of a machine": (case(text="System report. 5 jobs done.", precedence="bulk"), "auto-generated"),
    "bulk that can be left": (
        case(text=LETTER + "\nWypisz się z newslettera", precedence="bulk"),
        "auto-generated",
    ),
    "a newsletter": (
        case(list_unsubscribe="<https://x>", list_unsubscribe_post="List-Unsubscribe=One-Click"),
        "list",
    ),
    "a report of abuse": (
        case(content_type="multipart/report; report-type=feedback-report"),
        "feedback-report",
    ),
    "a receipt": (
        case(content_type="multipart/report; report-type=disposition-notification"),
        "delivery-report",
    ),
    "the mail system": (case(sender="MAILER-DAEMON@example.org"), "bounce"),
    "the empty envelope sender": (case(text="ok", return_path="<>"), "auto-generated"),
    "an unwatched address": (
        case(
            text="Twoja paczka jest w drodze. Prosimy nie odpowiadać na tę wiadomość.",
            sender="no-reply@kurier.example",
        ),
        "auto-generated",
    ),
}


@pytest.mark.parametrize(("mail", "why"), MACHINES.values(), ids=MACHINES)
def test_a_machine_is_known_by_what_it_says_of_itself(mail, why):
    assert automatic.reason(*mail) == why


PEOPLE: dict[str, Case] = {
    "an ordinary mail": case(),
    "a mail of Outlook that wants no automatic answers": case(x_auto_response_suppress="All"),
    "the mark of a forwarding rule": case(x_ms_exchange_inbox_rules_loop="anna@example.pl"),
    "written by a person, it says": case(auto_submitted="no", precedence="bulk", text="Report"),
    "a strange header": case(x_auto_generated="true"),
    "a responder header that says no": case(x_autoreply="no"),
    "bulk by mistake, from a mail program": case(
        precedence="bulk", user_agent="Mozilla Thunderbird", text="ok"
    ),
    "bulk by mistake, in an answer": case(
        subject="Re: Zamówienie 5", precedence="bulk", in_reply_to="<1@desk>", text="Zgadzam się."
    ),
    "bulk by mistake, a letter": case(precedence="bulk"),
    "through a discussion list": case(precedence="list", list_id="<a.b>", list_post="<mailto:a@b>"),
    "through a list that can be left": case(
        list_unsubscribe="<mailto:x>", list_post="<mailto:a@b>", precedence="list", feedback_id="1"
    ),
    "an answer to a newsletter": case(
        subject="Re: Nowości", in_reply_to="<1@desk>", list_unsubscribe="<https://x>", feedback_id="1"
    ),
    "about a holiday": case(subject="Urlop w Zakopanem", text="Dzień dobry, mam pytanie o pokój. Pozdrawiam"),
    "a question about office hours": case(
        subject="Out of office hours delivery?", text="Hi, can you deliver after 6 pm? Thanks, I need it."
    ),
    "an answer to an automatic answer": case(subject="Re: Automatic reply: order", text="So when?"),
    "a question about an automatic gate": case(subject="Automatyczna brama: pytanie"),
    "about a car": case(subject="Auto: Opel Astra, pytanie o części"),
    "a form of a web site": case(
        auto_submitted="auto-generated", reply_to="klient@poczta.example", sender="www@sklep.example"
    ),
    "a question with no letter around": case(subject="", text="gdzie paczka?"),
    "an answer without a subject of one": case(subject="Zamówienie", in_reply_to="<1@desk>"),
    "an address that only sounds like a machine": case(sender="noreen.reply@example.org"),
    "a scanner's mail of a person": case(sender="noreply@firma.example", text="Skan w załączniku."),
    "a person who is away and asks": case(text="I am out of the office but my order is late. Regards"),
}


@pytest.mark.parametrize("mail", PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_never_taken_for_a_machine(mail):
    assert automatic.reason(*mail) == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Zamówienie",
        "Out of Office: Re: order 5",
        "[EXTERNAL] Automatische Antwort: Bestellung",
        "Abwesenheitsnotiz: Rechnung",
        "Automatyczna odpowiedź: Reklamacja",
        "Odpowiedź automatyczna: Reklamacja",
        "Nieobecność",
        "Автоматический ответ: заказ",
        "Автоответ: заказ",
        "Автоматична відповідь: замовлення",
        "Réponse automatique : commande",
        "Respuesta automática: pedido",
        "Risposta automatica: ordine",
        "Automatisch antwoord: bestelling",
        "Resposta automática: pedido",
        "Automatická odpověď: objednávka",
    ],
)
def test_the_title_of_a_vacation_notice_is_known_in_many_languages(subject):
    assert automatic.reason({}, subject, "", PERSON) == "vacation"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Urlop", "Jestem na urlopie do 5 lipca. W pilnych sprawach proszę o kontakt z biurem."),
        ("Я у відпустці", "Я у відпустці до 5 липня, повернуся після свят."),
        ("Отпуск до 5 июля", "Здравствуйте! Я в отпуске, вернусь 6 июля."),
        ("Away until Monday", "I am on vacation with limited access to email."),
        ("Urlaub", "Ich bin bis 5. Juli nicht im Büro. Ihre E-Mail wird nicht weitergeleitet."),
    ],
)
def test_a_title_that_only_sounds_so_needs_words_that_say_so(subject, text):
    assert automatic.reason({}, subject, text, PERSON) == "vacation"


def test_names_of_headers_are_read_in_any_case():
    assert automatic.reason({"AUTO-SUBMITTED": ["auto-replied"]}, "x", "y", PERSON) == "auto-replied"


@given(
    st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=40), max_size=3)),
    st.text(),
    st.text(),
    st.text(),
)
def test_nothing_makes_it_raise(headers, subject, text, sender):
    assert isinstance(automatic.reason(headers, subject, text, sender), str)
