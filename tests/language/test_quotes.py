"""The customer's own words: mails in four languages, attributions of many programs, and what must stay."""

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from odzew.language import quotes

REPLIES = Path(__file__).parent / "replies"


def replies(path):
    for case in path.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, rest = case.partition("\n")
        mail, _, expected = rest.rpartition("\n--- ")
        yield pytest.param(mail, expected.partition("\n")[2].rstrip("\n"), id=f"{path.stem}: {name}")


CASES = [case for path in sorted(REPLIES.glob("*.txt")) for case in replies(path)]


@pytest.mark.parametrize(("mail", "own"), CASES)
def test_the_customers_own_words_are_told_from_the_rest(mail, own):
    assert quotes.read(mail).reply == own


@pytest.mark.parametrize(("mail", "own"), CASES)
def test_newlines_of_any_kind_make_no_difference(mail, own):
    assert quotes.read(mail.replace("\n", "\r\n")).reply == own


ATTRIBUTIONS = (Path(__file__).parent / "attributions.txt").read_text(encoding="utf-8").partition("\n# only")
SURE = ATTRIBUTIONS[0].splitlines()[1:]
MARKED = ATTRIBUTIONS[2].splitlines()[1:]


@pytest.mark.parametrize("attribution", SURE + MARKED)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["adjacent", "apart"])
def test_an_attribution_above_a_marked_quote_is_no_word_of_the_customer(attribution, gap):
    reply = quotes.read(f"Moje słowa.\n\n{attribution}{gap}> Dzień dobry,\n> dziękujemy.\n")

    assert reply.reply == "Moje słowa."
    assert reply.quoted.startswith(attribution)


@pytest.mark.parametrize("attribution", SURE)
def test_a_sure_attribution_ends_the_reply_without_quote_marks_too(attribution):
    assert quotes.read(f"Moje słowa.\n\n{attribution}\n\nDzień dobry,\n\ndziękujemy.").reply == "Moje słowa."


@pytest.mark.parametrize("attribution", SURE)
def test_an_attribution_wrapped_by_the_mail_program_is_still_one(attribution):
    wrapped = "\n".join(textwrap.wrap(attribution, 72, break_long_words=False, break_on_hyphens=False))

    assert quotes.read(f"Moje słowa.\n\n{wrapped}\n\n> Dzień dobry\n").reply == "Moje słowa."


WHOLE = {
    "a colleague is cited": (
        "Dzień dobry,\n\nw dniu 12.05.2024 o godz. 14:30 Państwa pracownik napisał:\n\nPaczka będzie jutro."
        "\n\nPaczki nie ma do dziś."
    ),
    "the customer cites himself": "On 12 May 2024 at 14:05 I wrote:\nplease cancel it.\nNothing happened.",
    "a customer cites himself in Ukrainian": "12 травня 2024 о 14:30 я написав:\nповерніть гроші.\nТиша.",
    "an address at the end of a line": "Proszę wysłać fakturę na adres: anna@example.com\n\nDziękuję",
    "a date and an address": "12.05.2024 zapłaciłam, dowód poszedł na sklep@example.com:\n\nkwota 120 zł",
    "fields of an order": "Numer: 123\nData: 12.05.2024\nKwota: 50 zł\nTemat: zwrot\nDo: sklep",
    "a rule between paragraphs": "Sprawa pierwsza: faktura.\n\n---\n\nSprawa druga: paczka nie dotarła.",
    "answers as a list": "Odpowiedzi:\n\n-Tak\n-Nie\n- nie wiem",
    "a greater-than sign": "> 50 sztuk poproszę",
    "a web form": "Von: Jan <jan@example.com>\nBetreff: Frage\n\nWo ist mein Paket?",
    "two questions below a rule": "1) yes\n2) no\n\n___\n\n3) would it be possible to have it before Monday?",
    "sent late": "Witam,\nkupiłem telefon.\n\nWysłane z opóźnieniem, przepraszam.",
    "quotes only": "> tylko cytat\n> i nic więcej",
    "a table": "Usługa Termin\n-------------------\nDomena 3 maja\nSerwer 4 maja",
}


@pytest.mark.parametrize("mail", WHOLE.values(), ids=WHOLE)
def test_what_only_looks_like_a_quote_stays(mail):
    reply = quotes.read(mail)

    assert reply.reply == mail
    assert not reply.quoted and not reply.signature


ADDED = """Sent from my iPhone
Sent from my Galaxy, an AT&T device
Sent from Yahoo Mail on Android
Get Outlook for Android <https://aka.ms/AAb9ysg>
Wysłane z mojego iPhone’a
Wysłane ze smartfonu Samsung Galaxy
Wysłane z programu Poczta systemu Windows
Pobierz aplikację Outlook dla systemu iOS
Отправлено из мобильной Почты Mail.ru
Отправлено с устройства Samsung
Надіслано з мого iPhone
Надіслано з пристрою Galaxy
Von meinem iPhone gesendet
Envoyé de mon iPhone
Enviado desde mi iPhone
Enviado do meu iPhone
Inviato da iPhone
Verstuurd vanaf mijn iPhone
Odesláno z iPhonu
Skickat från min iPhone
Lähetetty iPhonesta
iPhone'umdan gönderildi
发自我的iPhone
iPhoneから送信""".splitlines()


@pytest.mark.parametrize("line", ADDED)
def test_the_line_a_telephone_adds_is_a_signature(line):
    reply = quotes.read(f"Dziękuję.\n\n{line}\n")

    assert (reply.reply, reply.signature) == ("Dziękuję.", line)


def test_words_below_a_forwarded_mail_are_kept_and_the_mail_is_not():
    inner = "Begin forwarded message:\n\n> From: Anna <a@b.example>\n> Subject: x\n>\n> cudze"

    reply = quotes.read(f"Proszę spojrzeć.\n\n{inner}\n\nI oddzwonić.\n\n-- \nJan")

    assert (reply.reply, reply.quoted, reply.signature) == (
        "Proszę spojrzeć.\n\nI oddzwonić.",
        inner,
        "--\nJan",
    )


def test_a_quote_that_a_mail_program_wrapped_late_hides_no_answer():
    long = "> Czy wolą Państwo odbiór osobisty w naszym sklepie przy ulicy Długiej w"
    quoted = f"{long}\nPoznaniu czy kuriera\n> jutro"

    assert "Poznaniu" in quotes.read(f"On 12/05/2024 14:05, Anna wrote:\n{quoted}").reply
    assert quotes.read(f"Kurier.\n\nOn 12/05/2024 14:05, Anna wrote:\n{quoted.lower()}").reply == "Kurier."


MARKUP = list(replies(Path(__file__).parent / "replies.html.txt"))


@pytest.mark.parametrize(("markup", "own"), MARKUP)
def test_html_says_what_is_quoted(markup, own):
    assert quotes.read_html(markup).reply == own


def test_html_is_read_when_only_it_marks_the_quote_that_holds_answers():
    text = "pon., 13 maj 2024 o 09:12 Anna <a@example.com> napisał(a):\n\nKolor?\nCzerwony.\nIle?\nDwie."
    markup, own = MARKUP[0].values

    assert quotes.read(f"Witam\n\n{text}", f"<p>Witam</p>{markup}").reply == f"Witam\n\n{own}"


def test_html_becomes_readable_text():
    markup = (
        "<h1>Reklamacja</h1><p>Zobacz <a href='https://example.com/a'>tutaj</a> i <a href='https://example.com/'>"
        "example.com</a>.</p><ol><li>Rama<li>Koło</ol><ul><li>Dzwonek</ul><table><tr><td>A<td>B</tr></table>"
        "<pre>x\n  y</pre><blockquote>cytat<blockquote>głębiej</blockquote></blockquote>3 &lt; 4<br>"
        "<img alt='🎉'><img alt='Logo'><div style='display:none'>ukryte</div><script>x</script><!-- y -->"
    )

    assert quotes.to_text(markup) == (
        "Reklamacja\n\nZobacz tutaj <https://example.com/a> i example.com.\n\n"
        "1. Rama\n2. Koło\n\n- Dzwonek\n\nA\tB\n\nx\n  y\n\n> cytat\n>> głębiej\n3 < 4\n🎉[Logo]"
    )


def test_a_hidden_element_that_is_never_closed_hides_nothing():
    assert quotes.to_text("<div style='display:none'>Moje słowa<p>dalej") == "Moje słowa\n\ndalej"


PIECES = st.sampled_from(
    [
        "> ",
        "\n",
        "\r\n",
        "--",
        "-- ",
        "On 3 May 2024 at 9:12 Anna <a@b.pl> wrote:",
        "Od: a@b.pl",
        "Temat: x",
        ":",
        "<",
    ]
    + [
        "wrote:",
        "<blockquote>",
        "</blockquote>",
        "<div class=gmail_signature>",
        "</div>",
        "<br>",
        "\ufeff",
        "___\n",
    ]
    + [
        "-Anna",
        "---- Forwarded message ----",
        "\ue0f1",
        "\ue0f3",
        "słowo ",
        "Sent from my iPhone",
        "\u202e",
        "<!--",
    ]
)
MAILS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(MAILS, MAILS)
def test_any_text_is_read_without_an_error(text, markup):
    for reply in (quotes.read(text), quotes.read(text, markup), quotes.read_html(markup)):
        assert reply.reply == reply.reply.rstrip()


@given(MAILS)
def test_no_word_vanishes_between_reply_quote_and_signature(text):
    reply = quotes.read(text)
    parts = f"{reply.reply}\n{reply.quoted}\n{reply.signature}"

    assert sorted(parts.split()) == sorted(text.translate(dict.fromkeys((0, 0x200B, 0xFEFF))).split())


MILLION = 1_000_000
COSTLY = {
    "quote marks": ">" * MILLION,
    "quoted lines": ">\n" * (MILLION // 2),
    "header lines": "From: a@b\nfoo\n" * (MILLION // 15),
    "colons": "a:\n" * (MILLION // 3),
    "attributions": "On 12/05/2024 14:05 x wrote:\na\n" * (MILLION // 31),
    "delimiters": "--\n" * (MILLION // 3),
    "spaces": "a" + " " * MILLION + "b",
    "open tags": "<a" * (MILLION // 2),
    "open comments": "<!--" * (MILLION // 4),
    "deep quotes": "<blockquote>a" * (MILLION // 13),
    "hidden": '<div style="display:none">a' * (MILLION // 27),
    "marks in a tag": '<a "' + "\"'" * (MILLION // 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_a_mail_made_to_cost_time_does_not(text):
    begin = time.process_time()
    quotes.read(text)
    quotes.read_html(text)

    assert time.process_time() - begin < 4
