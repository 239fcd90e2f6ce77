"""Opens the organization around each view, and speaks the person's language and time zone.

`Tenancy.process_view` calls the view itself, so that a TemplateResponse renders inside and an exception
rolls everything back (in `__call__` it would commit on a 500).
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone, translation

from accounts.models import Member, Organization
from accounts.one_row import one_row
from accounts.selectors.organization import settings_asked_once
from accounts.tenancy import acting_in
from accounts.time_zones import zone_names

View = Callable[..., HttpResponseBase]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def calls_outside(view: View) -> View:
    """Mark a view that calls the outside: it gets no open transaction and opens `acting_in` itself, twice."""
    view.calls_outside = METHODS  # type: ignore[attr-defined]  # a mark on the function, read below
    return view


def posting_calls_outside(view: View) -> View:
    """As above where something is sent; whoever only looks has their page in one transaction."""
    view.calls_outside = METHODS - {"GET", "HEAD"}  # type: ignore[attr-defined]  # as above
    return view


class Tenancy:
    """For `/o/<slug>/…` and `/api/v1/o/<slug>/…`: the organization from the address, inside one transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        slug = kwargs.pop("organization", None)
        if slug is None:
            return None
        organization = one_row(Organization.objects.filter(slug=slug))
        if organization is None:
            raise Http404("There is no such company here.")
        request.organization = organization  # type: ignore[attr-defined]  # the request carries it to views
        with settings_asked_once() if request.method in ("GET", "HEAD") else nullcontext():
            outside = request.method in getattr(view, "calls_outside", ())
            return self._answer(organization, partial(view, request, *args, **kwargs), outside=outside)

    @staticmethod
    def _answer(
        organization: Organization, answered: Callable[[], HttpResponseBase], *, outside: bool
    ) -> HttpResponseBase:
        if outside:
            return answered()
        with acting_in(organization):
            response = answered()
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
            return response


class PersonalLocale:
    """The person's language and zone; before we know the person, the browser's language and UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if user.is_authenticated else ""
        chosen = language or translation.get_language_from_request(request)
        with translation.override(chosen), timezone.override(_zone(user.time_zone if user.is_authenticated else "")):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", chosen)
            return response


def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name) if name in zone_names() else zoneinfo.ZoneInfo("UTC")


def member_of_request(request: HttpRequest) -> Member | None:
    """The signed-in person's member row in the acting organization, if there is one."""
    if not request.user.is_authenticated:
        return None
    members = Member.objects.select_related("user").filter(user=request.user, left_at=None, deactivated_at=None)
    member = one_row(members)
    if member is not None:
        member.organization = request.organization  # type: ignore[attr-defined]  # it came with the address
    return member
