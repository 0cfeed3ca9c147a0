"""The addresses of the customer's pages."""

from django.urls import path

from odzew.portal import acts, brand_files, files, form_views, views

LINK = "s/<int:number>-<slug:token>"

urlpatterns = [
    path("brand/style.css", brand_files.style, name="brand-style"),
    path("brand/logo-<slug:stamp>", brand_files.logo, name="brand-logo"),
    path("form/<slug:slug>/", form_views.form, name="form"),
    path("form/<slug:slug>/sent/<slug:name>", form_views.sent, name="form-sent"),
    path(LINK, views.status, name="status"),
    path(f"{LINK}/answer/<int:message>", acts.verdict, name="verdict"),
    path(f"{LINK}/write", acts.write, name="status-write"),
    path(f"{LINK}/code", acts.code, name="status-code"),
    path(f"{LINK}/prove", acts.prove, name="status-prove"),
    path(f"{LINK}/files/<int:message>/<int:index>", files.file, name="status-file"),
    path(f"{LINK}/withdraw", acts.withdraw, name="status-withdraw"),
]
