"""A person who is signed in and loads pages, as a browser does."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from odzew.management.start import ADMINISTRATOR
from tests.servers import process

PASSWORD = "good for tests only"


class Signed:
    """The administrator of an empty desk that was founded with PASSWORD."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = self._open("/account/login/")[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page[:500]
        form = {"csrfmiddlewaretoken": token[1], "login": ADMINISTRATOR, "password": PASSWORD}
        status, page = self._open("/account/login/", urllib.parse.urlencode(form).encode())
        assert status == 200 and "/account/logout" in page, page[:500]

    def load(self, path: str = "/") -> tuple[int, str, float]:
        """Load a page; return its status, its text and how many seconds it took."""
        begun = time.monotonic()
        status, page = self._open(path)
        return status, page, time.monotonic() - begun

    def waits_for(self, path: str = "/", seconds: float = 30) -> float:
        """Load a page until it is there; return how many seconds that took."""
        begun = time.monotonic()
        process.wait_until(
            lambda: self._open(path)[0] == 200, what="a page", seconds=seconds, log=self.desk.log_file
        )
        return time.monotonic() - begun

    def _open(self, path: str, form: bytes | None = None) -> tuple[int, str]:
        try:
            with self.opener.open(self.desk.url + path, form, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
