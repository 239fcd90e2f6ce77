"""Where the file of a story stands, for its curator."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from campaigns.file_decoding import refusal_of
from campaigns.models import Item, MediaUpload, UploadState


def about_file(item: Item) -> dict[str, Any]:
    """What that part of the page shows beside the file: the upload that is under way, or why the last was refused."""
    newest: MediaUpload | None = item.uploads.order_by("-pk").first()
    upload = newest if newest is not None and newest.state != UploadState.READY else None
    return {
        "file_upload": upload,
        "file_refusal": refusal_of(upload.reason) if upload is not None and upload.state == UploadState.REFUSED else "",
        "file_limit": settings.DIRECT_UPLOAD_BYTES // 1_000_000,
        "file_limit_bytes": settings.DIRECT_UPLOAD_BYTES,
    }
