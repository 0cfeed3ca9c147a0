"""What an open page says of itself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from odzew.desk.conversation.shown import find
from odzew.desk.here import seats
from odzew.desk.person import writing
from odzew.lib.clock import now


@login_required
@require_POST
def writes(request: HttpRequest, number: int) -> HttpResponse:
    """Tell the others that one is writing; said again each few seconds while it is so."""
    person, talk = writing(request), find(request, number)
    seats.write(talk.pk, person.pk, now())
    return HttpResponse(status=204)
