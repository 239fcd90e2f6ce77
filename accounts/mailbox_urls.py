"""Addresses of the demo's mailbox; included only where mails go to the database."""

from django.urls import path

from accounts.views import mailbox as views

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<int:number>/", views.mail, name="mailbox_mail"),
    path("<int:number>/answer/", views.answer_mail, name="mailbox_answer"),
]
