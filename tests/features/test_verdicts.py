"""What the customer says on his page: it answered, not yet, more words, or that he needs no answer."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from odzew.channels.models import Account
from odzew.conversations import actions, replying, settling, silence, status_link
from odzew.conversations.models import Conversation, Message, Verdict
from odzew.conversations.rating import Rating
from odzew.intake import proof
from odzew.ledger import reports
from odzew.ledger.models import Entry, Owed
from odzew.outbox import letter as outgoing
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


def asked(desk: Desk, text: str = "Where is my parcel? I have waited for a week.") -> Message:
    message = desk.deliver(letter(text))
    assert message
    return message


def answered(desk: Desk, question: Message, *, accepted: bool = True) -> Message:
    debt = Owed.objects.get(conversation=question.conversation_id, state="open")
    reply = replying.reply(question.conversation, desk.agent, "It is here.", desk.clock, pays=[debt.pk])
    if accepted:
        settling.accepted(reply, "250", desk.clock)
    return reply


def talk(message: Message) -> Conversation:
    return Conversation.objects.get(pk=message.conversation_id)


def page(message: Message, *more: str) -> str:
    return "/" + "/".join([status_link.address(talk(message)).split("/", 3)[3], *more])


def press(client: Client, answer: Message, said: str, **more: str):
    return client.post(page(answer, "answer", str(answer.pk)), {"said": said, **more})


def balanced() -> bool:
    return not list(reports.findings()) and not list(proof.findings())


def test_an_answer_asks_whether_it_answered_in_the_customers_language(desk: Desk) -> None:
    reply = answered(desk, asked(desk, "Gdzie jest moja paczka? Czekam na nią od tygodnia, proszę pisać."))

    text = outgoing.write(Message.objects.get(pk=reply.pk)).text

    assert "Czy to odpowiedź na Państwa pytanie?" in text
    assert status_link.question(reply.conversation, reply.pk) in text


def test_an_acknowledgement_and_a_firm_that_does_not_want_it_ask_nothing(desk: Desk) -> None:
    question = asked(desk)
    holding = replying.reply(question.conversation, desk.agent, "We are looking.", desk.clock, pays=[])
    reply = answered(desk, question)
    reply.conversation.account.settings["asks"] = False
    reply.conversation.account.save()

    for message in (holding, reply):
        assert "Did this answer" not in outgoing.write(Message.objects.get(pk=message.pk)).text


def test_a_letter_that_only_tells_a_new_date_does_not_ask_whether_it_answered(desk: Desk) -> None:
    conversation = asked(desk).conversation
    promise = actions.promise(conversation, desk.agent, "Send it.", desk.clock + DAY, desk.clock)
    notice = actions.postpone(conversation, desk.agent, promise.id, desk.clock + 2 * DAY, "", desk.clock)
    told = replying.reply(conversation, desk.agent, "On Friday.", desk.clock, pays=[notice])
    settling.accepted(told, "250", desk.clock)

    assert "Did this answer" not in outgoing.write(Message.objects.get(pk=told.pk)).text
    owed = Owed.objects.get(conversation=conversation.pk, kind="answer")
    answer = replying.reply(conversation, desk.agent, "It is here.", desk.clock, pays=[owed.pk])
    assert "Did this answer" in outgoing.write(answer).text


def test_looking_at_the_question_changes_nothing(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))

    shown = client.get(page(reply, "answer", str(reply.pk)))

    assert shown.status_code == 200
    assert not Verdict.objects.exists()
    assert talk(reply).status == "open"


def test_yes_closes_the_matter_as_confirmed(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))

    assert press(client, reply, "yes").status_code == 302

    assert (talk(reply).status, talk(reply).closing) == ("closed", "confirmed")
    assert balanced()


def test_yes_closes_nothing_while_something_is_owed(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    actions.promise(reply.conversation, desk.agent, "Send it.", desk.clock + DAY, desk.clock)

    press(client, reply, "yes")

    assert talk(reply).status == "open"


def test_who_said_whether_it_answered_may_say_how_it_was_with_one_press(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    assert "How was our answer?" not in client.get(page(reply)).content.decode()

    opened = press(client, reply, "yes").url
    assert "How was our answer?" in client.get(opened).content.decode()
    rate(client, reply, "good", text=" Quick and kind. ")

    said = Rating.objects.get()
    assert (said.message, said.how, said.text) == (reply, "good", "Quick and kind.")
    shown = client.get(opened).content.decode()
    assert "You said: Good" in shown and "How was our answer?" in shown
    client.force_login(desk.agent)
    history = client.get(f"/conversations/{reply.conversation_id}/").content.decode()
    assert (
        f'<a href="#message-{reply.pk}">The customer on our answer: Good</a>' in history
        and "<q>Quick and kind.</q>" in history
    )


def test_how_it_was_opens_pays_and_settles_nothing_and_is_no_message(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    press(client, reply, "not-yet")
    before = talk(reply), list(Entry.objects.values()), Message.objects.count()

    rate(client, reply, "bad", text="Nobody read what I wrote.")

    assert (talk(reply), list(Entry.objects.values()), Message.objects.count()) == before
    assert talk(reply).last_at == before[0].last_at
    assert Owed.objects.get().state == "open"
    assert balanced()


@pytest.mark.parametrize("how", ["", "great", "good' OR 1=1"])
def test_no_other_step_is_kept(desk: Desk, client: Client, how: str) -> None:
    reply = answered(desk, asked(desk))
    press(client, reply, "yes")

    assert rate(client, reply, how).status_code == 302
    assert not Rating.objects.exists()


def test_how_it_was_is_kept_once_of_who_was_asked_and_never_by_looking(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    rate(client, reply, "good")
    assert not Rating.objects.exists()  # he was not asked yet

    press(client, reply, "yes")
    assert client.get(page(reply, "answer", str(reply.pk), "how")).status_code == 405
    for how in ("bad", "good"):
        rate(client, reply, how)

    assert Rating.objects.get().how == "good"


def rate(client: Client, answer: Message, how: str, **more: str):
    return client.post(page(answer, "answer", str(answer.pk), "how"), {"how": how, **more})


@pytest.mark.parametrize("accepted", [True, False])
def test_not_yet_owes_the_answer_again_with_its_old_moment(
    desk: Desk, client: Client, accepted: bool
) -> None:
    question = asked(desk)
    reply = answered(desk, question, accepted=accepted)

    press(client, reply, "not-yet")
    press(client, reply, "not-yet")  # pressed twice

    debt = Owed.objects.get()
    assert (debt.state, debt.opened_at, debt.reopenings) == ("open", question.at, int(accepted))
    settling.accepted(reply, "250", desk.clock)
    assert Owed.objects.get().state == "open"
    assert balanced()


def test_not_yet_opens_a_closed_matter_and_keeps_the_words(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    press(client, reply, "yes")

    press(client, reply, "not-yet", text="The blue one is missing.")
    desk.work()

    assert (talk(reply).status, talk(reply).closing) == ("open", "")
    said = talk(reply).messages.get(direction="inbound", text__contains="The blue one")
    assert said.automatic == ""
    assert Owed.objects.get().chasers == 1
    assert balanced()


def test_what_is_written_on_the_page_joins_whatever_it_looks_like(desk: Desk, client: Client) -> None:
    question = asked(desk)
    words = "I am out of office until Monday. This is an automatic reply."

    client.post(page(question, "write"), {"text": words, "once": "a"})
    client.post(page(question, "write"), {"text": words, "once": "a"})  # the same form twice
    client.post(page(question, "write"), {"text": "And the invoice?", "once": "a"})
    desk.work()

    said = talk(question).messages.filter(direction="inbound").order_by("pk")
    assert [m.text.strip() for m in said][1:] == [words, "And the invoice?"]
    assert Owed.objects.get().chasers == 2
    assert balanced()


def test_a_file_comes_along(desk: Desk, client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    question = asked(desk)
    file = SimpleUploadedFile("zdjęcie.png", b"\x89PNG", content_type="image/png")

    client.post(page(question, "write"), {"text": "See.", "once": "a", "files": [file]})
    desk.work()

    newest = talk(question).messages.filter(direction="inbound").order_by("pk").last()
    assert [(f.filename, f.size) for f in newest.attachments.all()] == [("zdjęcie.png", 4)]


def test_nothing_and_too_much_are_refused_in_words_and_the_draft_is_kept(desk: Desk, client: Client) -> None:
    question = asked(desk)

    empty = client.post(page(question, "write"), {"text": " "})
    long = client.post(page(question, "write"), {"text": "a" * 50_001})

    assert (empty.status_code, long.status_code) == (409, 409)
    assert "a" * 50_001 in long.content.decode()


def test_a_code_opens_what_is_personal_and_a_link_alone_does_not(desk: Desk, client: Client) -> None:
    question = asked(desk)
    other = desk.deliver(letter("Do you repair kites?", subject="Repairs"))
    assert other

    assert "I have waited" not in client.get(page(question)).content.decode()
    client.post(page(question, "code"))
    code = re.search(r"\d{6}", Message.objects.get(purpose="code").text)
    assert code
    assert client.post(page(question, "prove"), {"code": code[0]}).status_code == 302

    shown = client.get(page(question)).content.decode()
    assert "I have waited" in shown
    assert "Repairs" in shown
    assert "I have waited" not in Client().get(page(question)).content.decode()


def test_a_code_is_good_once_for_a_quarter_of_an_hour_and_few_guesses(desk: Desk, client: Client) -> None:
    question = asked(desk)

    def sent() -> str:
        client.post(page(question, "code"))
        found = re.search(r"\d{6}", Message.objects.filter(purpose="code").latest("pk").text)
        assert found
        return found[0]

    def right(code: str) -> bool:
        return client.post(page(question, "prove"), {"code": code}).status_code == 302

    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = sent()
        assert right(code)
        assert not right(code)
        code = sent()
        assert not any(right(f"{(int(code) + n) % 10**6:06d}") for n in range(1, 6))
        assert not right(code)
        old, new = sent(), sent()
        assert old == new or not right(old)
        clock.shift(timedelta(minutes=16))
        assert not right(new)


def test_codes_to_one_address_are_few(desk: Desk, client: Client) -> None:
    question = asked(desk)

    statuses = [client.post(page(question, "code")).status_code for _ in range(7)]

    assert statuses == [302] * 5 + [409] * 2


def test_who_has_proven_himself_may_withdraw_and_a_link_alone_may_not(desk: Desk, client: Client) -> None:
    question = asked(desk)
    promise = actions.promise(question.conversation, desk.agent, "Send it.", desk.clock + DAY, desk.clock)

    assert client.post(page(question, "withdraw")).status_code == 409
    client.post(page(question, "code"))
    code = re.search(r"\d{6}", Message.objects.get(purpose="code").text)
    assert code
    client.post(page(question, "prove"), {"code": code[0]})
    assert "I need no answer any more" in client.get(page(question)).content.decode()
    assert client.post(page(question, "withdraw")).status_code == 302
    assert "I need no answer any more" not in client.get(page(question)).content.decode()

    assert Owed.objects.get(kind="answer").state == "waived"
    assert Owed.objects.get(pk=promise.id).state == "open"
    assert balanced()


def test_the_code_is_not_shown_to_who_works_at_the_desk(desk: Desk, client: Client) -> None:
    question = asked(desk)
    client.post(page(question, "code"))
    code = re.search(r"\d{6}", Message.objects.get(purpose="code").text)
    assert code
    client.force_login(desk.agent)

    assert code[0] not in client.get(f"/conversations/{question.conversation_id}/").content.decode()


def test_a_revoked_link_and_an_old_one_open_nothing(desk: Desk, client: Client) -> None:
    question = asked(desk)
    link = page(question)

    actions.revoke_links(question.conversation, desk.agent)

    assert client.get(link).status_code == 410
    assert client.get(page(question)).status_code == 200
    Conversation.objects.update(last_at=timezone.now() - 181 * DAY)
    assert client.get(page(question)).status_code == 410
    assert client.post(page(question, "write"), {"text": "Hello?"}).status_code == 410


def test_silence_closes_what_was_answered_and_asked_about(desk: Desk) -> None:
    reply = answered(desk, asked(desk))

    assert silence.close_silent(desk.clock + 6 * DAY) == 0
    assert silence.close_silent(desk.clock + 8 * DAY) == 1

    assert (talk(reply).status, talk(reply).closing) == ("closed", "unconfirmed")
    assert balanced()


def test_doors_that_never_ask_do_not_stand_in_the_way_of_silence(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(silence, "AT_ONCE", 1)
    chat = Account.objects.create(name="Chat", address="c", settings={"asks": False}, created_at=desk.clock)
    older, newer = answered(desk, asked(desk)), answered(desk, asked(desk, "Where is my second parcel?"))
    Conversation.objects.filter(pk=older.conversation_id).update(account=chat, last_at=desk.clock - DAY)

    assert silence.close_silent(desk.clock + 8 * DAY) == 1
    assert (talk(older).status, talk(newer).status) == ("open", "closed")


@pytest.mark.parametrize("trouble", ["never answered", "owed", "failed", "not asked", "not yet"])
def test_silence_closes_nothing_else(desk: Desk, client: Client, trouble: str) -> None:
    question = asked(desk)
    if trouble != "never answered":
        reply = answered(desk, question, accepted=trouble != "failed")
    if trouble == "owed":
        actions.promise(question.conversation, desk.agent, "Send it.", desk.clock + 99 * DAY, desk.clock)
    if trouble == "failed":
        settling.failed(reply, "550", desk.clock)
    if trouble == "not asked":
        question.conversation.account.settings["asks"] = False
        question.conversation.account.save()
    if trouble == "not yet":
        press(client, reply, "not-yet")

    assert silence.close_silent(timezone.now() + 400 * DAY) == 0
    assert talk(question).status == "open"


def test_what_machines_wrote_is_no_part_of_what_the_customer_reads(desk: Desk, client: Client) -> None:
    question = asked(desk)
    actions.note(question.conversation, desk.agent, "He is always late.", desk.clock)
    client.post(page(question, "code"))
    code = re.search(r"\d{6}", Message.objects.get(purpose="code").text)
    assert code
    client.post(page(question, "prove"), {"code": code[0]})

    shown = client.get(page(question)).content.decode()

    assert "I have waited" in shown
    assert "always late" not in shown
    assert "written by a machine" not in shown


def test_what_was_only_promised_is_called_a_promise(desk: Desk, client: Client) -> None:
    reply = answered(desk, asked(desk))
    actions.promise(reply.conversation, desk.agent, "Send it.", desk.clock + DAY, desk.clock)

    shown = client.get(page(reply)).content.decode()

    assert "We promised you something" in shown
    assert "We owe you an answer" not in shown


def test_the_page_is_there_in_four_languages(desk: Desk, client: Client) -> None:
    question = asked(desk)

    for language, words in {
        "pl": "Jesteśmy winni",
        "uk": "Ми винні",
        "ru": "Мы должны",
        "en": "We owe",
    }.items():
        shown = client.get(page(question), {"lang": language}).content.decode()
        assert words in shown
        assert f'<html lang="{language}">' in shown
