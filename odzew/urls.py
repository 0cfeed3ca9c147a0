"""Every address of the desk."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
]
