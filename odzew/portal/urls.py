"""The addresses of the customer's pages."""

from django.urls import path

from odzew.portal import views

urlpatterns = [path("s/<int:number>-<slug:token>", views.status, name="status")]
