"""Addresses without a company: the tracked links in people's posts."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views import links

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<slug:code>/", links.tracked_link, name="tracked_link"),
    path("l/<slug:code>", links.tracked_link),
]
