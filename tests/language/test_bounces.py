"""Reports of mail that did not arrive, per recipient; a delay is no failure, a person is no report."""

import pytest
from hypothesis import given, strategies as st

from odzew.language import bounces
from odzew.language.bounces import Bounce, Part

REPORT = {"content-type": ["multipart/report; report-type=delivery-status"], "return-path": ["<>"]}
DAEMON = "mailer-daemon@mx.example.org"
ORIGINAL = (
    "From: sklep@example.pl\nTo: Anna <anna@example.org>\nMessage-ID: <1@desk.example>\nSubject: x\n\ny\n"
)


def report(*blocks: str, headers=REPORT, kind="message/delivery-status") -> Bounce | None:
    status = "Reporting-MTA: dns; mx.example.org\n\n" + "\n\n".join(blocks)
    parts = [
        Part("text/plain", lambda: "I'm sorry to have to inform you"),
        Part(kind, lambda: status),
        Part("message/rfc822", lambda: ORIGINAL),
    ]
    return bounces.read(headers, "Undelivered Mail", DAEMON, parts[0].text, lambda: parts)


def worded(text: str, subject="failure notice", sender=DAEMON, **fields: str) -> Bounce | None:
    headers = {name.replace("_", "-"): [value] for name, value in fields.items()}
    return bounces.read(headers, subject, sender, text, lambda: [Part("text/plain", lambda: text)])


def test_a_structured_report_names_recipient_status_and_mail():
    found = report(
        "Original-Recipient: rfc822;anna@example.org\nFinal-Recipient: rfc822; an@intern.example.org\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n    user"
    )

    assert found is not None
    assert found.original_message_id == "<1@desk.example>"
    assert found.original_to == ["anna@example.org"]
    one = found.recipients[0]
    assert (one.email, one.status, one.action, one.permanent) == ("anna@example.org", "5.1.1", "failed", True)
    assert one.diagnostic == "550 5.1.1 no such user"
    assert found.failed


def test_each_recipient_has_its_own_fate():
    found = report(
        "Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.2.2",
        "Final-Recipient: rfc822; b@example.org\nAction: delayed\nStatus: 4.4.1",
        "Final-Recipient: rfc822; c@example.org\nAction: relayed\nStatus: 2.0.0",
    )

    assert found is not None
    assert {one.email: (one.action, one.permanent) for one in found.recipients} == {
        "a@example.org": ("failed", True),
        "b@example.org": ("delayed", False),
        "c@example.org": ("relayed", False),
    }


def test_a_delay_alone_is_no_failure():
    found = report("Final-Recipient: rfc822; a@example.org\nAction: delayed\nStatus: 4.4.1")

    assert found is not None
    assert not found.failed


def test_a_failure_for_a_cause_that_may_pass_is_not_permanent():
    found = report("Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 4.4.7")

    assert found is not None
    assert found.failed
    assert not found.recipients[0].permanent


def test_an_address_in_other_letters_is_read():
    found = report(
        "Final-Recipient: utf-8; \\x{15B}wit@example.org\nAction: failed\nStatus: 5.1.1",
        kind="message/global-delivery-status",
    )

    assert found is not None
    assert found.recipients[0].email == "świt@example.org"


WILD = {
    "qmail": (
        "Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<anna@example.org>:\n550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\n\n"
        + ORIGINAL,
        [("anna@example.org", "5.1.1", "failed")],
    ),
    "exim": (
        "A message that you sent could not be delivered to some of its\nrecipients.\n\n  anna@example.org\n"
        "    SMTP error from remote mail server after RCPT TO:<anna@example.org>:\n    550 No such user\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n" + ORIGINAL,
        [("anna@example.org", "5.0.0", "failed")],
    ),
    "postfix in text": (
        "I'm sorry to have to inform you that your message could not\nbe delivered.\n\n"
        "<anna@example.org>: host mx.example.org[192.0.2.1] said: 452 4.2.2 mailbox full\n"
        "<ola@example.org>: unknown user\n",
        [("anna@example.org", "4.2.2", "failed"), ("ola@example.org", "4.2.2", "failed")],
    ),
    "a transcript": (
        "   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n"
        ">>> RCPT To:<anna@example.org>\n<<< 550 5.1.1 User unknown\n550 <anna@example.org>... User unknown\n"
        "   ----- Unsent message follows -----\n" + ORIGINAL,
        [("anna@example.org", "5.1.1", "failed")],
    ),
    "in Russian": (
        "Ваше письмо не может быть доставлено:\n\n  anna@example.org\n    550 5.2.1 ящик не найден\n",
        [("anna@example.org", "5.2.1", "failed")],
    ),
    "in Polish": (
        "Wiadomość nie została dostarczona:\n\n<anna@example.org>\n\nSkrzynka jest przepełniona (5.2.2)\n",
        [("anna@example.org", "5.2.2", "failed")],
    ),
    "still trying": (
        "This is a warning message only. You do not need to resend your message.\nDelivery to\n\n"
        "   anna@example.org\n\nhas been delayed; the server will continue trying for 2 days.\n",
        [("anna@example.org", "", "delayed")],
    ),
}


@pytest.mark.parametrize(("text", "told"), WILD.values(), ids=WILD)
def test_the_words_of_servers_are_understood(text, told):
    found = worded(text)

    assert found is not None
    assert [(one.email, one.status, one.action) for one in found.recipients if one.status] == [
        one for one in told if one[1]
    ]
    assert [(one.email, one.action) for one in found.recipients] == [
        (email, action) for email, _, action in told
    ]


def test_the_sender_of_what_came_back_is_not_its_recipient():
    found = worded(WILD["qmail"][0])

    assert found is not None
    assert found.original_message_id == "<1@desk.example>"
    assert "sklep@example.pl" not in [one.email for one in found.recipients]


def test_a_colleague_who_left_is_no_report():
    text = "I no longer work here, this mailbox is not available. Write to ola@example.org."

    assert worded(text, "Automatic reply: order", PERSON, return_path="<>") is None


def test_a_header_may_name_who_failed():
    found = worded("delivery failed", x_failed_recipients="anna@example.org, ola@example.org")

    assert found is not None
    assert [one.email for one in found.recipients] == ["anna@example.org", "ola@example.org"]


def test_a_report_that_names_nobody_counts_for_whom_the_mail_was():
    found = worded("Your message could not be delivered.\n\nOriginal message follows.\n\n" + ORIGINAL)

    assert found is not None
    assert [one.email for one in found.recipients] == ["anna@example.org"]


def test_a_notification_of_a_mail_service_is_read():
    found = worded(
        '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"anna@example.org",'
        '"status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}',
        subject="AWS Notification Message",
        sender="no-reply@sns.example.com",
    )

    assert found is not None
    assert found.recipients[0].email == "anna@example.org"


NO_REPORTS = {
    "a person about a failure": (
        "Re: Undelivered Mail",
        "Your mail to anna@example.org could not be delivered!",
        "jan@example.pl",
    ),
    "a forwarded report": (
        "Fwd: failure notice",
        "Co to znaczy? <anna@example.org>: user unknown",
        "jan@example.pl",
    ),
    "a courier who did not come": (
        "Delivery failed",
        "Hi, delivery failed again, no courier came.",
        "jan@example.pl",
    ),
    "a form that does not work": ("error sending form", "Please write to jan3@example.pl", "jan@example.pl"),
    "a parcel, in Polish": (
        "Nie dostarczono paczki",
        "Dzień dobry, nie można dostarczyć paczki. Proszę o kontakt: jan@example.pl",
        "jan@example.pl",
    ),
    "a parcel not delivered": (
        "Paczka",
        "My parcel was not delivered, write to jan@example.pl",
        "jan@example.pl",
    ),
    "a person who forwards to a colleague": ("Zamówienie", "550 zł za dużo", "jan@example.pl"),
    "a vacation notice": ("Out of office", "I am away. Write to ola@example.org.", "ola2@example.org"),
}


@pytest.mark.parametrize(("subject", "text", "sender"), NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_a_person_writes_is_no_report(subject, text, sender):
    assert worded(text, subject, sender) is None


def test_a_vacation_notice_with_an_empty_envelope_sender_is_no_report():
    assert worded("I am away until Monday. Ask ola@example.org.", "Absence", PERSON, return_path="<>") is None


PERSON = "anna@example.org"


def test_reports_of_abuse_and_of_reading_are_no_failures():
    for kind in ("feedback-report", "disposition-notification"):
        headers = {"content-type": [f"multipart/report; report-type={kind}"], "return-path": ["<>"]}
        assert report("Final-Recipient: rfc822; a@example.org\nAction: failed", headers=headers) is None


@given(st.text(), st.text(max_size=100), st.sampled_from([DAEMON, PERSON, ""]), st.booleans())
def test_nothing_makes_it_raise(text, subject, sender, structured):
    parts = [Part("text/plain", lambda: text), Part("message/delivery-status", lambda: text)]
    found = bounces.read(REPORT if structured else {}, subject, sender, text, lambda: parts)

    assert found is None or all("@" in one.email for one in found.recipients)
