"""Pictures of stories in mails: small copies at an address that anybody with the mail may open.

The address is the same for everybody who gets the story, so that opening it tells nobody who read a mail. It is signed:
a hash alone opens no picture.
"""

from __future__ import annotations

import io

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from PIL import Image

from accounts.models import Organization
from campaigns.media_store import media_bytes
from campaigns.models import Media

WIDTH, HEIGHT = 496, 280  # of a letter's column; taller pictures are cut to their middle
QUALITY = 82


def picture_address(organization: Organization, picture: Media) -> str:
    token = f"{organization.public_id}.{picture.sha256}.{_signature(organization, picture.sha256)}"
    return settings.SITE_ADDRESS + reverse("mail_picture", args=[token])


def signed_sha256(organization: Organization, token: str) -> str:
    """The picture's hash that the token names; '' where nobody signed it."""
    _public_id, _dot, rest = token.partition(".")
    sha256, _dot, signature = rest.partition(".")
    return sha256 if constant_time_compare(signature, _signature(organization, sha256)) else ""


def small_copy(sha256: str) -> bytes:
    """A JPEG for a letter, made of bytes that we encoded ourselves. Raises as `media_bytes` does."""
    with Image.open(io.BytesIO(media_bytes(sha256))) as picture:
        wide = picture.convert("RGB")
    scale = max(WIDTH / wide.width, HEIGHT / wide.height)
    left = max(0, int(wide.width - WIDTH / scale) // 2)
    top = max(0, int(wide.height - HEIGHT / scale) // 2)
    box = (left, top, min(wide.width, left + int(WIDTH / scale)), min(wide.height, top + int(HEIGHT / scale)))
    out = io.BytesIO()
    wide.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, box=box).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _signature(organization: Organization, sha256: str) -> str:
    return salted_hmac("campaigns.mail-picture", f"{organization.pk}:{sha256}", algorithm="sha256").hexdigest()[:32]
