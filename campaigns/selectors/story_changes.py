"""*See what changed*: what of a post is another now than when its person approved it, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.canonical import shown_post
from campaigns.models import Share
from integrations.networks.base import Post


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    before: str
    now: str


def changes_since_approval(share: Share) -> list[Change]:
    """Against the newest approval, ended or not."""
    last = share.approvals.order_by("-pk").first()
    if last is None:
        return []
    before, now = Post.from_canonical(last.canonical), shown_post(share)
    pairs = [
        (_("Where the link leads"), before.destination, now.destination),
        (_("Title of the card"), _title(before), _title(now)),
        (_("Words of the card"), _description(before), _description(now)),
        (_("Pictures, video or PDF"), _media(before), _media(now)),
        (_("Warning before the post"), before.warning, now.warning),
        (_("Words of the post"), _only_here(before, now), _only_here(now, before)),
    ]
    return [Change(what, old, new) for what, old, new in pairs if old != new]


def _title(post: Post) -> str:
    return post.link.title if post.link else ""


def _description(post: Post) -> str:
    return post.link.description if post.link else ""


def _only_here(post: Post, other: Post) -> str:
    """The lines that the other one has not. A story changes no words of a person's, only the disclosure among them."""
    tracked = f"{settings.SITE_ADDRESS}/l/"
    kept = {*other.text.splitlines(), ""}
    return "\n".join(line for line in post.text.splitlines() if line not in kept and not line.startswith(tracked))


def _media(post: Post) -> str:
    """Each by its description; two of one description differ by the first characters of their hash."""
    return ", ".join(f"{one.alt_text} ({one.sha256[:6]})".strip() for one in post.files())
