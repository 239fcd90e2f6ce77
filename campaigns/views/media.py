"""A company's picture, for its members alone."""

from __future__ import annotations

import logging

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, for_member
from campaigns.media_store import MediaDamaged, media_bytes
from campaigns.models import Media

logger = logging.getLogger(__name__)
SHOWN_TYPES = ("image/jpeg", "image/png")  # what we encoded ourselves; nothing a browser would run


@require_safe
@for_member()
def media(_request: MemberRequest, sha256: str) -> HttpResponse:
    """Bytes under a hash never change, so the person's own browser may keep them for a year."""
    found = Media.objects.filter(sha256=sha256, content_type__in=SHOWN_TYPES).first()
    if found is None:
        raise Http404("There is nothing here.")
    try:
        content = media_bytes(sha256)
    except FileNotFoundError:
        raise Http404("There is nothing here.") from None
    except MediaDamaged:
        logger.exception("A stored picture is damaged.", extra={"event": "media_damaged"})
        raise Http404("There is nothing here.") from None
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return HttpResponse(content, content_type=found.content_type, headers=headers)
