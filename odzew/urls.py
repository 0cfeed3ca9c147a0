"""Every address of the desk."""

from django.urls import include, path

from odzew.api import lines, messengers, shops, twilio
from odzew.api.main import api
from odzew.desk import health

handler500 = "odzew.desk.broken.broken"
urlpatterns = [
    # First: providers call a thousand times a second, and each address is looked for from above.
    path("", include(shops)),
    path("", include(lines)),
    path("", include(twilio)),
    path("", include(messengers)),
    path("", include("odzew.desk.urls")),
    path("", include("odzew.portal.urls")),
    path("api/v1/", api.urls),
    path("account/", include("odzew.desk.account.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
