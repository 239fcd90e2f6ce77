"""How close a text is to the story's suggested messages, to what colleagues published, and to what they have queued.

Reads own words only: disclosure and address are everybody's. Nothing read here names anybody. Queued texts stand
behind keyed hashes and answer with one yes or no; drafts are never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from campaigns.closeness_rules import (
    Closeness,
    closeness,
    is_close_to_colleagues,
    marked_parts,
    merged,
    shingles_of,
)
from campaigns.models import QueuedWording, Share, ShareState
from campaigns.selectors.messages import offered_messages
from campaigns.share_lifecycle import APPROVED_AND_NOT_OUT
from campaigns.wording_hashes import keyed_hashes
from integrations.networks import NETWORKS

# The newest of a story's posts. Measured on 2 cores: 2,000 of 90 words are compared in 10 ms where this process has
# seen them before (what is published never changes), and in 0.2 s the first time.
MOST_POSTS = 2_000
MOST_QUEUED = 500

_shingles = lru_cache(maxsize=MOST_POSTS)(shingles_of)


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


def comparison_of(share: Share) -> Comparison:
    """Of the text as it stands in memory: typed, not saved yet."""
    if share.item.own_of_id is not None or not share.text.strip():
        return Comparison(text=share.text)
    title = shingles_of(share.item.title)
    return Comparison(
        text=share.text,
        to_messages=_to_messages(share, title),
        to_posts=closeness(share.text, [_shingles(text) for text in _published(share)], of_the_story=title),
        is_close_to_queued=_is_close_to_queued(share),
        ceiling=share.item.closeness_ceiling,
    )


def copies_too_much(share: Share) -> bool:
    """Over its story's ceiling: the words are to so large a part a suggested message's."""
    ceiling = share.item.closeness_ceiling
    if ceiling is None:
        return False
    return _to_messages(share, shingles_of(share.item.title)).percent > ceiling


def _to_messages(share: Share, title: frozenset[str]) -> Closeness:
    messages = [_shingles(message.text) for message in offered_messages(share.item)]
    return closeness(share.text, messages, of_the_story=title)


def _published(share: Share) -> list[str]:
    """Colleagues' own words about this story, as they stand in public now."""
    public = [network.key for network in NETWORKS if network.posts_publicly]
    out = Share.objects.filter(item=share.item_id, state=ShareState.PUBLISHED, network__in=public)
    newest = out.exclude(member=share.member_id).order_by("-due_at")
    return list(newest.values_list("text", flat=True)[:MOST_POSTS])


def _is_close_to_queued(share: Share) -> bool:
    waiting = QueuedWording.objects.filter(share__item=share.item_id, share__state__in=APPROVED_AND_NOT_OUT)
    rows = waiting.exclude(share__member=share.member_id).order_by("-pk").values_list("share__member_id", "hashes")
    queued: dict[int, list[list[int]]] = {}
    for member_id, hashes in rows[:MOST_QUEUED]:
        queued.setdefault(member_id, []).append(hashes)
    return is_close_to_colleagues(keyed_hashes(share.text, story=share.item), queued)
