"""Addresses of one company: a person's own networks, and what the company offers."""

from django.urls import URLPattern, URLResolver, path

from integrations.views import connect, connections, networks, web_push

urlpatterns: list[URLPattern | URLResolver] = [
    path("connections/", connections.connections, name="connections"),
    path("connections/<slug:public_id>/face/", connections.face, name="connection_face"),
    path("connections/<slug:public_id>/disconnect/", connections.disconnect, name="disconnect"),
    path("connect/<slug:network>/", connect.connect, name="connect"),
    path("me/telling/devices/", web_push.device_add, name="device_add"),
    path("me/telling/devices/<slug:public_id>/forget/", web_push.device_forget, name="device_forget"),
    path("networks/", networks.networks, name="networks"),
    path("networks/<slug:network>/test/", networks.network_test, name="network_test"),
]
