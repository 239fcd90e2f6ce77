"""The tracked links in people's posts: a GET that redirects, and counts. It names no company and asks nobody who they
are."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from campaigns.actions.clicks import count_click
from campaigns.click_rules import ONCE_IN, Call, is_a_call, is_by_a_reader
from campaigns.models import LinkCode
from integrations.places import came_from

logger = logging.getLogger(__name__)
WHY = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # headers of browsers that fetch ahead


@require_safe
def tracked_link(request: HttpRequest, code: str) -> HttpResponse:
    """302 from the approval on, 404 before it and for no code of ours, 410 once the company ended the link."""
    link = LinkCode.objects.filter(code=code, live_at__isnull=False).first()
    if link is None:
        raise Http404("There is no such link.")
    if link.ended_at is not None:
        return render(request, "campaigns/link_ended.html", status=410)
    _count(request, link)
    return HttpResponseRedirect(link.destination)


def _count(request: HttpRequest, link: LinkCode) -> None:
    """Whatever happens to the counting, the reader gets the page."""
    call = _call(request)
    if not is_a_call(call):
        return
    try:
        counted = is_by_a_reader(call) and _is_first_today(request, link)
        count_click(link, counted=counted, came_from=came_from(request.headers.get("Referer", "")))
    except Exception:
        logger.exception("A click could not be counted.", extra={"event": "click_not_counted"})


def _call(request: HttpRequest) -> Call:
    from_our_page = request.headers.get("Referer", "").startswith(f"{settings.SITE_ADDRESS}/")
    return Call(
        method=request.method or "",
        program=request.headers.get("User-Agent", ""),
        purpose=" ".join(request.headers.get(name, "") for name in WHY),
        is_ours=from_our_page or settings.SESSION_COOKIE_NAME in request.COOKIES,
    )


def _is_first_today(request: HttpRequest, link: LinkCode) -> bool:
    """Remembered for a day under a hash that is keyed anew each day; a cache that forgets counts one twice at most."""
    reader = "|".join((link.code, _address(request), request.headers.get("User-Agent", "")))
    keyed = salted_hmac(f"click.{timezone.now():%Y-%m-%d}", reader, algorithm="sha256").hexdigest()
    return bool(cache.add(f"click:{keyed}", 1, timeout=int(ONCE_IN.total_seconds())))


def _address(request: HttpRequest) -> str:
    """Behind our own proxy the one that it saw, which stands last; what stands before may be anybody's invention."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
