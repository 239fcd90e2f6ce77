"""*Start small*: three steps for who has no post out yet: a like, then a line of one's own, then a post.

Its person sees it alone; it goes once a post is out, or once they put it away. It counts and orders nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Member
from campaigns.models import Activity, Item, LadderLeft

if TYPE_CHECKING:
    from campaigns.selectors.this_week import Suggestion

RUNGS: tuple[frozenset[str], ...] = (
    frozenset({Activity.LIKE, Activity.FOLLOW}),
    frozenset({Activity.REPOST, Activity.COMMENT}),
    frozenset({Activity.SHARE}),
)


@dataclass(frozen=True, slots=True)
class Rung:
    """`item` is the first on the list that fits; None where there is none today, or the step is done."""

    words: str
    is_done: bool
    item: Item | None = None


def ladder_of(member: Member, suggestions: Sequence[Suggestion], *, done: Collection[str]) -> tuple[Rung, ...]:
    """`done`: what this person did already, as items ask it. Empty where there is nothing small to begin with."""
    if Activity.SHARE in done:
        return ()
    rungs = tuple(_rung(kinds, words, suggestions, done) for kinds, words in zip(RUNGS, _words(), strict=True))
    if not any(rung.is_done or rung.item for rung in rungs[:2]):
        return ()
    return () if LadderLeft.objects.filter(member=member).exists() else rungs


def _rung(kinds: frozenset[str], words: str, suggestions: Sequence[Suggestion], done: Collection[str]) -> Rung:
    is_done = bool(kinds.intersection(done))
    fitting = (one.item for one in suggestions if one.item.asks in kinds and not one.missing)
    return Rung(words, is_done, None if is_done else next(fitting, None))


def _words() -> tuple[str, str, str]:
    return (
        _("Like or follow something you find good"),
        _("Repost something with a line of your own, or write a comment"),
        _("Write a post of your own"),
    )
