"""A file that a network fetches while it makes a post of it. No session, no company: the ticket is all there is."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from integrations.lent_pictures import find_lent


@require_safe
def lent_picture(_request: HttpRequest, ticket: str) -> FileResponse:
    found = find_lent(ticket)
    if found is None:
        raise Http404("There is nothing here.")
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
    return FileResponse(found.file, content_type=found.content_type, headers=headers)
