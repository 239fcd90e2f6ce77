"""Addresses without a company: where networks send people back to, and what they read about our app."""

from django.urls import URLPattern, URLResolver, path

from integrations.views.client_documents import client_document, client_keys
from integrations.views.connect import oauth_callback
from integrations.views.lent import lent_picture

urlpatterns: list[URLPattern | URLResolver] = [
    path("connect/back/<slug:network>/", oauth_callback, name="oauth_callback"),
    path("lent/<str:ticket>", lent_picture, name="lent_picture"),
    path("connect/keys.json", client_keys, name="client_keys"),
    path("connect/<slug:network>/client.json", client_document, name="client_document"),
]
