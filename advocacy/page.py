"""What every page's frame needs: the organization, the person, and what the person may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.request_id import request_id


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `me` is set by the access functions once they found the person."""
    return {
        "organization": getattr(request, "organization", None),
        "me": getattr(request, "member", None),
        "request_id": request_id(),
        "csp_nonce": getattr(request, "csp_nonce", None),
        "shows_mailbox": settings.SHOWS_MAILBOX,
        "languages": settings.LANGUAGES,
    }
