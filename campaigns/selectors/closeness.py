"""How close a text is to the story's suggested messages, to what colleagues published, and to what they have queued.

Reads own words only: disclosure and address are everybody's. Nothing read here names anybody. Queued texts stand
behind keyed hashes and answer with one yes or no; drafts are never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, F, Q, TextField, Value, When
from django.utils.translation import gettext as _

from campaigns.closeness_rules import (
    Closeness,
    closeness,
    is_close_to_colleagues,
    marked_parts,
    merged,
    shingles_of,
)
from campaigns.models import Message, Share, ShareState
from campaigns.selectors.messages import offered_messages
from campaigns.share_lifecycle import APPROVED_AND_NOT_OUT
from campaigns.wording_hashes import keyed_hashes
from integrations.places import public_keys

# The newest of a story's posts, out or queued. Measured on 2 busy cores: 2,000 of 90 words are compared in 20 ms where
# this process has seen them before (what is published never changes), and in 0.3 s the first time.
MOST_COMPARED = 2_000

_shingles = lru_cache(maxsize=MOST_COMPARED)(shingles_of)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`ceiling`: the percentage of one suggested message that a post of this story may take over, if any."""

    text: str = ""
    to_messages: Closeness = Closeness()
    to_posts: Closeness = Closeness()
    is_close_to_queued: bool = False
    ceiling: int | None = None

    @property
    def is_over_ceiling(self) -> bool:
        return self.ceiling is not None and self.to_messages.percent > self.ceiling

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text with the phrases that stand elsewhere, or nothing where none does."""
        phrases = merged([*self.to_messages.phrases, *self.to_posts.phrases])
        return marked_parts(self.text, phrases) if phrases else []

    @property
    def sentences(self) -> list[str]:
        """What to say about it, calmly; nothing about a text that is the person's own."""
        said = []
        if self.to_messages.phrases:
            said.append(
                _("%(percent)d %% of this stands in a suggested message.") % {"percent": self.to_messages.percent}
            )
        if self.to_posts.phrases:
            said.append(_("%(percent)d %% of this stands in a published post.") % {"percent": self.to_posts.percent})
        if self.is_close_to_queued:
            said.append(_("Colleagues are about to say this in much the same words."))
        return said


def comparison_of(share: Share, *, messages: Sequence[Message] | None = None) -> Comparison:
    """Of the text as it stands in memory: typed, not saved yet. `messages` are the offered ones, if at hand."""
    if share.item.own_of_id is not None or not share.text.strip():
        return Comparison(text=share.text)
    title = shingles_of(share.item.title)
    around = _around(share)
    return Comparison(
        text=share.text,
        to_messages=_to_messages(share, title, offered_messages(share.item) if messages is None else messages),
        to_posts=closeness(share.text, map(_shingles, around.published), of_the_story=title),
        is_close_to_queued=is_close_to_colleagues(keyed_hashes(share.text, story=share.item), around.queued),
        ceiling=share.item.closeness_ceiling,
    )


def copies_too_much(share: Share, *, messages: Sequence[Message] | None = None) -> bool:
    """Over its story's ceiling: the words are to so large a part a suggested message's. `messages` as above."""
    ceiling = share.item.closeness_ceiling
    if ceiling is None:
        return False
    offered = offered_messages(share.item) if messages is None else messages
    found = _to_messages(share, shingles_of(share.item.title), offered)
    return found.percent > ceiling


def _to_messages(share: Share, title: frozenset[str], messages: Sequence[Message]) -> Closeness:
    return closeness(share.text, [_shingles(message.text) for message in messages], of_the_story=title)


@dataclass(frozen=True, slots=True)
class _Around:
    """What colleagues have out for everybody to read, and what they have queued, as keyed hashes by person."""

    published: list[str]
    queued: dict[int, list[list[int]]]


def _around(share: Share) -> _Around:
    """One query for both. Of what is queued the words are not even read."""
    is_out = Q(state=ShareState.PUBLISHED, network__in=public_keys(), visibility="public")
    is_queued = Q(state__in=APPROVED_AND_NOT_OUT, queued_wording__isnull=False)
    words = Case(When(is_out, then=F("text")), default=Value(""), output_field=TextField())
    rows = Share.objects.filter(is_out | is_queued, item=share.item_id).exclude(member=share.member_id)
    found = rows.order_by("-due_at").values_list("state", "member_id", words, "queued_wording__hashes")[:MOST_COMPARED]
    around = _Around([], {})
    for state, member_id, text, hashes in found:
        if state == ShareState.PUBLISHED:
            around.published.append(text)
        else:
            around.queued.setdefault(member_id, []).append(hashes)
    return around
