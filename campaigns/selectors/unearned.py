"""Posts by hand that stand on their person's word and earned nothing for it: what each waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.actions.points import earns_once_seen
from campaigns.models import Evidence, Share, ShareState
from campaigns.points_rules import RULES, TOLD
from campaigns.selectors.places import hand_place


def what_they_wait_for(shares: Sequence[Share]) -> dict[int, str]:
    """By share, of shares as the queue reads what is out; in a fixed number of queries."""
    told = [one for one in shares if one.by_hand and one.state == ShareState.PUBLISHED and _more_can_show_it(one)]
    waiting = earns_once_seen([one for one in told if not vars(one)["earned"] and one.link_code_id])
    return {one.pk: _sentence(one) for one in told if one.pk in waiting}


def _more_can_show_it(share: Share) -> bool:
    clicked = share.evidence == Evidence.CLICKED and not hand_place(share).is_private
    return share.evidence == Evidence.TOLD or clicked


def _sentence(share: Share) -> str:
    names = {"count": RULES[TOLD].per_week or 0}
    if hand_place(share).is_private:
        sentence = _(
            "Nobody asks you to prove it. It earns its points when somebody follows its link, as one of the %(count)d a"
            " week on your word."
        )
    else:
        sentence = _(
            "It earned no points yet: on your word %(count)d posts a week do. It earns them as soon as its address"
            " shows your link."
        )
    return sentence % names
