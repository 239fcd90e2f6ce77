"""Addresses of the API below a company's."""

from django.urls import URLPattern, URLResolver, path

from integrations.api.connections import Connections, Networks

urlpatterns: list[URLPattern | URLResolver] = [
    path("connections/", Connections.as_view(), name="api_connections"),
    path("networks/", Networks.as_view(), name="api_networks"),
]
