"""How a person is told of things: their own pages in one company."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views import telling

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/telling/", telling.telling, name="telling"),
]
