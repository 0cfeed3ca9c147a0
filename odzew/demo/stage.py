"""Plays the stories of the demo through the same doors, books and actions as everything else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from django.utils import translation

from odzew.channels.base import Inbound
from odzew.channels.models import Account
from odzew.conversations import actions, outbound, replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import reply_address
from odzew.demo import files, letters
from odzew.demo.story import BadStory, Step, Story
from odzew.domain.obligation import Kind, Obligation, State
from odzew.intake import quarantine
from odzew.intake.accept import accept
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from odzew.ledger import books
from odzew.staff.models import Person

PROVEN = {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
A_MOMENT = timedelta(seconds=3)


def play(stories: Sequence[Story], account: Account, people: Mapping[str, Person], reader: Reader) -> None:
    """Let everything happen in its order, each step at its own moment.

    :raises BadStory: when a story does what the desk refuses
    """
    scenes = [_Scene(story, account, people, reader) for story in stories]
    steps = [(step.at, number, step) for number, scene in enumerate(scenes) for step in scene.story.steps]
    for _at, number, step in sorted(steps, key=lambda one: one[:2]):
        scenes[number].act(step)


class _Scene:
    """One conversation on its way through the desk."""

    def __init__(self, story: Story, account: Account, people: Mapping[str, Person], reader: Reader) -> None:
        self.story = story
        self.account = account
        self.people = people
        self.reader = reader
        self.number = 0
        self.subject = ""
        self.sent: Message | None = None

    def act(self, step: Step) -> None:
        act: Callable[[Step], None] = getattr(self, f"_{step.does}")
        act(step)

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.select_related("account", "team", "customer").get(pk=self.number)

    def _mail(self, step: Step) -> None:
        self.subject = step.told.get("subject", self.subject)
        self._hand_in(step, letters.mail(self.story, step, self._around()))

    def _away(self, step: Step) -> None:
        self._hand_in(step, letters.away(self.story, step, self._around(step.told["subject"])))

    def _bounce(self, step: Step) -> None:
        self._hand_in(step, letters.bounce(step, self._around()))

    def _unreadable(self, step: Step) -> None:
        self.subject = step.told["subject"]
        raw = self._keep(step, letters.mail(self.story, step, self._around()))
        raw.tries, raw.error = 3, step.told["error"]
        raw.save(update_fields=["tries", "error"])
        self._accept(raw, quarantine.as_it_came(raw), step.at + A_MOMENT)

    def _around(self, subject: str = "") -> letters.Around:
        to = self.account.address
        if self.number and self.sent is not None:
            to = reply_address(to, self.number, self.story.address)
        again = f"Re: {self.subject}" if self.sent is not None else self.subject
        return letters.Around(to=to, firm=self.account.name, subject=subject or again, before=self.sent)

    def _hand_in(self, step: Step, content: bytes) -> None:
        raw = self._keep(step, content)
        said = self.reader.read((self.account.channel, content, raw.envelope))
        if not isinstance(said, Inbound):
            raise BadStory(f"{self.story.name}: the desk cannot read this mail: {said}")
        self._accept(raw, said, step.at + A_MOMENT)

    def _keep(self, step: Step, content: bytes) -> Raw:
        envelope = {
            "from": "" if step.does == "bounce" else self.story.address,
            "to": [self._around().to],
            "peer": "192.0.2.25",
            "helo": f"mx.{self.story.address.rpartition('@')[2]}",
            "tls": True,
            "proof": step.told.get("proof", PROVEN),
        }
        payload = Payload(
            account=self.account.pk, door="smtp", content=content, received_at=step.at, envelope=envelope
        )
        keep([payload])
        return Raw.objects.select_related("account").get(content_key=payload.content_key)

    def _accept(self, raw: Raw, said: Inbound, at: datetime) -> None:
        accept([(raw, said)], at)
        self.number = Message.objects.values_list("conversation", flat=True).get(raw=raw.pk)
        receipts = Message.objects.filter(conversation=self.number, state=Message.State.QUEUED)
        for receipt in receipts.select_related("conversation"):
            settling.accepted(receipt, _taken(), at + A_MOMENT)

    def _answer(self, step: Step) -> None:
        self._write(
            step, [debt.id for debt in self._owed() if debt.kind is Kind.ANSWER or step.told.get("keeps")]
        )

    def _acknowledge(self, step: Step) -> None:
        self._write(step, [])

    def _write(self, step: Step, pays: list[int]) -> None:
        uploads = [_upload(filename, step) for filename in step.told.get("files", ())]
        still_open = step.told.get("still_open", ())
        self.sent = replying.reply(
            self.conversation,
            self._author(step),
            step.text,
            step.at,
            pays=pays,
            still_open=still_open,
            uploads=uploads,
        )
        if "refused" in step.told:
            settling.failed(self.sent, step.told["refused"], step.at + A_MOMENT)
        elif "doubt" in step.told:
            Message.objects.filter(pk=self.sent.pk).update(state=Message.State.SENDING)  # as the outbox does
            settling.in_doubt(self.sent, step.told["doubt"], step.at + A_MOMENT)
        else:
            settling.accepted(self.sent, _taken(), step.at + A_MOMENT)

    def _note(self, step: Step) -> None:
        actions.note(self.conversation, self._author(step), step.text, step.at)

    def _promise(self, step: Step) -> None:
        actions.promise(self.conversation, self._author(step), step.text, step.told["due"], step.at)

    def _postpone(self, step: Step) -> None:
        [promise] = [debt for debt in self._owed() if debt.kind is Kind.PROMISE]
        author = self._author(step)
        with translation.override(
            author.language
        ):  # what the customer has to be told is said as by its author
            actions.postpone(self.conversation, author, promise.id, step.told["due"], step.text, step.at)

    def _hand_over(self, step: Step) -> None:
        numbers = [debt.id for debt in self._owed()]
        to = self.people[step.told["to"]]
        actions.hand_over(self.conversation, self._author(step), numbers, to, step.text, step.at)

    def _waive(self, step: Step) -> None:
        for debt in self._owed():
            actions.waive(self.conversation, self._author(step), debt.id, step.text, step.at)

    def _close(self, step: Step) -> None:
        owed = actions.close(self.conversation, self._author(step), step.at)
        if owed:
            raise BadStory(f"{self.story.name}: it cannot close, {len(owed)} debts are open.")

    def _owed(self) -> list[Obligation]:
        return [debt for debt in books.debts_of(self.number) if debt.state is State.OPEN]

    def _author(self, step: Step) -> Person:
        if "by" in step.told:
            return self.people[step.told["by"]]
        owner = books.last_owners([self.number])[self.number]
        return next(person for person in self.people.values() if person.pk == owner)


def _upload(filename: str, step: Step) -> outbound.Upload:
    content, media = files.content(filename, step.told.get("words", filename))
    return outbound.Upload(filename=filename, content_type=media, content=content)


def _taken() -> str:
    return f"250 2.0.0 Ok: queued as {token_hex(5).upper()}"
