"""Where a company's pictures lie: by the SHA-256 of their bytes, apart from every other company's.

Bytes under a hash never change. What may be uploaded and how it is decoded is decided elsewhere.
"""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def media_name(organization_id: int, sha256: str) -> str:
    """The name in the storage; never shown to anybody."""
    return f"pictures/{organization_id}/{sha256[:2]}/{sha256}"


def keep_media(organization_id: int, content: bytes) -> str:
    """Keep the bytes once; answers their hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    name = media_name(organization_id, sha256)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return sha256


def read_media(organization_id: int, sha256: str) -> bytes:
    with default_storage.open(media_name(organization_id, sha256)) as file:
        content: bytes = file.read()
    return content
