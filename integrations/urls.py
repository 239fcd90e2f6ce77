"""Addresses without a company: where networks send people back to."""

from django.urls import URLPattern, URLResolver, path

from integrations.views.connect import oauth_callback
from integrations.views.lent import lent_picture

urlpatterns: list[URLPattern | URLResolver] = [
    path("connect/back/<slug:network>/", oauth_callback, name="oauth_callback"),
    path("lent/<str:ticket>", lent_picture, name="lent_picture"),
]
