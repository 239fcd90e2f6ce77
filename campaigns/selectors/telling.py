"""How a post is told beside its words: in which language, to whom, behind which warning; as far as its network asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.models import Share
from campaigns.selectors.places import where_to
from integrations.networks.audiences import AUDIENCES


@dataclass(frozen=True, slots=True)
class Telling:
    """`audiences` are the network's, none where there is nothing to choose; `audience` may be one that it has not.
    `warning` is kept where no network takes it."""

    language: str
    languages: tuple[str, ...]
    audience: str
    audiences: tuple[tuple[str, str], ...]
    warning: str
    takes_warning: bool

    @property
    def must_choose(self) -> bool:
        """What was chosen for another network is none of this one's."""
        return bool(self.audiences) and self.audience not in {value for value, _words in self.audiences}

    @property
    def is_unusual(self) -> bool:
        """Of what can be chosen here; what was chosen for another network shows there."""
        warns = self.takes_warning and bool(self.warning)
        return self.must_choose or warns or (bool(self.audiences) and self.audience != "public")


def telling_of(share: Share) -> Telling:
    there = where_to(share) if share.network else None
    offered = there.visibilities if there else ()
    asks = len(offered) > 1 or (bool(offered) and share.visibility not in offered)
    ours = [code for code, _name in settings.LANGUAGES]
    return Telling(
        language=share.language,
        languages=tuple(ours if share.language in ours else [share.language, *ours]),
        audience=share.visibility,
        audiences=tuple((value, _(AUDIENCES[value])) for value in offered) if asks else (),
        warning=share.warning,
        takes_warning=there is not None and there.takes_warning,
    )


def audience_words(share: Share) -> str:
    """For whom a post is that is not for everybody; '' where it is."""
    return _(AUDIENCES[share.visibility]) if share.visibility in AUDIENCES and share.visibility != "public" else ""


def tell_as_typed(share: Share, typed: Mapping[str, str]) -> None:
    """On the share in memory alone, for a look at what is not saved yet."""
    share.language = typed.get("language") or share.language
    share.visibility = typed.get("visibility") or share.visibility
    share.warning = typed.get("warning", share.warning)
