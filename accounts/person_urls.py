"""Addresses of links that people were mailed: invitations, sign-in links, receipts. No company stands in them."""

from django.urls import path

from accounts.views import invitation, leaving, letter_stops, open_invitation, sign_in

urlpatterns = [
    path("i/not-now/", invitation.answered_not_now, name="invitation_not_now"),
    path("i/never-again/", invitation.answered_never_again, name="invitation_never_again"),
    path("join/sent/", open_invitation.open_invitation_sent, name="open_invitation_sent"),
    path("join/<str:token>/", open_invitation.open_invitation, name="open_invitation"),
    path("i/<str:token>/", invitation.invitation, name="invitation"),
    path("in/", sign_in.ask_sign_in_link, name="ask_sign_in_link"),
    path("in/sent/", sign_in.sign_in_link_sent, name="sign_in_link_sent"),
    path("in/<str:token>/", sign_in.sign_in_link, name="sign_in_link"),
    path("letters/<str:token>/<slug:kind>/", letter_stops.stop_letters_page, name="stop_letters"),
    path("left/<str:token>/", leaving.departure_receipt, name="departure_receipt"),
]
