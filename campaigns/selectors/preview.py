"""What a share looks like on its network, how long it is there, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.activity_rules import needs_words
from campaigns.canonical import post_of, text_of
from campaigns.models import Media, Message, Share
from campaigns.selectors.places import limits_where
from campaigns.selectors.renditions import problems_where
from campaigns.selectors.wording_problems import wording_problems
from integrations.networks.base import Document, Medium, Picture, Post, Problem
from integrations.places import Where


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """Of a video, a GIF or a PDF also its row, which says how it is shown."""

    address: str
    alt_text: str
    file: Media | None = None


@dataclass(frozen=True, slots=True)
class ShownCard:
    title: str
    description: str
    domain: str
    picture: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`network` is None until the person chose one: then only the text is known."""

    text: str
    network: Where | None = None
    name: str = ""
    handle: str = ""
    warning: str = ""  # what is seen of it before a reader unfolds the rest
    card: ShownCard | None = None
    pictures: tuple[ShownPicture, ...] = ()
    length: int = 0
    limit: int | None = 0  # None: no limit is known
    problems: tuple[Problem, ...] = ()

    @property
    def left(self) -> int:
        return self.limit - self.length if self.limit is not None else 0

    @property
    def counted_by(self) -> str:
        """Whose limit it is: the network's, or that of the account's own server."""
        return self.network.limits_label if self.network else ""

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def left_words(self) -> str:
        if self.is_over:
            return ngettext("%(count)d too long", "%(count)d too long", -self.left) % {"count": -self.left}
        return ngettext("%(count)d left", "%(count)d left", self.left) % {"count": self.left}

    @property
    def blocks(self) -> bool:
        return any(problem.blocks for problem in self.problems)


def preview_of(
    share: Share, pictures: tuple[Medium, ...] | None = None, *, messages: Sequence[Message] | None = None
) -> Preview:
    """`pictures` are the share's own, where the caller knows them: only some stories bring any. `messages` are
    the story's offered ones, if at hand."""
    if not share.network:
        return Preview(text=text_of(share), problems=tuple(wording_problems(share, messages=messages)))
    chosen, post = limits_where(share), replace(post_of(share, pictures), rkey="", created_at="")
    connection = share.connection
    return Preview(
        text=post.text,
        network=chosen,
        name=(connection.name or connection.handle) if connection else share.member.shown_name,
        handle=connection.handle if connection else "",
        warning=post.warning,
        card=_card(share, post),
        pictures=tuple(_shown(share, one) for one in post.media),
        length=chosen.post_length(post),
        limit=chosen.text_limit_of(post.deed),
        problems=(*_problems(share, chosen, post), *wording_problems(share, messages=messages)),
    )


def _shown(share: Share, one: Medium) -> ShownPicture:
    words = one.title if isinstance(one, Document) else one.alt_text
    return ShownPicture(_address(share, one), words, None if isinstance(one, Picture) else _kept(share, one))


def _kept(share: Share, one: Medium) -> Media | None:
    """The story's own file, or the form of it that this network takes."""
    file = share.item.file
    if file is not None and file.sha256 == one.sha256:
        return file
    return Media.objects.filter(sha256=one.sha256).select_related("poster").first()


def _problems(share: Share, chosen: Where, post: Post) -> list[Problem]:
    found = problems_where(share, post, chosen)
    if needs_words(share.item.asks) and not share.text.strip() and not post.media:
        found.insert(0, Problem("no_words", _("Write something in your own words first.")))
    return found


def _card(share: Share, post: Post) -> ShownCard | None:
    """The card we send; where the network draws its own from the page, we do not guess it."""
    if post.link is None:
        return None
    return ShownCard(
        title=post.link.title,
        description=post.link.description,
        domain=urlsplit(post.destination).hostname or "",
        picture=_address(share, post.link.picture) if post.link.picture else "",
    )


def _address(share: Share, picture: Medium) -> str:
    try:
        return reverse("media", args=[share.organization.slug, picture.sha256])
    except NoReverseMatch:
        return ""
