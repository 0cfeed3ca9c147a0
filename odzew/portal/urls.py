"""The addresses of the customer's pages."""

from django.urls import path

from odzew.portal import acts, brand_files, files, form_views, views
from odzew.portal.chat import views as chat

LINK = "s/<int:number>-<slug:token>"

urlpatterns = [
    path("brand/style.css", brand_files.style, name="brand-style"),
    path("brand/logo-<slug:stamp>", brand_files.logo, name="brand-logo"),
    path("chat/widget.js", chat.widget, name="chat-widget"),
    path("chat/<slug:slug>/", chat.page, name="chat-page"),
    path("chat/<slug:slug>/about", chat.about, name="chat-about"),
    path("chat/<slug:slug>/messages", chat.messages, name="chat-messages"),
    path("chat/<slug:slug>/mail", chat.mail, name="chat-mail"),
    path("chat/<slug:slug>/shown", chat.acknowledge, name="chat-shown"),
    path("chat/<slug:slug>/files/<int:message>/<int:index>", chat.file, name="chat-file"),
    path("chat/<slug:slug>/events", chat.events, name="chat-events"),
    path("form/<slug:slug>/", form_views.form, name="form"),
    path("form/<slug:slug>/sent/<slug:name>", form_views.sent, name="form-sent"),
    path(LINK, views.status, name="status"),
    path(f"{LINK}/answer/<int:message>", acts.verdict, name="verdict"),
    path(f"{LINK}/answer/<int:message>/how", acts.rate, name="rate"),
    path(f"{LINK}/write", acts.write, name="status-write"),
    path(f"{LINK}/code", acts.code, name="status-code"),
    path(f"{LINK}/prove", acts.prove, name="status-prove"),
    path(f"{LINK}/files/<int:message>/<int:index>", files.file, name="status-file"),
    path(f"{LINK}/withdraw", acts.withdraw, name="status-withdraw"),
]
