"""How *This week* is made, in words: the short one on a card, and the sentence of the page that explains the list.

Every term of `fit_rules.py` has both; a test fails on one without.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.activity_rules import SHARE
from campaigns.fit_rules import COLLEAGUES_TO_COUNT, MOST_ASKED_A_WEEK, MOST_TOPIC_POINTS, NEW_A_WEEK, Reason


@dataclass(frozen=True, slots=True)
class Term:
    """One line of *How is this list made?*: what is looked at, and how much it moves a story at most."""

    name: str
    sentence: str
    moves: int


def reason_words(reason: Reason, asks: str = SHARE) -> str:
    """`asks`: what the story asks for; colleagues did that."""
    words = {
        Reason.LANGUAGE: _("In your language"),
        Reason.TOPIC: _("A topic you open often"),
        Reason.TEAM: _("For your team"),
        Reason.COLLEAGUES: _("People with your interests shared it")
        if asks == SHARE
        else _("People with your interests did it"),
        Reason.FRESH: _("New"),
        Reason.SALESY: _("Several people found it too salesy"),
    }
    return words[reason]


def terms_in_words() -> list[Term]:
    """The strongest first."""
    return sorted((Term(reason_words(reason), _sentence(reason), _moves(reason)) for reason in Reason), key=_strength)


def new_a_week() -> str:
    new = ngettext(
        "At most %(count)d new story a week stands on top; the others wait under More.",
        "At most %(count)d new stories a week stand on top; the others wait under More.",
        NEW_A_WEEK,
    ) % {"count": NEW_A_WEEK}
    asked = ngettext(
        "At most %(count)d of them asks for something else than a post, such as a like or a task.",
        "At most %(count)d of them ask for something else than a post, such as a like or a task.",
        MOST_ASKED_A_WEEK,
    ) % {"count": MOST_ASKED_A_WEEK}
    return f"{new} {asked}"


def _strength(term: Term) -> int:
    return -abs(term.moves)


def _moves(reason: Reason) -> int:
    return {
        Reason.LANGUAGE: 4,
        Reason.TOPIC: MOST_TOPIC_POINTS,
        Reason.TEAM: 2,
        Reason.COLLEAGUES: 1,
        Reason.FRESH: 3,
        Reason.SALESY: -3,
    }[reason]


def _sentence(reason: Reason) -> str:
    sentences = {
        Reason.LANGUAGE: _("Stories in a language you read come first. You can say which ones you read."),
        Reason.TOPIC: _(
            "Topics of stories that you made yours bring others of the same topic up; “Not my field” lets them sink."
            " You can add and remove topics."
        ),
        Reason.TEAM: _("A story that is meant for your team stands higher for you."),
        Reason.COLLEAGUES: _(
            "At least %(count)d people who care for one of your topics have posted it, or done what it asks, in public."
        ),
        Reason.FRESH: _("In its first three days a story stands highest, then less each week, for two weeks."),
        Reason.SALESY: _(
            "A story that at least %(count)d people put aside as too salesy sinks for everybody. Who they were is"
            " nobody's business."
        ),
    }
    return sentences[reason] % {"count": COLLEAGUES_TO_COUNT}
