"""A file of a company, for its members: what they will post, byte for byte."""

from __future__ import annotations

import logging
import re

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, for_member
from accounts.tenancy import acting_organization_id
from campaigns.media_store import MediaDamaged, media_bytes, media_pieces
from campaigns.models import Media

logger = logging.getLogger(__name__)
SHOWN_TYPES = ("image/jpeg", "image/png")  # what we encoded ourselves; nothing a browser would run
SENT_IN_PIECES = ("video/mp4", "image/gif", "application/pdf")  # what we wrote anew
RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
HEADERS = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


@require_safe
@for_member()
def media(request: MemberRequest, sha256: str) -> HttpResponseBase:
    """Bytes under a hash never change, so the person's own browser may keep them for a year."""
    found = Media.objects.filter(sha256=sha256, content_type__in=SHOWN_TYPES + SENT_IN_PIECES).first()
    if found is None:
        raise Http404("There is nothing here.")
    try:
        if found.content_type in SENT_IN_PIECES:
            return _in_pieces(request, found)
        content = media_bytes(sha256)
    except FileNotFoundError:
        raise Http404("There is nothing here.") from None
    except MediaDamaged:
        logger.exception("A stored picture is damaged.", extra={"event": "media_damaged"})
        raise Http404("There is nothing here.") from None
    return HttpResponse(content, content_type=found.content_type, headers={**HEADERS, "Content-Disposition": "inline"})


def _in_pieces(request: MemberRequest, found: Media) -> HttpResponseBase:
    """Whole, or the part that a player asks for (RFC 9110, section 14). A PDF is handed over, not shown."""
    place = "attachment" if found.content_type == "application/pdf" else "inline"
    headers = {**HEADERS, "Content-Disposition": place, "Accept-Ranges": "bytes"}
    first, last, status = 0, found.bytes - 1, 200
    if asked := RANGE.fullmatch(request.headers.get("Range", "")):
        first, last, status = int(asked[1]), min(int(asked[2] or last), last), 206
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.bytes}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{found.bytes}"
    headers["Content-Length"] = str(last + 1 - first)
    pieces = media_pieces(acting_organization_id(), found.sha256, first, last)
    return StreamingHttpResponse(pieces, content_type=found.content_type, status=status, headers=headers)
