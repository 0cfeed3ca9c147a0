"""What a customer may ask about himself: a copy of all that is kept, and to be erased (GDPR Art. 15, 17)."""

from tempfile import SpooledTemporaryFile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from odzew.customers.models import Customer
from odzew.desk.customers import find
from odzew.desk.drawn import drawn
from odzew.desk.person import administrator
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.privacy import erasing, giving

IN_MEMORY = 4_000_000  # bytes; what is longer goes to the disk
SURE = "erase"  # what has to be ticked


@login_required
@require_POST
def give(request: HttpRequest, number: int) -> HttpResponse | FileResponse:
    """Give a ZIP file of all that is kept of a customer, whatever its size."""
    customer, _all = find.one(administrator(request), number)
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the response closes it
    giving.give(customer, file, now())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"customer-{customer.pk}.zip")


@login_required
def erase(request: HttpRequest, number: int) -> HttpResponse:
    """Show what would be erased and what stays, and erase it when that is ticked."""
    customer, _all = find.one(administrator(request), number)
    if request.method != "POST":
        return drawn(request, "desk/customers/erase.html", _page(customer))
    try:
        if request.POST.get("sure") != SURE:
            raise Refused(gettext("Tick that you want it: it cannot be taken back."))
        count = erasing.erase(customer, now())
    except Refused as refusal:
        told = {"refusal": refusal}
        return drawn(request, "desk/customers/erase.html", lambda: _page(customer) | told, status=422)
    words = ngettext("Erased, with %(n)d message.", "Erased, with %(n)d messages.", count) % {"n": count}
    messages.success(request, words)
    return redirect("customer", customer.pk)


def _page(customer: Customer) -> dict[str, Any]:
    return {"customer": customer, "kept": erasing.kept_words(customer), "sure": SURE}
