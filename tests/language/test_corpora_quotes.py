"""Other projects' own expectations, where their test material lies beside the repository (ODZEW_CORPORA)."""

import email
import email.policy
import html
import json
import os
import re
from pathlib import Path

import pytest

from odzew.language import forwards, quotes, subject

CORPORA = Path(os.environ.get("ODZEW_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
pytestmark = pytest.mark.skipif(
    not (CORPORA / "reply.jsonl").exists(), reason="the foreign corpora are not here"
)

# Below the best that any library reached, nothing may fall; our own scores stand a little above these floors.
FLOORS = {"reply.jsonl": 0.95, "reply_html.jsonl": 0.80, "forward.jsonl": 0.95, "subject.jsonl": 1.0}
KEPT_FLOOR = 0.98


def cases(name):
    with (CORPORA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def spaced(text):
    return " ".join((text or "").replace("**", "").split())


def forms(case):
    """Return the plain text and the HTML of a case."""
    raw = (CORPORA / case["raw"]).read_bytes() if "raw" in case else case["text"].encode()
    if case["format"] == "mail":
        mail = email.message_from_bytes(raw.lstrip(b"\n"), policy=email.policy.default)
        bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
        text, markup = (body.get_content() if body else "" for body in bodies)
        prefers_html = (case.get("settings") or {}).get("incoming_email_prefer_html") == "true"
        return ("" if prefers_html else text), markup
    decoded = raw.decode("utf-8", "replace")
    return ("", decoded) if case["format"] == "html" else (decoded, None)


def is_read_as_expected(case):
    expected = case["expected"]
    reply = quotes.read(*forms(case)).reply
    markup = expected.get("reply_html") or expected.get("reply_html_nospace")
    if markup is not None:
        shown = html.unescape(re.sub(r"<[^>]+>", "", markup))
        return re.sub(r"[\s<>]", "", reply) == re.sub(r"[\s<>]", "", shown)
    return (
        spaced(expected.get("reply_text", reply)) == spaced(reply)
        and all(part in reply for part in expected.get("reply_contains", []))
        and all(part not in reply for part in expected.get("reply_not_contains", []))
    )


def is_forwarded_as_expected(case):
    found = forwards.read(*forms(case), case.get("subject") or "")
    expected = case["expected"]
    if not expected.get("forwarded", True) or expected.get("type") in ("quote", "reply"):
        return found is None
    if found is None:
        return False
    if "embedded" in expected:
        return spaced(found.before) == spaced(expected["before"])
    named = {"text_top": found.before, "text": found.body, "text_bottom": found.after, "date": found.date}
    named |= {"subject": found.subject, "from": written((found.from_name, found.from_email))}
    named |= {"to": ", ".join(map(written, found.to)), "message": found.before}
    named |= {"email.subject": found.subject, "email.body": found.body}
    named |= {"email.from.address": found.from_email, "email.from.name": found.from_name}
    for kind, people in (("to", found.to), ("cc", found.cc)):
        named[f"email.{kind}.length"] = str(len(people))
        for at, (name, address) in enumerate(people):
            named |= {f"email.{kind}.{at}.name": name, f"email.{kind}.{at}.address": address}
    asked = {key: value for key, value in expected.items() if key not in ("forwarded", "type")}
    return all(
        spaced(named.get(key, "nobody")) == spaced("" if value is None else str(value)).replace('"', "")
        for key, value in asked.items()
    )


def written(person):
    name, address = person
    return f"{name} <{address}>" if name else address


def is_stripped_as_expected(case):
    return subject.strip(case["text"]) == case["expected"]["stripped"]


@pytest.mark.parametrize(
    ("name", "judge"),
    [
        ("reply.jsonl", is_read_as_expected),
        ("reply_html.jsonl", is_read_as_expected),
        ("forward.jsonl", is_forwarded_as_expected),
        ("subject.jsonl", is_stripped_as_expected),
    ],
)
def test_the_score_on_foreign_cases_does_not_fall(name, judge):
    judged = {case["id"]: judge(case) for case in cases(name)}
    score = sum(judged.values()) / len(judged)

    print(f"{name}: {sum(judged.values())} of {len(judged)}")
    assert score >= FLOORS[name], [case for case, right in judged.items() if not right]


def test_the_customers_words_are_kept_in_foreign_cases():
    told = [case for case in cases("reply.jsonl") if "reply_text" in case["expected"]]
    kept = [
        set(spaced(case["expected"]["reply_text"]).split()) <= set(quotes.read(*forms(case)).reply.split())
        for case in told
    ]

    print(f"words kept: {sum(kept)} of {len(kept)}")
    assert sum(kept) / len(kept) >= KEPT_FLOOR
