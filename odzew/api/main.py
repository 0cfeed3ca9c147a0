"""The API of version 1: its operations, its errors, its description."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from odzew.api import books, customers, messages, money, orders, problems, talks, timeline, webhooks
from odzew.api.description import Described

SAYS = """What is owed, conversations, customers and orders of this desk.

Send a token as `Authorization: Bearer odz_…`; it sees and does what its person may see and do, within its
scopes. Errors are problem details (RFC 9457). Lists come in pages: send `next` as `cursor`. Every write wants
an `Idempotency-Key`. No text is sent to a customer by this API: what a machine wrote never answers anybody.
"""

last = Router()


@last.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False, auth=None
)
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that nothing is at an address, in the words of the API."""
    said = f"There is nothing at {request.path}; what there is stands in /api/v1/openapi.json."
    return problems.answer(problems.Problem(404, said))


api = Described(
    title="Odzew",
    version="1",
    description=SAYS,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
problems.handle(api)
api.add_router("", books.router)
api.add_router("", talks.router)
api.add_router("", customers.router)
api.add_router("", timeline.router)
api.add_router("", messages.router)
api.add_router("", orders.router)
api.add_router("", money.router)
api.add_router("", webhooks.router)
api.add_router("", last)
