"""What a Mastodon server says of its own limits: `GET /api/v2/instance`, or on servers before 4.0 `/api/v1/instance`.

Asked without anybody's token. Servers that speak its API answer alike, and some say less: what is missing or cannot be
meant is left to what Mastodon declares. Facts: docs.joinmastodon.org/entities/Instance, July 2026.
"""

from __future__ import annotations

from integrations import http
from integrations.networks.base import ServerLimits, TryLater
from integrations.networks.replies import SOON, UNCLEAR, repeatable
from integrations.networks.server_limits import told_by

ANSWER_WITHIN = http.Timeout(connect=3, total=8)
# Ours by theirs: in `configuration.statuses` and in `configuration.media_attachments`.
OF_STATUSES = {"text": "max_characters", "address": "characters_reserved_per_url", "pictures": "max_media_attachments"}
OF_MEDIA = {
    "types": "supported_mime_types",
    "alt_text": "description_limit",
    "picture_bytes": "image_size_limit",
    "picture_pixels": "image_matrix_limit",
    "video_bytes": "video_size_limit",
    "video_pixels": "video_matrix_limit",
}


def ask_limits(server: str) -> ServerLimits | TryLater:
    reply = _asked(f"{server}/api/v2/instance")
    if isinstance(reply, http.Reply) and reply.status in (404, 405, 410):
        reply = _asked(f"{server}/api/v1/instance")
    if isinstance(reply, TryLater):
        return reply
    if reply.status != 200 or not reply.document():
        return TryLater(SOON, UNCLEAR)
    told = _part(reply.document(), "configuration")
    statuses, media = _part(told, "statuses"), _part(told, "media_attachments")
    said = {ours: statuses.get(theirs) for ours, theirs in OF_STATUSES.items()}
    return told_by(server, said | {ours: media.get(theirs) for ours, theirs in OF_MEDIA.items()})


def _asked(url: str) -> http.Reply | TryLater:
    return repeatable("GET", url, timeout=ANSWER_WITHIN)


def _part(of: dict[str, object], name: str) -> dict[str, object]:
    part = of.get(name)
    return part if isinstance(part, dict) else {}
