"""How many replies a second are read for what they promise, as the composer asks while one writes.

    python -m bench.promises

BENCH_READ (4,000) replies of the demo's kind, in four languages; without a database.
"""

import statistics
import time
from datetime import datetime
from itertools import cycle, islice
from zoneinfo import ZoneInfo

from bench import ground
from odzew.domain.worktime import ALWAYS
from odzew.language import promises, reminding

AT = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/Warsaw"))
REPLIES = {
    "pl": "Dzień dobry, dziękujemy za list. Szef oddzwoni do Pani jutro do 12:00. Paczka wyszła wczoraj z"
    " magazynu. W ciągu dwóch dni roboczych prześlemy numer przesyłki. Proszę przypomnieć za pół godziny.",
    "uk": "Добрий день, дякуємо за лист. Керівник передзвонить вам завтра до 12:00. Посилка вчора вийшла зі"
    " складу. Протягом двох робочих днів надішлемо номер. Нагадайте нам через пів години.",
    "ru": "Здравствуйте, спасибо за письмо. Начальник перезвонит вам завтра до 12:00. Посылка вчера ушла со"
    " склада. В течение двух рабочих дней пришлём номер. Напомните нам через полчаса.",
    "en": "Good morning, thank you for your letter. My manager will call you tomorrow by noon. The parcel"
    " left yesterday. We will send the number within two business days. Please remind us in half an hour.",
}


def main() -> None:
    """Read replies and tell how many a second, and how long one of them takes."""
    ground.title("Reading what a reply promises")
    for lang in ("", *REPLIES):
        read(lang, ground.size("BENCH_READ", 4_000))


def read(lang: str, count: int) -> None:
    """Measure one language, or all of them with the language found out first."""
    texts = [REPLIES[lang]] if lang else list(REPLIES.values())
    taken = [_one(text, lang) for text in islice(cycle(texts), count)]
    twentieth = statistics.quantiles(taken, n=20)
    name = lang or "four languages, found out first"
    ground.line(name, count / sum(taken), "replies/s of processor", f"p95 {twentieth[-1] * 1e3:.2f} ms each")


def _one(text: str, lang: str) -> float:
    begun = time.process_time()
    found = promises.read(text, AT, ALWAYS, lang)
    asked = reminding.read(text, AT, ALWAYS, lang)
    spent = time.process_time() - begun
    assert len(found) >= 2, (text, found)
    assert len(asked) == 1, (text, asked)
    return spent


if __name__ == "__main__":
    main()
