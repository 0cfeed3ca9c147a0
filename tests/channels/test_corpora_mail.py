"""Foreign mails, with what other projects expect of them: the share we read as they do may not fall."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from odzew.channels.email.parse import Mail, parse
from tests import corpora

Row = dict[str, Any]


@cache
def read(path: str) -> Mail:
    return parse((corpora.ROOT / path).read_bytes())


def share(name: str, asks: Callable[[Row], bool], right: Callable[[Mail, Row], bool]) -> float:
    """Return how large a part of the cases that ask is read right, and print the wrong ones."""
    asked = [row for row in corpora.rows(name) if asks(row["expected"])]
    wrong = [row["id"] for row in asked if not right(read(row["raw"]), row["expected"])]
    print(f"{name}: {len(asked) - len(wrong)} of {len(asked)}; not: {', '.join(wrong)}")
    return 1 - len(wrong) / len(asked)


def flat(text: str | None) -> str:
    return " ".join((text or "").split())


def has(key: str) -> Callable[[Row], bool]:
    return lambda expected: key in expected


def same_text(mail: Mail, expected: Row) -> bool:
    return flat(mail.text).replace("\ufffd", "?") == flat(expected["body_text"])


def same_files(mail: Mail, expected: Row) -> bool:
    wanted = {file["sha1"] for file in expected["attachments"] if not file["original_format"]}
    return wanted <= {file.sha1 for file in mail.attachments}


MAIL = {
    "subject": (has("subject"), lambda m, e: flat(m.subject) == flat(e["subject"]), 0.98),
    "sender": (has("from_email"), lambda m, e: m.from_email == e["from_email"].rstrip("."), 0.98),
    "name": (has("from_name"), lambda m, e: m.from_name == e["from_name"], 0.96),
    "text": (has("body_text"), same_text, 0.99),
    "html": (has("body_html"), lambda m, e: flat(m.html) == flat(e["body_html"]), 0.99),
    "names of files": (
        has("attachment_names"),
        lambda m, e: set(e["attachment_names"]) <= {file.filename for file in m.attachments},
        0.99,
    ),
    "number of files": (
        has("attachments_count"),
        lambda m, e: len(m.attachments) == e["attachments_count"],
        0.99,
    ),
    "bytes of files": (has("attachments"), same_files, 0.97),
}
MACHINES = {
    "a machine": (
        lambda e: e.get("is_auto_reply") or e.get("is_feedback_report"),
        lambda m, e: bool(m.automatic),
        0.99,
    ),
    "a person": (lambda e: e.get("is_auto_reply") is False, lambda m, e: m.automatic in ("", "bounce"), 1.0),
    "a report": (has("is_bounce"), lambda m, e: (m.bounce is not None) == e["is_bounce"], 0.99),
}


def sorted_emails(mail: Mail, *, failed: bool) -> list[str]:
    found = mail.bounce.recipients if mail.bounce else []
    return sorted({one.email for one in found if (one.action == "failed") == failed})


BOUNCES = {
    "a report": (has("is_bounce"), lambda m, e: (m.bounce is not None) == e["is_bounce"], 0.98),
    "who failed": (
        has("recipients"),
        lambda m, e: sorted_emails(m, failed=True) == sorted(set(e["recipients"])),
        0.93,
    ),
    "who only waits": (
        has("recipients_temporary"),
        lambda m, e: sorted_emails(m, failed=False) == sorted(set(e["recipients_temporary"])),
        0.96,
    ),
    "how many": (
        has("count"),
        lambda m, e: m.bounce is not None and len(m.bounce.recipients) == e["count"],
        0.98,
    ),
}
ALL = [
    pytest.param(name, *question, id=f"{name}-{what}")
    for name, questions in (("mail", MAIL), ("auto", MACHINES), ("bounce", BOUNCES))
    for what, question in questions.items()
]


@corpora.needs_corpora
@pytest.mark.parametrize(("name", "asks", "right", "least"), ALL)
def test_foreign_mail_is_read_as_its_owners_expect(name, asks, right, least):
    assert share(name, asks, right) >= least


@corpora.needs_corpora
def test_no_foreign_mail_of_a_person_is_taken_for_a_machine():
    alarms = [
        row["id"]
        for row in corpora.rows("mail")
        if read(row["raw"]).automatic and not read(row["raw"]).bounce
    ]

    assert alarms == []
