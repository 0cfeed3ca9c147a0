"""Sessions in the database, read by a statement that is ready: each page begins with it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from odzew.lib.clock import now
from odzew.lib.kept import kept_moment

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own, which would compose that statement anew each time.

    Its name is in the signature of what is kept (SessionBase.key_salt), so it has to stay.
    """

    def load(self) -> dict[str, Any]:
        """Return what the session holds; of one that is gone or over, nothing."""
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key, kept_moment(now())])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        return dict(self.decode(found[0]))
