"""Where Twilio asks and tells: POST /hooks/twilio/NAME/STEP, signed with its token (docs/phone.md)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from odzew.api.lines import FAULTS, LARGEST, find, headers, refused
from odzew.api.measured import is_longer
from odzew.api.problems import Problem, answer
from odzew.calls import door, twilio, twiml
from odzew.calls.twilio import Step
from odzew.conversations.call import Line
from odzew.lib.clock import now


@csrf_exempt  # no cookie opens it; the signature takes the token's place
@require_POST
def told(request: HttpRequest, name: str, step: str) -> HttpResponse:
    """Keep what Twilio tells, and say what to do with the caller where it asks."""
    line = find(name, Line.Kind.TWILIO)
    if line is None or step not in set(Step):
        return answer(Problem(404, "No line is called so here."))
    if is_longer(request, LARGEST):
        return answer(Problem(413, f"An event may have {LARGEST} bytes."))
    # Behind a proxy the request does not know by which address it was called; Twilio signs that one.
    url = settings.SITE_URL.rstrip("/") + request.get_full_path()
    fields = QueryDict(request.body)
    try:
        said = {key: [str(one) for one in fields.getlist(key)] for key in fields}
        twilio.check(headers(request), url, said, door.secret_of(line))
        door.hear_twilio(line, Step(step), request.body, now())
    except FAULTS as fault:
        return refused(line, fault)
    return _answer(line, Step(step), fields.dict())


def _answer(line: Line, step: Step, params: twilio.Params) -> HttpResponse:
    def address(to: Step) -> str:
        return settings.SITE_URL.rstrip("/") + reverse("twilio-told", args=[line.slug, to])

    numbers = [place for place in line.places if place.startswith("+")]
    match step:
        case Step.CALL:
            xml = twiml.ring(numbers, address, line.team.language)
        case Step.LEG:
            xml = twiml.screen(address, line.team.language)
        case Step.TAKEN if twilio.reached(params):
            xml = twiml.join()
        # Not by what Twilio says of the ringing: it is "completed" as well when a mailbox took it.
        case Step.DIALLED if not door.was_answered(line, params.get("CallSid", "")):
            xml = twiml.take_down(address, line.team.language)
        case Step.TAKEN | Step.DIALLED | Step.MESSAGE:
            xml = twiml.hang_up()
        case _:
            return HttpResponse(status=204)
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


urlpatterns = [path("hooks/twilio/<slug:name>/<slug:step>", told, name="twilio-told")]
