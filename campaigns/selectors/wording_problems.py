"""What stands in the way of a text, or should be known about it, in plain words: the company's, not the network's."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.selectors.organization import settings_of
from campaigns.canonical import fold_of, seen_first, warning_of
from campaigns.disclosure_rules import Seen, seen_in
from campaigns.models import Message, Share
from campaigns.refusals import CopiesTooMuch
from campaigns.selectors.closeness import copies_too_much
from campaigns.wording_rules import Avoided, avoided_in, said_in
from integrations.networks.base import Problem


def wording_problems(share: Share, *, messages: Sequence[Message] | None = None) -> list[Problem]:
    """Only a story's ceiling blocks; all else is the author's to judge. `messages` are the offered ones, if at hand."""
    warning = share.warning if warning_of(share) else ""  # kept where the place takes none, and nobody reads it there
    if not share.text.strip() and not warning:
        return []
    words = f"{warning}\n{share.text}"
    found = [
        Problem("limit", _("About this story, we do not say “%(phrase)s”.") % {"phrase": phrase}, blocks=False)
        for phrase in said_in(words, share.item.limit_lines)
    ]
    if share.item.own_of_id is None:
        avoided = avoided_in(words, settings_of().avoided_lines)
        found += [Problem("avoided", _avoided_sentence(one), blocks=False) for one in avoided]
    if unseen := _unseen(share):
        found.append(Problem("disclosure", unseen, blocks=False))
    if copies_too_much(share, messages=messages):
        found.append(Problem("copies_too_much", CopiesTooMuch(share.item.closeness_ceiling or 0).sentence))
    return found


def _unseen(share: Share) -> str:
    """Of the text as it would stand there, whoever changed it: what a reader does not see about its author."""
    if not share.item.needs_disclosure:
        return ""
    match seen_in(seen_first(share), share.disclosure, fold_of(share)):
        case Seen.IN_SIGHT:
            return ""
        case Seen.BEHIND_THE_FOLD:
            return _("Readers do not see that you work here before “more”. Begin with a shorter paragraph.")
        case Seen.MISSING:
            return _("Nothing in this text tells readers that you work here. A line in your profile is not enough.")


def _avoided_sentence(found: Avoided) -> str:
    if found.instead:
        return _("We say “%(instead)s” rather than “%(phrase)s”.") % {"instead": found.instead, "phrase": found.phrase}
    return _("We usually leave out “%(phrase)s”.") % {"phrase": found.phrase}
