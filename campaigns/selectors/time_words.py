"""Why a time was chosen, in a sentence that names the rule and never a colleague."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.good_time import HoursFrom
from campaigns.models import Share
from campaigns.selectors.places import where_to
from campaigns.selectors.times import ChosenTime, spacing_sentence
from integrations.places import is_network


def reason_of(chosen: ChosenTime, share: Share) -> str:
    sentences = []
    if chosen.hours_from is HoursFrom.OWN_POSTS:
        sentences.append(_("One of the hours at which you usually post."))
    elif chosen.hours_from is HoursFrom.NETWORK and is_network(share.network):
        names = {"network": where_to(share).label}
        sentences.append(_("A good hour on %(network)s; from five posts on we go by yours.") % names)
    elif chosen.hours_from is HoursFrom.NETWORK:
        sentences.append(_("A good hour for most people; from five posts on we go by yours."))
    if chosen.moved_by is not None:
        sentences.append(spacing_sentence(chosen.moved_by, share))
    return " ".join(sentences)
