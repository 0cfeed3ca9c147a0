"""Mails as customers send them, made here: four languages, plain and HTML, quotes, some files; 17 kB mean."""

import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

MEAN = 17_000  # bytes
BEGIN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
WORDS = {
    "pl": "dzień dobry proszę o informację kiedy przyjdzie moje zamówienie ponieważ czekam już tydzień "
    "a kurier nie dzwonił czy mogę zmienić adres dostawy na inny i dostać fakturę na firmę z góry "
    "dziękuję latawiec linka drążek szpula naprawa zwrot reklamacja płatność karta sklep warsztat "
    "termin jutro wiatr plaża",
    "uk": "доброго дня підкажіть будь ласка коли прийде моє замовлення бо чекаю вже тиждень а кур'єр не "
    "дзвонив чи можна змінити адресу доставки та отримати рахунок на фірму дякую змій стропа "
    "каркас котушка ремонт повернення оплата картка крамниця майстерня завтра вітер пляж",
    "ru": "здравствуйте подскажите пожалуйста когда придёт мой заказ потому что жду уже неделю а курьер "
    "не звонил можно ли изменить адрес доставки и получить счёт на фирму спасибо змей стропа "
    "каркас катушка ремонт возврат оплата карта магазин мастерская завтра ветер пляж",
    "en": "hello could you please tell me when my order will arrive because I have been waiting for a "
    "week now and the courier did not call may I change the delivery address and get an invoice "
    "thank you kite line spar winder repair return complaint payment card shop workshop tomorrow "
    "wind beach",
}
SUBJECTS = {
    "pl": "Pytanie o zamówienie",
    "uk": "Питання щодо замовлення",
    "ru": "Вопрос по заказу",
    "en": "A question about my order",
}
SPLIT = "=_part_{}"


class Writer:
    """Writes mails, the same ones for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.dice = random.Random(seed)
        self.noise = self.dice.randbytes(200_000)

    def new(self, number: int) -> bytes:
        """Return a mail of a customer about something new."""
        language = self.dice.choice(tuple(WORDS))
        head = self._head(
            number, f"customer{number}@mail.example", f"{SUBJECTS[language]} {number}", "desk@odzew.localhost"
        )
        return self._mail(head, language, "")

    def reply(self, number: int, sender: str, message_id: str, quoted: str, to: str) -> bytes:
        """Return a mail that answers a message of ours, with the message quoted below."""
        language = self.dice.choice(tuple(WORDS))
        head = self._head(number, sender, f"Re: {SUBJECTS[language]}", to)
        head += f"In-Reply-To: {message_id}\r\nReferences: {message_id}\r\n"
        cited = "\n".join(f"> {line}" for line in quoted.splitlines())
        return self._mail(head, language, f"\n\nOn 02/11/2026 10:12, Desk wrote:\n{cited}\n")

    def _head(self, number: int, sender: str, subject: str, to: str) -> str:
        at = format_datetime(BEGIN + timedelta(seconds=number))
        coded = base64.b64encode(subject.encode()).decode()
        return (
            f"Received: from mx{number % 9}.example (mx{number % 9}.example [192.0.2.{number % 250}])\r\n"
            f"\tby mail.odzew.localhost with ESMTPS id {number:012x}; {at}\r\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=s1;\r\n"
            f"\tb={base64.b64encode(self._noise(192)).decode()}\r\n"
            f"From: =?utf-8?b?{base64.b64encode(f'Клієнт {number}'.encode()).decode()}?= <{sender}>\r\n"
            f"To: <{to}>\r\nSubject: =?utf-8?b?{coded}?=\r\nDate: {at}\r\n"
            f"Message-ID: <{number:x}.{self.dice.getrandbits(64):x}@mail.example>\r\n"
            f"MIME-Version: 1.0\r\nUser-Agent: Mozilla Thunderbird\r\n"
        )

    def _mail(self, head: str, language: str, quote: str) -> bytes:
        text = self.text(language) + quote
        kind = self.dice.random()
        if kind < 0.3:
            return (head + _leaf("text/plain", text)).encode()
        html = self._page(text)
        both = _multi("alternative", [_leaf("text/plain", text), _leaf("text/html", html)])
        if kind < 0.85:
            return (head + both).encode()
        file = (
            base64.encodebytes(self._noise(self.dice.randint(15_000, 75_000))).decode().replace("\n", "\r\n")
        )
        picture = (
            "Content-Type: image/jpeg; name=photo.jpg\r\n"
            "Content-Disposition: attachment; filename=photo.jpg\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{file}"
        )
        return (head + _multi("mixed", [both, picture])).encode()

    def text(self, language: str) -> str:
        words = WORDS[language].split()
        said = [
            " ".join(self.dice.choices(words, k=self.dice.randint(8, 40))).capitalize()
            + self.dice.choice(".?.!")
            for _ in range(self.dice.randint(2, 9))
        ]
        return "\n\n".join(said)

    def _page(self, text: str) -> str:
        style = "".join(
            f"p.x{n} {{ margin: 0 0 {n}px; font-family: Calibri, sans-serif }}\n" for n in range(60)
        )
        said = "".join(
            f'<p class="x{n % 60}"><span style="font-size:11pt">{p}</span></p>\n'
            for n, p in enumerate(text.split("\n"))
        )
        return f"<html><head><style>\n{style}</style></head><body>{said}</body></html>"

    def _noise(self, length: int) -> bytes:
        start = self.dice.randrange(len(self.noise) - length)
        return self.noise[start : start + length]


def many(count: int, seed: int = 7) -> Iterator[bytes]:
    """Yield new mails of as many customers."""
    writer = Writer(seed)
    return (writer.new(number) for number in range(count))


def _leaf(kind: str, text: str) -> str:
    body = base64.encodebytes(text.replace("\n", "\r\n").encode()).decode().replace("\n", "\r\n")
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"


def _multi(kind: str, parts: list[str]) -> str:
    split = SPLIT.format(kind)
    inner = "".join(f"--{split}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{split}"\r\n\r\n{inner}--{split}--\r\n'
