"""The product as an app on a phone: its manifest, its worker, the page without a network, and what other apps share.

The worker keeps static files and the offline page, never a person's page; both are the same for everybody.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.selectors.members import companies_of

WORKER = settings.BASE_DIR / "static" / "js" / "service-worker.js"
ICON = "img/icon-192.png"
PAPER = "#faf8f4"  # as static/css/tokens.css has it; a manifest reads no style sheet
SHARED = {"title": "title", "text": "text", "url": "address"}  # a phone's word: the word of the page *Suggest a story*


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
@cache_control(private=True, no_cache=True)
def web_manifest(_request: HttpRequest) -> JsonResponse:
    """In the person's language. One for all companies: the start page knows where somebody belongs."""
    manifest: dict[str, Any] = {
        "id": "/",
        "name": _("Good stories"),
        "short_name": _("Good stories"),
        "description": _("Share what is worth sharing, in your own words"),
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            _icon("img/icon.svg", "any", "any"),
            _icon(ICON, "192x192", "any"),
            _icon("img/icon-512.png", "512x512", "any"),
            _icon("img/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "share_target": {
            "action": reverse("share_here"),
            "method": "GET",
            "params": {name: name for name in SHARED},
        },
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look that no page told of the icon: beside an answer of the API, a picture, a text."""
    return redirect(static(ICON))


@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """At the top of the site, since a worker serves what lies below its own address. A new page means a new worker."""
    page = hashlib.sha256(_offline_page(settings.LANGUAGE_CODE).encode()).hexdigest()[:12]
    facts = {"OFFLINE": reverse("offline"), "STATIC": settings.STATIC_URL, "PAGE": page, "ICON": static(ICON)}
    told = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in facts.items())
    return HttpResponse(told + WORKER.read_text(), content_type="text/javascript; charset=utf-8")


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
@cache_control(private=True, no_cache=True)
def offline(_request: HttpRequest) -> HttpResponse:
    """What stands there without a network. It is rendered without the request: it knows a language and nobody."""
    return HttpResponse(_offline_page(translation.get_language() or settings.LANGUAGE_CODE))


@require_safe
@login_required
def share_here(request: HttpRequest) -> HttpResponse:
    """Another app's *Share with…*: on to *Suggest a story* of the person's company, filled in and not sent."""
    assert request.user.is_authenticated  # login_required
    given = {ours: request.GET[theirs] for theirs, ours in SHARED.items() if request.GET.get(theirs)}
    companies = companies_of(request.user)
    places = [(one, f"{reverse('suggest', args=[one.slug])}?{urlencode(given)}") for one in companies]
    if len(places) == 1:
        return redirect(places[0][1])
    return TemplateResponse(request, "accounts/share_where.html", {"places": places})


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}


def _offline_page(language: str) -> str:
    with translation.override(language):
        return render_to_string("offline.html")
