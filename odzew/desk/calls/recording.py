"""What somebody left on a line, to be saved and heard."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from odzew.conversations.call import Call, Recorded
from odzew.desk.person import asking

ENDING = {"audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg"}


@login_required
def recording(request: HttpRequest, number: int) -> HttpResponse:
    """Give a recording to whoever may see its conversation."""
    seen = Call.objects.visible_to(asking(request)).values("pk")
    rows = Recorded.objects.filter(pk=number, call__in=seen, state=Recorded.State.KEPT)
    found = rows.select_related("blob", "call").first()
    if found is None or found.blob is None:
        raise Http404(gettext("There is no such file."))
    response = HttpResponse(bytes(found.blob.content), content_type=found.content_type)
    ending = ENDING.get(found.content_type, "bin")
    name = f"{found.call.begun_at:%Y-%m-%d-%H%M}-{found.pk}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
