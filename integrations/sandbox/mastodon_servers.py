"""Three Mastodon servers with the same people, and what each says it takes: as usual, little, and much.

`/mastodon` is as Mastodon comes; `/mastodon-small` takes short texts and small pictures, `/mastodon-large` long ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from werkzeug.wrappers import Request, Response

from integrations.sandbox import mastodon_files as files
from integrations.sandbox.web import Routes, Sandbox, answer


@dataclass(frozen=True, slots=True)
class Rules:
    """Lengths in graphemes, sizes in bytes, matrices in pixels."""

    text: int = 500
    address: int = 23
    pictures: int = 4
    image: int = files.LARGEST_IMAGE
    image_matrix: int = 33_177_600
    video: int = files.LARGEST_VIDEO
    video_matrix: int = 8_294_400
    types: tuple[str, ...] = files.MEDIA_TYPES


SERVERS = {
    "mastodon": Rules(),
    "mastodon-small": Rules(
        text=280, address=30, pictures=1, image=2_000_000, image_matrix=2_000_000, types=files.STILL_TYPES
    ),
    "mastodon-large": Rules(text=5_000, pictures=16),
}


def name_of(request: Request) -> str:
    return request.path.split("/")[1]


def rules_of(sandbox: Sandbox, request: Request) -> Rules:
    name = name_of(request)
    own = SERVERS[name]
    return replace(own, text=sandbox.settings.mastodon_text_limit) if name == "mastodon" else own


def instance(sandbox: Sandbox, request: Request) -> Response:
    rules = rules_of(sandbox, request)
    return answer(
        {
            "domain": sandbox.public_url.partition("://")[2],
            "title": "Sandbox",
            "version": "4.5.0",
            "configuration": {
                "urls": {"status": ""},
                "statuses": {
                    "max_characters": rules.text,
                    "max_media_attachments": rules.pictures,
                    "characters_reserved_per_url": rules.address,
                },
                "media_attachments": {
                    "supported_mime_types": list(rules.types),
                    "image_size_limit": rules.image,
                    "image_matrix_limit": rules.image_matrix,
                    "video_size_limit": rules.video,
                    "video_matrix_limit": rules.video_matrix,
                    "video_frame_rate_limit": 120,
                    "description_limit": 1500,
                },
            },
            "rules": [{"id": "1", "text": "Nothing here is public.", "hint": ""}],
        }
    )


def at_each(routes: Routes) -> Routes:
    """The same protocol at every server."""
    return [
        (method, path.replace("/mastodon", f"/{server}", 1), handler)
        for server in SERVERS
        for method, path, handler in routes
    ]
