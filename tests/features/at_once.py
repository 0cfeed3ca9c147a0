"""Many at the same moment, each on a connection of its own."""

import threading
from functools import partial

from django.db import connection


def together(*tasks):
    """Run tasks at the same moment, each on a connection of its own, and raise what one of them raised."""
    raised, ready = [], threading.Barrier(len(tasks))

    def run(task):
        try:
            ready.wait(10)
            task()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=partial(run, task)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if raised:
        raise raised[0]
