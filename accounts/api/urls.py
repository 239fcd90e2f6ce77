"""Addresses of the API below a company's."""

from django.urls import path

from accounts.api.people import Invitations, Me, People

urlpatterns = [
    path("me/", Me.as_view(), name="api_me"),
    path("people/", People.as_view(), name="api_people"),
    path("invitations/", Invitations.as_view(), name="api_invitations"),
]
