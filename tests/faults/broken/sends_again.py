"""A desk that sends once more what it was sending when it died."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.conversations.models import Message
    from odzew.outbox import deliver

    def once_more(**_given: object) -> int:
        rows = Message.objects.filter(state=Message.State.SENDING)
        return rows.update(state=Message.State.QUEUED)

    deliver.doubt_what_was_cut_short = once_more


if __name__ == "__main__":
    launch(break_it)
