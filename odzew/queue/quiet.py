"""Whether anybody has written since one last looked: how a loop knows that there is nothing new to find."""

from django.db import connection


class Quiet:
    """Sees by one number of SQLite's that no other connection has written; of PostgreSQL it knows nothing.

    SQLite counts the commits of the others for each connection, and tells the count without reading a page
    of the books (sqlite.org/pragma.html#pragma_data_version). To be used by one thread, with its connection.
    """

    def __init__(self) -> None:
        self.seen: tuple[object, int] = (None, 0)

    def since_last(self) -> bool:
        """This function will return whether nobody else has written since it was last called."""
        if connection.vendor != "sqlite":
            return False
        with connection.cursor() as cursor:
            [version] = cursor.execute("PRAGMA data_version").fetchone()
        (one, before), self.seen = self.seen, (connection.connection, version)
        return one is connection.connection and before == version
