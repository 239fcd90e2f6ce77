"""The tracked links in people's posts: a GET that only redirects. It names no company and asks nobody who they are."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models import LinkCode


@require_safe
def tracked_link(request: HttpRequest, code: str) -> HttpResponse:
    """302 from the approval on, 404 before it and for no code of ours, 410 once the company ended the link."""
    link = LinkCode.objects.filter(code=code, live_at__isnull=False).first()
    if link is None:
        raise Http404("There is no such link.")
    if link.ended_at is not None:
        return render(request, "campaigns/link_ended.html", status=410)
    return HttpResponseRedirect(link.destination)
