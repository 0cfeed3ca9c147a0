"""Extract, check and compile the translations in odzew/locale.

extract   take the messages out of code and templates into the .po files (needs gettext)
check     fail when a message of code or templates is missing, fuzzy or untranslated in a language
compile   write the .mo files beside the .po files (needs no gettext)
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "odzew" / "locale"
# English stands in the code; a .po file of it may exist, for plurals, and is then checked like the others.
LANGUAGES = ("pl", "uk", "ru")
PLURALS = (  # of Polish; Ukrainian and Russian differ in 21, 31 …
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
)
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Odzew\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""


def main(arguments: list[str]) -> int:
    tasks = {"extract": extract, "check": check, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in tasks:
        print(__doc__)
        return 2
    return tasks[arguments[0]]()


def extract() -> int:
    for language in LANGUAGES:
        source = LOCALE / language / "LC_MESSAGES" / "django.po"
        if not source.exists():
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(HEADER.format(language=language, plurals=PLURALS[language != "pl"]))
    makemessages(ROOT / "odzew", languages())
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        # The moment of extraction says nothing and makes every two branches collide.
        source.write_text(re.sub(r'^"POT-Creation-Date: .*\n', "", source.read_text(), flags=re.MULTILINE))
    return 0


def check() -> int:
    wanted = messages_of_source()
    findings = [f"{language}: {finding}" for language in languages() for finding in lacking(wanted, language)]
    total = f"translations: {len(wanted)} messages, {len(languages())} languages, {len(findings)} findings"
    print("\n".join([*findings, total]))
    return 1 if findings else 0


def compile_all() -> int:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog_of(source))
    return 0


def languages() -> list[str]:
    found = [folder.parent.name for folder in LOCALE.glob("*/LC_MESSAGES") if any(folder.glob("*.po"))]
    return sorted({*LANGUAGES, *found})


def messages_of_source() -> list[tuple[str, Message]]:
    """Return (domain, message) of everything the code and the templates ask a translation for."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "odzew"
        shutil.copytree(ROOT / "odzew", copy, ignore=shutil.ignore_patterns("locale", "tests", "__pycache__"))
        makemessages(copy, ["pl"])
        return [
            (source.stem, message)
            for source in sorted((copy / "locale").glob("*/LC_MESSAGES/*.po"))
            for message in catalog_of(source)
            if message.id
        ]


def makemessages(package: Path, wanted: list[str]) -> None:
    (package / "locale").mkdir(exist_ok=True)
    domains = ["django"] + (["djangojs"] if any(package.glob("**/*.js")) else [])
    for domain in domains:
        # Not `python -m django`: it puts the working folder on the path, and odzew/queue hides queue.
        command = [str(Path(sys.executable).with_name("django-admin")), "makemessages", "--no-obsolete"]
        command += ["--domain", domain, "--no-location", "--no-wrap", "--verbosity", "0"]
        command += ["--ignore", "tests/*", "--ignore", "*/vendor/*"]
        command += [f"--locale={language}" for language in wanted]
        subprocess.run(command, cwd=package, check=True)


def lacking(wanted: list[tuple[str, Message]], language: str) -> Iterator[str]:
    """Yield what is wrong in the catalogs of a language, one line for each message."""
    for domain in sorted({domain for domain, _ in wanted}):
        source = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
        catalog = catalog_of(source) if source.exists() else Catalog(locale=language)
        for its_domain, message in wanted:
            if its_domain == domain and (fault := fault_of(message, catalog)):
                yield f"{fault}: {message.id!r}"


def fault_of(message: Message, catalog: Catalog) -> str | None:
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    found = catalog.get(msgid, message.context)
    if found is None:
        return "missing"
    if found.fuzzy:
        return "fuzzy"
    if isinstance(message.id, tuple) and not isinstance(found.id, tuple):
        return "without plural forms"
    strings = (found.string,) if isinstance(found.string, str) else found.string
    if len(strings) < (catalog.num_plurals if isinstance(message.id, tuple) else 1) or not all(strings):
        return "untranslated"
    errors = list(found.check(catalog))
    return str(errors[0]) if errors else None


def catalog_of(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
