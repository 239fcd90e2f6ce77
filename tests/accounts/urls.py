"""The product's addresses, with the two that letters name even where their pages are not installed yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from advocacy.urls import handler400, handler403, handler404, handler500
from advocacy.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def _page(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(token)


urlpatterns = [
    *product,
    path("i/<str:token>/", _page, name="invitation"),
    path("left/<str:token>/", _page, name="departure_receipt"),
]
