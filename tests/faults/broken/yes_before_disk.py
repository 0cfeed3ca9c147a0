"""A desk whose SMTP door says yes while the mail still waits for the disk."""

import time

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake import committer

    commit = committer.Committer._commit

    async def queue_only(self, payloads):
        import asyncio

        loop = asyncio.get_running_loop()
        self.queue.put(committer.Waiting(payloads, loop, loop.create_future()))

    def late(self, round_):
        time.sleep(0.05)
        commit(self, round_)

    committer.Committer.keep = queue_only
    committer.Committer._commit = late


if __name__ == "__main__":
    launch(break_it)
