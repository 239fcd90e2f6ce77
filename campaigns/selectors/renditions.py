"""In which form a share carries its story's file: as it is kept, or as its network or its account's server takes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.canonical import medium_of
from campaigns.models import Media, Rendition, RenditionState, Share
from campaigns.selectors.places import limits_where
from integrations.networks.base import Limits, Network, Post, Problem
from integrations.networks.renditions import VideoWanted, rendition_wanted
from integrations.places import Where

# What a network says of the file as it is kept, while another form of it is on its way.
SOLVED_BY_IT = frozenset({"no_gif", "file_too_large", "too_many_pixels"})


@dataclass(frozen=True, slots=True)
class FormOfFile:
    """`wanted` is None where the file goes as it is; `rendition` where nobody has asked for one yet, or may again."""

    file: Media
    wanted: VideoWanted | None = None
    rendition: Rendition | None = None

    @property
    def carried(self) -> Media:
        made = self.rendition.made if self.rendition else None
        return made or self.file

    @property
    def is_asked_for(self) -> bool:
        return self.wanted is None or (self.rendition is not None and not self.rendition.may_be_tried_again)

    @property
    def is_being_made(self) -> bool:
        if self.rendition is None:
            return self.wanted is not None
        return self.rendition.state == RenditionState.PREPARING


def limits_for(share: Share) -> Limits | None:
    """What posts of this share's account may hold; None where its person posts by hand, or no place is chosen yet."""
    return _limits_of(limits_where(share)) if share.network else None


def _limits_of(place: Where) -> Limits | None:
    return place.limits if isinstance(place, Network) else None


def form_for(share: Share, file: Media) -> FormOfFile:
    return _form(file, limits_for(share))


def _form(file: Media, limits: Limits | None) -> FormOfFile:
    """Asks no row for a file that goes as it is."""
    wanted = rendition_wanted(medium_of(file), limits) if limits else None
    if wanted is None:
        return FormOfFile(file)
    found = Rendition.objects.filter(source=file, wanted=wanted.key).select_related("made__poster").first()
    return FormOfFile(file, wanted, found)


def problems_where(share: Share, post: Post, chosen: Where) -> list[Problem]:
    """What its place (`limits_where`) says to this post. While a form of its file is being made, that is in the way."""
    problems = list(chosen.problems(post))
    file = share.item.file if share.item.file_id is not None and post.media else None
    if file is None or not _form(file, _limits_of(chosen)).is_being_made:
        return problems
    sentence = _("We are preparing this file for %(network)s; a long video may take an hour. Your text is safe.")
    waits = Problem("preparing", sentence % {"network": chosen.label})
    return [waits, *(problem for problem in problems if problem.code not in SOLVED_BY_IT)]
