"""The files a browser sends along with a form."""

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations import enclosing
from odzew.conversations.outbound import Upload
from odzew.domain.obligation import Refused


def uploads(request: HttpRequest) -> list[Upload]:
    """Return the files sent along with a form.

    :raises Refused: when they are more than a mail may hold
    """
    files = request.FILES.getlist("files")
    if sum(file.size or 0 for file in files) > enclosing.AT_MOST:
        raise Refused(gettext("The files are larger than 20 MB together; most mail servers refuse that."))
    return [
        Upload(
            filename=file.name or gettext("file"),
            content_type=file.content_type or "application/octet-stream",
            content=file.read(),
        )
        for file in files
    ]
