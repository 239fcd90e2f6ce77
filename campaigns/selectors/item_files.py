"""Where the file of a story stands, for its curator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery

from campaigns.file_decoding import refusal_of
from campaigns.models import Item, MediaUpload, UploadState


def newest_upload() -> dict[str, Subquery]:
    """How the last upload of a story stands, as columns of its row: no query of its own."""
    newest = MediaUpload.objects.filter(item=OuterRef("pk")).order_by("-pk")
    return {f"upload_{name}": Subquery(newest.values(name)[:1]) for name in ("state", "reason")}


def about_file(item: Item) -> dict[str, Any]:
    """What that part of the page shows beside the file; `item` was read with `newest_upload`."""
    state, reason = vars(item).get("upload_state"), vars(item).get("upload_reason")
    return {
        "file_is_prepared": state == UploadState.PREPARING,
        "file_refusal": refusal_of(str(reason)) if state == UploadState.REFUSED else "",
        "file_limit": settings.DIRECT_UPLOAD_BYTES // 1_000_000,
        "file_limit_bytes": settings.DIRECT_UPLOAD_BYTES,
    }
