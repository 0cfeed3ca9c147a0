"""A person who answers everything that is owed, in one go: python -m tests.faults.clerk answer --data DIR."""

from tests.faults.broken.launch import set_up


def answer_all() -> int:
    """Queue an answer to each open debt."""
    from odzew.conversations import replying
    from odzew.conversations.models import Conversation
    from odzew.ledger.models import Owed
    from odzew.lib.clock import now
    from odzew.staff.models import Person

    person = Person.objects.get()
    owed = list(Owed.objects.open().values_list("pk", "conversation"))
    for debt, conversation in owed:
        talk = Conversation.objects.get(pk=conversation)
        replying.reply(talk, person, "It arrives on Friday.", now(), pays=[debt])
    return len(owed)


if __name__ == "__main__":
    set_up()
    print(answer_all())
