"""Posts by hand that stand on their person's word and earned nothing for it: what each waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.actions.points import earns_once_seen
from campaigns.models import Evidence, PointEntry, Share, ShareState
from campaigns.points_rules import RULES, TOLD
from campaigns.selectors.places import hand_place


def what_they_wait_for(shares: Sequence[Share]) -> dict[int, str]:
    """By share; in a fixed number of queries, and none where nothing stands on a word."""
    told = [
        one for one in shares if one.by_hand and one.state == ShareState.PUBLISHED and one.evidence == Evidence.TOLD
    ]
    if not told:
        return {}
    earned = set(PointEntry.objects.filter(share__in=told).values_list("share_id", flat=True))
    waiting = earns_once_seen([one for one in told if one.pk not in earned and one.link_code_id])
    return {one.pk: _sentence(one) for one in told if one.pk in waiting}


def _sentence(share: Share) -> str:
    if hand_place(share).is_private:
        return _("Nobody asks you to prove it. It earns its points as soon as somebody follows its link.")
    names = {"count": RULES[TOLD].per_week or 0, "network": hand_place(share).label}
    if hand_place(share).names_itself:
        sentence = _(
            "It earned no points yet: on your word %(count)d posts a week do. It earns them as soon as a reader on"
            " %(network)s follows its link, or its address shows it."
        )
    else:
        sentence = _(
            "It earned no points yet: on your word %(count)d posts a week do. It earns them as soon as a reader follows"
            " its link, or its address shows it."
        )
    return sentence % names
