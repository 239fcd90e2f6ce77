"""What a point is worth, and what may never earn one (design.md, promise 9). Pure.

A post with its disclosure in sight earns the same whether a connection or the person's own hand brought
it out, once it is seen. On the person's word alone it earns too, up to a number a week; then it waits to be seen.
What goes to chosen people (a mail, a chat) is never asked for proof and earns nothing on a word: only what is seen
counts there. Likes, follows, clicks, ratings and bare reposts of product content have no rule here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PUBLISHED = "share_published"
TOLD = "share_told"
TAKEN_DOWN = "share_taken_down"  # a correcting entry: what a post earned goes with it, when its owner takes it down


@dataclass(frozen=True, slots=True)
class Rule:
    """`per_week` bounds what rests on the person's word alone."""

    points: int
    per_week: int | None = None


RULES: Mapping[str, Rule] = {
    PUBLISHED: Rule(points=10),
    TOLD: Rule(points=10, per_week=3),
}


def correction_of(earned: int) -> int:
    """What a correcting entry of a taken-down post says: exactly what it earned, back."""
    return -earned


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """What the award depends on."""

    told_by_person: bool
    seen_by_others: bool  # the practice network shows posts to nobody
    own_words: bool
    praises_product: bool
    needs_disclosure: bool
    disclosure_in_sight: bool
    of_the_company: bool = True  # a story it offers; what people write of their own it neither sees nor rewards
    in_private: bool = False  # at a place that only chosen people see
    told_this_week: int = 0  # of the other posts that stand on the person's word and have earned


def rule_for(post: PublishedPost) -> str | None:
    """The rule by which this post earns, or None."""
    if not (post.seen_by_others and post.of_the_company):
        return None
    if post.told_by_person and post.in_private:
        return None
    if post.needs_disclosure and not post.disclosure_in_sight:
        return None
    if post.praises_product and not post.own_words:
        return None
    rule = TOLD if post.told_by_person else PUBLISHED
    limit = RULES[rule].per_week
    return None if limit is not None and post.told_this_week >= limit else rule
