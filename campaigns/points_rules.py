"""What a point is worth, and what may never earn one (design.md, promise 9). Pure.

A post with its disclosure in sight earns the same whether a connection or the person's own hand brought
it out, once it is seen. On the person's word alone it earns too, up to a number a week; then it waits to be seen.
What goes to chosen people (a mail, a chat) is never asked for proof and earns nothing on a word: somebody must have
followed its link. A click can be one's own, so what rests on clicks stands within the same number a week. Likes,
follows, clicks, ratings and bare reposts have no rule here; a comment, or a repost with a line of one's own, earns as a
post does. A task earns on its person's word, within the same number a week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.activity_rules import TASK, WORDLESS, deed_of
from integrations.networks.posts import NEED_WORDS, Deed

PUBLISHED = "share_published"
TOLD = "share_told"
TAKEN_DOWN = "share_taken_down"  # a correcting entry: what a post earned goes with it, when its owner takes it down
# How the cause of a task's entries begins; its public id follows.
TASK_DONE, TASK_UNDONE = "task_done:", "task_undone:"


@dataclass(frozen=True, slots=True)
class Rule:
    """`per_week` bounds what rests on the person's word, with a click on the post's link or without."""

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

    told_by_person: bool  # and at most clicked since: nobody saw it at its place
    seen_by_others: bool  # the practice network shows posts to nobody
    own_words: bool
    praises_product: bool
    needs_disclosure: bool
    disclosure_in_sight: bool
    of_the_company: bool = True  # a story it offers; what people write of their own it neither sees nor rewards
    in_private: bool = False  # at a place that only chosen people see
    is_clicked: bool = False  # somebody followed its link
    told_this_week: int = 0  # of the other posts and tasks that stand on the person's word and have earned
    deed: Deed = Deed.POST


def rule_for(post: PublishedPost) -> str | None:
    """The rule by which this post earns, or None."""
    if not (post.seen_by_others and post.of_the_company):
        return None
    if post.told_by_person and post.in_private and not post.is_clicked:
        return None
    if post.needs_disclosure and not post.disclosure_in_sight:
        return None
    if post.deed in WORDLESS or (post.deed is not Deed.POST and not post.own_words):
        return None
    if post.praises_product and not post.own_words:
        return None
    rule = TOLD if post.told_by_person else PUBLISHED
    limit = RULES[rule].per_week
    return None if limit is not None and post.told_this_week >= limit else rule


def rule_for_task(*, told_this_week: int) -> str | None:
    """A task that is done stands on its person's word, whatever it was told with."""
    return None if told_this_week >= (RULES[TOLD].per_week or 0) else TOLD


def could_earn(asks: str) -> int:
    """What a card promises at most; 0 where it says that nothing is earned. `asks` is an item's."""
    if asks == TASK:
        return RULES[TOLD].points
    return 0 if deed_of(asks) in WORDLESS else RULES[PUBLISHED].points


def earns_with_words_alone(asks: str) -> bool:
    """A repost: bare it earns nothing, with a line of one's own it does."""
    return asks != TASK and deed_of(asks) not in NEED_WORDS | WORDLESS
