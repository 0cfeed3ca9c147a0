"""What a token does stands in the staff log, as its person's, with the token's name."""

from django.http import HttpRequest

from odzew.api.keys import token_of
from odzew.desk.logged.seam import address
from odzew.staff import acts


def asked(request: HttpRequest, act: str, thing: str, number: int) -> acts.Asked:
    """Return an act of a token for the staff log."""
    token = token_of(request)
    return acts.Asked(act, token.person_id, address(request), thing, number, {"token": token.name})
