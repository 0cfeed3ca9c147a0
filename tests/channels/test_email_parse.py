"""Mail read into a value: every kind of damage a mailbox brings, and nothing lost on the way."""

import base64
import hashlib
import struct
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from odzew.channels.email import addresses, charset, flowed, notes, parse, rtf, words


def mail(*lines: str, body: str = "Dzień dobry") -> bytes:
    return ("\r\n".join(["From: Anna Nowak <anna@example.pl>", *lines, "", body]) + "\r\n").encode()


def multipart(kind: str, *parts: str, boundary: str = "granica") -> bytes:
    joined = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    head = f'From: anna@example.pl\r\nContent-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return f"{head}{joined}--{boundary}--\r\n".encode()


def encoded(data: bytes, kind: str = "application/octet-stream", extra: str = "") -> str:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{extra}\r\n" + base64.encodebytes(
        data
    ).decode().replace("\n", "\r\n")


PLAIN = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"


def test_an_ordinary_mail_gives_all_its_fields():
    raw = mail(
        "To: Sklep <sklep@example.pl>, biuro@example.pl",
        "Cc: =?utf-8?Q?=C5=81ukasz?= <l@example.pl>",
        "Reply-To: prywatny@example.pl",
        "Delivered-To: sklep@example.pl",
        "Subject: Pytanie",
        "Date: Sun, 22 Nov 2026 10:00:00 +0100",
        "Message-ID: <1@example.pl>",
        "In-Reply-To: <0@desk.example>",
        "References: <a@desk.example>\r\n <0@desk.example>",
        "Content-Language: pl-PL",
        "Content-Type: text/plain; charset=utf-8",
    )

    read = parse.parse(raw)

    assert (read.subject, read.from_name, read.from_email) == ("Pytanie", "Anna Nowak", "anna@example.pl")
    assert read.to == [parse.Address("Sklep", "sklep@example.pl"), parse.Address("", "biuro@example.pl")]
    assert read.cc == [parse.Address("Łukasz", "l@example.pl")]
    assert read.reply_to == [parse.Address("", "prywatny@example.pl")]
    assert read.delivered_to == ["sklep@example.pl"]
    assert read.date == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert (read.message_id, read.in_reply_to) == ("<1@example.pl>", "<0@desk.example>")
    assert read.references == ["<a@desk.example>", "<0@desk.example>"]
    assert (read.text, read.html, read.attachments, read.notes) == ("Dzień dobry", None, [], [])
    assert (read.language_hint, read.automatic, read.bounce) == ("pl", "", None)


ZOLW = "zażółć gęślą jaźń"
HEADERS = {
    "a word cut inside a letter": (b"=?utf-8?B?xYHDs2TFug==?= =?utf-8?B?IG1pYXN0bw==?=", "Łódź miasto"),
    "bytes of one letter in two words": (b"=?utf-8?Q?=C5?= =?utf-8?Q?=81=C3=B3d=C5=BA?=", "Łódź"),
    "base64 cut where no group ends": (b"=?utf-8?B?xYHDs2?= =?utf-8?B?TFug==?=", "Łódź"),
    "base64 without padding": (b"=?utf-8?B?xYHDs2TFug?=", "Łódź"),
    "two charsets side by side": (b"=?iso-8859-2?Q?=A3?= =?windows-1250?Q?=F3d=9F?=", "Łódź"),
    "blanks where underscores belong": (b"=?utf-8?Q?dwa s=C5=82owa?=", "dwa słowa"),
    "a word that never ends": (b"Re: =?utf-8?B?xYHDs2TFug", "Re: Łódź"),
    "a word glued to plain text": (b"Re:=?utf-8?Q?=C5=81?=dzki", "Re:Łdzki"),
    "a folded line inside a word": (b"=?utf-8?Q?za=C5=BC=C3=B3=C5=82?=\r\n =?utf-8?Q?=C4=87?=", "zażółć"),
    "a language named with the charset": (b"=?utf-8*pl?Q?=C5=81?=", "Ł"),
    "bare utf-8": (ZOLW.encode(), ZOLW),
    "bare cp1250": (ZOLW.encode("cp1250"), ZOLW),
    "bare iso-8859-2": (ZOLW.encode("iso8859-2"), ZOLW),
    "bare cp1251": ("Где мой заказ".encode("cp1251"), "Где мой заказ"),
    "bare koi8-r": ("Где мой заказ".encode("koi8-r"), "Где мой заказ"),
    "bare koi8-u": ("Де моє замовлення".encode("koi8-u"), "Де моє замовлення"),
    "an unknown charset": (b"=?x-foo?Q?abc=C5=81?=", "abcŁ"),
    "a codec that is no charset": (b"=?rot13?Q?abc?=", "abc"),
    "a NUL and a bell": (b"a\x00b\x07c", "a b c"),
    "an equals sign in a word": (b"=?utf-8?Q?a=3Db?=", "a=b"),
    "a question mark in a word": (b"=?utf-8?Q?Gdzie_paczka=3F?=", "Gdzie paczka?"),
}


@pytest.mark.parametrize(("raw", "said"), HEADERS.values(), ids=HEADERS)
def test_header_text_is_read_as_it_was_meant(raw, said):
    assert words.decode(raw) == said


BODIES = [
    (text, name)
    for names, texts in (
        (
            ("cp1250", "iso8859-2"),
            ("Zamówienie nie dotarło", "Gdzie moja paczka? Żądam odpowiedzi", "Małgorzata"),
        ),
        (("cp1251", "koi8-r"), ("Где мой заказ?", "Добрый день! Когда придёт посылка?")),
        (("cp1251", "koi8-u"), ("Де моє замовлення?", "Дякую, їжак із Києва")),
        (("cp1252",), ("Schöne Grüße aus München", "¿Dónde está mi pedido?")),
    )
    for name in names
    for text in texts
]


@pytest.mark.parametrize(("text", "name"), BODIES)
def test_a_body_without_charset_is_read_by_its_letters(text, name):
    assert charset.decode(text.encode(name)).text == text


CHARSETS = {
    "utf-8 called latin": ("Łódź".encode(), "iso-8859-1", "Łódź"),
    "cp1252 called latin": (b"\x93cytat\x94", "iso-8859-1", "“cytat”"),
    "cp1250 called latin two": ("Łódź źle".encode("cp1250"), "iso-8859-2", "Łódź źle"),
    "cp1251 called utf-8": ("Добрый день".encode("cp1251"), "utf-8", "Добрый день"),
    "one broken letter": ("Здравствуйте".encode() + b"\xaa", "utf-8", "Здравствуйте\ufffd"),
    "hangul by its old name": ("고맙습니다".encode("cp949"), "ks_c_5601-1987", "고맙습니다"),
    "japanese in escapes": ("注文".encode("iso2022_jp"), "iso-2022-jp", "注文"),
    "japanese that does not say so": ("注文".encode("iso2022_jp"), "", "注文"),
    "a name with dirt on it": ("Łódź".encode("cp1250"), "windows-1250http-equiv", "Łódź"),
    "a name with a NUL in it": ("Łódź".encode(), "utf-8\x00", "Łódź"),
    "half a character": (b"+2D0-x", "utf-7", "\ufffdx"),
    "utf-7": (b"+AUEA8w-d+AXo-", "unicode-1-1-utf-7", "Łódź"),
}


@pytest.mark.parametrize(("data", "declared", "text"), CHARSETS.values(), ids=CHARSETS)
def test_a_charset_is_believed_only_as_far_as_it_fits(data, declared, text):
    assert charset.decode(data, declared).text == text


ADDRESSES = {
    "plain": (b"a@b.pl", [("", "a@b.pl")]),
    "name unquoted with a comma": (b"Nowak, Anna <a@b.pl>", [("Nowak, Anna", "a@b.pl")]),
    "name in a comment": (b"a@b.pl (Anna Nowak)", [("Anna Nowak", "a@b.pl")]),
    "quotes within quotes": (b'"Jan "Kos" Nowak" <a@b.pl>', [('Jan "Kos" Nowak', "a@b.pl")]),
    "encoded name within quotes": (b'"=?utf-8?Q?=C5=81ukasz?=" <l@b.pl>', [("Łukasz", "l@b.pl")]),
    "encoded name with a comma": (b"=?utf-8?Q?Nowak,_Anna?= <a@b.pl>", [("Nowak, Anna", "a@b.pl")]),
    "a group": (b"Klienci: a@b.pl, c@d.pl;", [("", "a@b.pl"), ("", "c@d.pl")]),
    "nobody": (b"undisclosed-recipients:;", []),
    "semicolons": (b"a@b.pl; Ola <o@b.pl>", [("", "a@b.pl"), ("Ola", "o@b.pl")]),
    "no comma between": (b"Ala <a@b.pl> Ola <o@b.pl>", [("Ala", "a@b.pl"), ("Ola", "o@b.pl")]),
    "the address as its own name": (b'"a@b.pl" <a@b.pl>', [("", "a@b.pl")]),
    "a name alone": (b"Anna Nowak", [("Anna Nowak", "")]),
    "an empty one": (b"<>", []),
    "blanks inside the brackets": (b"Anna < a@b.pl >", [("Anna", "a@b.pl")]),
    "mailto": (b"<mailto:a@b.pl>", [("", "a@b.pl")]),
    "an unclosed quote": (b'"Anna <a@b.pl>', [("Anna", "a@b.pl")]),
    "an unquoted remark in the name": (b"Anna (Sklep) <a@b.pl>", [("Anna (Sklep)", "a@b.pl")]),
    "all of it encoded": (b"=?utf-8?Q?=C5=81ukasz_<l@b.pl>?=", [("Łukasz", "l@b.pl")]),
    "an unclosed bracket": (b"(Anna a@b.pl", [("Anna", "a@b.pl")]),
    "a domain in our own letters": ("Ą <ą@żółw.pl>".encode(), [("Ą", "ą@żółw.pl")]),
}


@pytest.mark.parametrize(("raw", "found"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_read_however_they_are_written(raw, found):
    assert [(one.name, one.email) for one in addresses.read(raw)] == found


def test_a_html_mail_without_plain_text_is_readable():
    read = parse.parse(multipart("alternative", HTML + "<p>Gdzie <b>paczka</b>?</p>"))

    assert read.text == "Gdzie paczka?"
    assert read.html is not None
    assert "<b>paczka</b>" in read.html


def test_an_empty_plain_part_gives_way_to_the_html():
    read = parse.parse(multipart("alternative", PLAIN + " \r\n", HTML + "<p>Treść</p>"))

    assert read.text == "Treść"


def test_text_parts_one_after_another_are_all_read():
    picture = encoded(b"GIF89a", "image/gif", "Content-Disposition: inline; filename=a.gif\r\n")

    read = parse.parse(multipart("mixed", PLAIN + "Pierwsza", picture, PLAIN + "Druga"))

    assert read.text == "Pierwsza\n\nDruga"
    assert [file.filename for file in read.attachments] == ["a.gif"]


def test_an_attachment_is_described_and_given_again():
    data = bytes(range(256)) * 10
    raw = multipart(
        "mixed",
        PLAIN + "W załączniku",
        encoded(data, "application/pdf", 'Content-Disposition: attachment; filename="faktura.pdf"\r\n'),
    )

    read = parse.parse(raw)

    assert len(read.attachments) == 1
    file = read.attachments[0]
    assert (file.index, file.filename, file.content_type, file.size) == (
        0,
        "faktura.pdf",
        "application/pdf",
        2560,
    )
    assert file.sha1 == hashlib.sha1(data).hexdigest()
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert parse.content(raw, 0) == data
    with pytest.raises(IndexError):
        parse.content(raw, 1)
    with pytest.raises(IndexError):
        parse.content(raw, -1)


NAMES = {
    "sections of RFC 2231": ("filename*0*=utf-8''za%C5%BC; filename*1=olc.pdf", "zażolc.pdf"),
    "percent signs": ("filename*=UTF-8''%C5%81%C3%B3d%C5%BA.pdf", "Łódź.pdf"),
    "an encoded word": ('filename="=?utf-8?Q?=C5=81.pdf?="', "Ł.pdf"),
    "no quotes": ("filename=moja faktura.pdf", "moja faktura.pdf"),
    "an unclosed quote": ('filename="faktura.pdf', "faktura.pdf"),
    "a path of Windows": ('filename="C:\\Users\\a\\faktura.pdf"', "faktura.pdf"),
    "a way out of the folder": ('filename="../../etc/passwd"', "passwd"),
    "a slash within": ('filename="FV 1/2026.pdf"', "FV 1_2026.pdf"),
}


@pytest.mark.parametrize(("said", "name"), NAMES.values(), ids=NAMES)
def test_file_names_are_read_and_made_safe(said, name):
    raw = multipart("mixed", encoded(b"x", "application/pdf", f"Content-Disposition: attachment; {said}\r\n"))

    assert parse.parse(raw).attachments[0].filename == name


def test_a_forwarded_mail_is_kept_whole_under_its_subject():
    inner = "From: ktos@example.org\r\nSubject: =?utf-8?Q?Zam=C3=B3wienie?=\r\n\r\nTreść\r\n"
    raw = multipart("mixed", PLAIN + "Przekazuję", f"Content-Type: message/rfc822\r\n\r\n{inner}")

    read = parse.parse(raw)

    assert read.text == "Przekazuję"
    assert [file.filename for file in read.attachments] == ["Zamówienie.eml"]
    assert parse.parse(parse.content(raw, 0)).text == "Treść"


def test_a_picture_in_the_text_is_inline():
    raw = multipart(
        "related",
        HTML + '<img src="cid:znak@x">',
        encoded(b"GIF89a", "image/gif", "Content-ID: <znak@x>\r\n"),
    )

    file = parse.parse(raw).attachments[0]

    assert (file.inline, file.content_id, file.filename) == (True, "znak@x", "image.gif")


def test_an_invitation_is_kept_and_told():
    event = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Odbiór\\, magazyn\r\n"
        "DTSTART;TZID=Europe/Warsaw:20261122T143000\r\nLOCATION:Łódź\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    raw = multipart(
        "alternative", f"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{event}"
    )

    read = parse.parse(raw)

    assert read.text == "Odbiór, magazyn\n2026-11-22 14:30 Europe/Warsaw\nŁódź"
    assert read.attachments[0].filename == "invite.ics"
    assert "invitation" in read.notes[0]


def test_a_uuencoded_file_is_taken_out_of_the_text():
    block = "begin 644 raport.txt\n,2&5L;&\\@6F%M;6%D\n`\nend\n"
    raw = mail(body=f"Przed\n{block}Po")

    read = parse.parse(raw)

    assert [file.filename for file in read.attachments] == ["raport.txt"]
    assert parse.content(raw, 0) == b"Hello Zammad"
    assert read.text.split() == ["Przed", "Po"]


def test_a_sentence_that_begins_like_a_uuencoded_file_stays_text():
    read = parse.parse(mail(body="begin 644 na nowo\nto zdanie nie jest plikiem\nend"))

    assert read.attachments == []
    assert "to zdanie nie jest plikiem" in read.text


def attribute(level: int, identity: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, identity, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(found))
    for kind, key, value in found:
        padded = value + b"\0" * (-len(value) % 4)
        out += struct.pack("<HHII", kind, key, 1, len(value)) + padded
    return out


def winmail() -> bytes:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    name = properties((0x001F, 0x3707, "umowa dostawy.txt".encode("utf-16-le") + b"\0\0"))
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(1, 0x00069007, struct.pack("<II", 1250, 0))
        + attribute(1, 0x00018004, "Temat żółty\0".encode("cp1250"))
        + attribute(1, 0x00069003, properties((0x0102, 0x1009, packed)))
        + attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x00018010, b"UMOWAD~1.TXT\0")
        + attribute(2, 0x0006800F, b"paragraf 1")
        + attribute(2, 0x00069005, name)
    )


def test_a_winmail_dat_is_opened():
    raw = multipart("mixed", encoded(winmail(), "application/ms-tnef"))

    read = parse.parse(raw)

    assert read.subject == "Temat żółty"
    assert read.text == "hello world"
    assert [file.filename for file in read.attachments] == ["umowa dostawy.txt"]
    assert parse.content(raw, 0) == b"paragraf 1"


def test_a_damaged_winmail_dat_is_kept_and_said():
    raw = multipart("mixed", PLAIN + "Treść", encoded(winmail()[:-20], "application/ms-tnef"))

    read = parse.parse(raw)

    assert "winmail.dat" in [file.filename for file in read.attachments]
    assert notes.WINMAIL_DAMAGED in read.notes


def der(tag: int, *inside: bytes) -> bytes:
    value = b"".join(inside)
    size = len(value).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + value


SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")


@pytest.mark.parametrize(
    "octets",
    [
        lambda text: der(0x04, text),
        lambda text: b"\x24\x80" + der(0x04, text[:20]) + der(0x04, text[20:]) + b"\0\0",
    ],
    ids=["whole", "in pieces of unsaid length"],
)
def test_the_words_inside_an_opaque_signature_are_read(octets):
    inner = octets(multipart("mixed", PLAIN + "Podpisana treść", encoded(b"x", "application/pdf")))
    info = der(0x30, DATA, der(0xA0, inner))
    cms = der(0x30, SIGNED, der(0xA0, der(0x30, der(0x02, b"\1"), der(0x31), info)))
    raw = multipart("mixed", encoded(cms, "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"))

    read = parse.parse(raw)

    assert read.text == "Podpisana treść"
    assert [file.filename for file in read.attachments] == ["smime.p7m", "attachment.pdf"]


def test_an_encrypted_mail_is_kept_and_said():
    raw = multipart("mixed", encoded(b"0\x80\x06\x09", "application/pkcs7-mime; name=smime.p7m"))

    read = parse.parse(raw)

    assert [file.filename for file in read.attachments] == ["smime.p7m"]
    assert read.notes == [notes.SMIME]


def test_rich_text_gives_its_letters():
    packed = rb"{\rtf1\ansicpg1250{\fonttbl{\f1\fcharset204 Arial;}}Zam\'f3wienie\par \f1 \'e4\'e0 \u8364?5}"

    assert rtf.text(packed) == "Zamówienie\nда €5"


def test_soft_line_breaks_are_joined_and_quotes_stay_apart():
    raw = mail(
        "Content-Type: text/plain; charset=utf-8; format=flowed",
        body="Długie \nzdanie\n> cytat \n> dalej\n-- \nAnna",
    )

    assert parse.parse(raw).text == "Długie zdanie\n> cytat dalej\n-- \nAnna"
    assert flowed.unflow("sło \nwo", delsp=True) == "słowo"


TOPIC = b"Subject: Temat\n"
MIXED = TOPIC + b"Content-Type: multipart/mixed; boundary=x\n\n"
PART = b"--y\nContent-Type: text/plain\n\nTresc\n--y--\n"
BASE64 = TOPIC + b"Content-Transfer-Encoding: base64\n"
DAMAGE = {
    "a blank first line": b"\r\nSubject: Temat\r\n\r\nTresc",
    "an mbox line": b"From anna@example.pl Sun Nov 22 10:00:00 2026\nSubject: Temat\n\nTresc",
    "a byte order mark": b"\xef\xbb\xbfSubject: Temat\r\n\r\nTresc",
    "carriage returns only": b"Subject: Temat\r\rTresc",
    "doubled carriage returns": b"Subject: Temat\r\r\n\r\r\nTresc",
    "a line that is no header": b"X-A: b\nno header at all\nSubject: Temat\n\nTresc",
    "a blank before the colon": b"Subject : Temat\n\nTresc",
    "a line of blanks in the header": b"X-A: b\n  \nSubject: Temat\n\nTresc",
    "text right after the header": b"Subject: Temat\nTresc",
    "a boundary that never closes": MIXED + b"--x\n\nTresc",
    "a boundary that never comes": MIXED + b"Tresc",
    "no boundary named": TOPIC + b"Content-Type: multipart/mixed\n\n" + PART,
    "the wrong boundary": MIXED + PART,
    "base64 that is none": BASE64 + b"\nTresc nie jest zakodowana i tyle",
    "broken escapes": TOPIC + b"Content-Transfer-Encoding: quoted-printable\n\nTresc=ZZ=",
    "an unknown encoding": TOPIC + b"Content-Transfer-Encoding: x-none\n\nTresc",
    "a NUL in the text": TOPIC + b"\nTre\x00sc",
    "an unknown type": TOPIC + b"Content-Type: text\n\nTresc",
    "a multipart in base64": BASE64
    + b"Content-Type: multipart/mixed; boundary=x\n\n"
    + base64.encodebytes(b"--x\n\nTresc\n--x--\n"),
    "a footer behind base64": BASE64 + b"\nVHJlc2M=\n\n-- \nlista dyskusyjna, wypisz sie\n",
    "a doubled padding": BASE64 + b"\nVHJl==c2M==\n",
    "one part in another to no end": TOPIC
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20))
    + b"\nTresc\n",
}


@pytest.mark.parametrize("raw", DAMAGE.values(), ids=DAMAGE)
def test_subject_and_text_survive_damage(raw):
    read = parse.parse(raw)

    assert read.subject == "Temat"
    assert read.text.startswith("Tresc")


def test_what_cannot_be_divided_is_kept_whole():
    deep = b"From: a@example.pl\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
    )
    raw = deep + b"Content-Type: text/plain\n\nna dnie\n"

    read = parse.parse(raw)

    assert len(read.attachments) == 1
    assert b"na dnie" in parse.content(raw, 0)
    assert any(note == notes.TOO_DEEP for note in read.notes)


HEAVY = {
    "brackets": b"To: " + b"(" * 6_000 + b"\n\nx",
    "brackets and angles": b"From: " + b"(<" * 50_000 + b"\n\nx",
    "5,000 receivers": b"To: " + b", ".join(b'"Jan %d" <j%d@x.pl>' % (n, n) for n in range(5_000)) + b"\n\nx",
    "120 kB of references": b"References: " + b"<aaaaaaaaaaaaaaaaaaaa@b>\n " * 5_000 + b"\n\nx",
    "quotes": b"From: " + b'"' * 100_000 + b"\n\nx",
    "open encoded words": b"From: " + b"=?utf-8?Q?" * 20_000 + b"\n\nx",
    "dots without an at": b"From: <" + b"a." * 100_000 + b">\n\nx",
    "parameters": b"Content-Type: text/plain; " + b'a="b;' * 50_000 + b"\n\nx",
    "a parameter without end": b"Content-Type: text/plain" + b"a" * 100_000 + b"\n\nx",
    "blanks among parameters": b"Content-Type: text/plain; a" + b" " * 100_000 + b"\n\nx",
    "dashes": b'Content-Type: multipart/mixed; boundary="zz"\n\n' + b"--" * 200_000,
    "begin after begin": b"\n" + b"begin 644 a\n" * 20_000,
    "a report of letters": b"From: mailer-daemon@x.pl\nSubject: failure notice\n\nundelivered "
    + b"a" * 200_000,
    "a report of dashes": b"From: mailer-daemon@x.pl\nSubject: failure notice\n\nuser unknown"
    + b"-" * 200_000,
    "soft lines": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 100_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000,
}


@pytest.mark.parametrize("raw", HEAVY.values(), ids=HEAVY)
def test_no_mail_takes_long_for_its_size(raw):
    before = time.process_time()

    parse.parse(raw)

    assert time.process_time() - before < 5


def test_five_thousand_receivers_are_all_there():
    assert len(parse.parse(HEAVY["5,000 receivers"]).to) == 5_000


def test_a_date_that_cannot_be_is_none():
    for date in ("Fri, 99 Foo 99999 99:99:99 +9999", "", "wczoraj", "0", "1 Jan 99999 00:00 +0000"):
        assert parse.parse(mail(f"Date: {date}")).date is None


def test_who_wrote_is_found_without_a_from():
    read = parse.parse(b"Sender: Anna <anna@example.pl>\r\nSubject: x\r\n\r\ny")

    assert (read.from_name, read.from_email) == ("Anna", "anna@example.pl")


@given(st.binary(max_size=4_000))
def test_no_bytes_make_it_raise(raw):
    read = parse.parse(raw)

    assert all(len(parse.content(raw, file.index)) == file.size for file in read.attachments)
    assert "\x00" not in read.text


LINES = st.sampled_from(
    [
        "Content-Type: multipart/mixed; boundary=a",
        "Content-Type: multipart/alternative; boundary=a",
        "Content-Type: message/rfc822",
        "Content-Type: text/html; charset=utf-7",
        "Content-Type: application/ms-tnef",
        "Content-Type: application/pkcs7-mime",
        "Content-Type: text/calendar",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Transfer-Encoding: x-uuencode",
        "Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*2=x",
        "Subject: =?utf-8?B?////?= =?iso-2022-jp?Q?=1B$B?=",
        "From: =?utf-8?b?////?= <x@y>, (((",
        "Return-Path: <>",
        "--a",
        "--a--",
        "",
        " ",
        "begin 644 x",
        "end",
        "Final-Recipient: rfc822;a@b",
        "x\x00y\r",
    ]
)


@given(st.lists(LINES | st.text(max_size=60), max_size=60), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_arrangement_of_lines_makes_it_raise(lines, newline):
    raw = newline.join(lines).encode("utf-8", "surrogatepass")

    read = parse.parse(raw)

    assert all(len(parse.content(raw, file.index)) == file.size for file in read.attachments)


@given(
    st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=60).map(
        lambda said: " ".join(said.split())
    )
)
def test_an_encoded_subject_comes_back_as_it_was(said):
    raw = said.encode()
    cut = len(raw) // 2
    pieces = [base64.b64encode(piece).decode() for piece in (raw[:cut], raw[cut:]) if piece]
    header = " ".join(f"=?utf-8?B?{piece}?=" for piece in pieces).encode()

    assert words.decode(header) == words.tidy(said).removeprefix("\ufeff") or "\ufeff" in said


@given(st.binary(max_size=3_000))
def test_an_attachment_comes_back_byte_for_byte(data):
    raw = multipart(
        "mixed", PLAIN + "x", encoded(data, "image/png", "Content-Disposition: attachment; filename=a\r\n")
    )

    assert parse.content(raw, 0) == data
