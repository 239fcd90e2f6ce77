"""Where a sign-in may lead on: only to an address of ours, and only as a path."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 500


def own_address(request: HttpRequest, wanted: str) -> str:
    """`wanted` if it is a path of this installation, else ''."""
    is_path = wanted.startswith("/") and wanted.isprintable() and len(wanted) <= LONGEST
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if is_path and safe else ""
