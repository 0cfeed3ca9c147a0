"""Settings out of the environment, each with its default."""

import os
from ipaddress import ip_network


class BadSetting(Exception):
    """A setting cannot be read; the text names it and says what is allowed."""


def text(name: str, default: str) -> str:
    """Return the variable `name`, or `default` when it is not set."""
    return os.environ.get(name, default)


def number(name: str, default: int) -> int:
    """Return the variable as a whole number.

    :raises BadSetting: when it is set to something else
    """
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, not {value!r}.") from None


def flag(name: str, default: bool) -> bool:
    """Return the variable as yes or no.

    :raises BadSetting: when it is neither
    """
    value = os.environ.get(name, "").lower()
    if value in ("1", "yes", "true", "on"):
        return True
    if value in ("0", "no", "false", "off"):
        return False
    if not value:
        return default
    raise BadSetting(f"{name} must be yes or no, not {value!r}.")


def words(name: str, default: list[str]) -> list[str]:
    """Return the variable as a list of words parted by commas."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or default


def networks(name: str, default: list[str]) -> list[str]:
    """Return the variable as a list of addresses and networks parted by commas.

    :raises BadSetting: when one of them is neither: the web server would take it for a name it never meets
    """
    given = words(name, default)
    for one in given:
        try:
            ip_network(one)
        except ValueError:
            raise BadSetting(f"{name} must be addresses or networks like 10.0.0.0/8, not {one!r}.") from None
    return given
