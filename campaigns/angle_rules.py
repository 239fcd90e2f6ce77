"""The questions people start from: by the campaign's purpose, by what a person does in the programme, and for a post
of their own. Questions only, never a finished text. Pure.

Each is answered from the person's own work, so that two answers to one question are never the same post.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop, override

ANGLES: Mapping[str, tuple[str, ...]] = {
    "customers": (
        gettext_noop("Which customer's question does this answer?"),
        gettext_noop("What did you use to get wrong about this?"),
        gettext_noop("What would you try first, if this were your problem?"),
        gettext_noop("Who should read this, and why?"),
        gettext_noop("What does this leave out that you know from your work?"),
        gettext_noop("What surprised you?"),
        gettext_noop("How did people do this five years ago?"),
    ),
    "sales": (
        gettext_noop("What do people ask you about this most often?"),
        gettext_noop("When is this not the right choice?"),
        gettext_noop("What changed for somebody you worked with?"),
        gettext_noop("Which number in here would you look at first?"),
        gettext_noop("Who should read this, and why?"),
        gettext_noop("What would you want to know before you decide?"),
        gettext_noop("What do you see differently from most in your field?"),
    ),
    "hiring": (
        gettext_noop("What is a normal Tuesday in this job?"),
        gettext_noop("What did you learn here that you did not expect?"),
        gettext_noop("Who would be happy in this team, and who would not?"),
        gettext_noop("What made you stay?"),
        gettext_noop("What are you still bad at, together?"),
        gettext_noop("What would you have liked to know before your first day?"),
        gettext_noop("Which problem would a new colleague work on first?"),
    ),
    "partners": (
        gettext_noop("What can we do together that neither can alone?"),
        gettext_noop("What did you learn from working with them?"),
        gettext_noop("Where did it get difficult, and what helped?"),
        gettext_noop("Who should know about this, and why?"),
        gettext_noop("What would you ask them over coffee?"),
        gettext_noop("What comes next?"),
        gettext_noop("Which detail did you like most?"),
    ),
    "reputation": (
        gettext_noop("What surprised you?"),
        gettext_noop("Who should read this, and why?"),
        gettext_noop("Where do you see this in your own work?"),
        gettext_noop("What do you disagree with?"),
        gettext_noop("What question does this leave open?"),
        gettext_noop("What would you tell a friend about it in one sentence?"),
        gettext_noop("Which moment made you think of this?"),
    ),
    "community": (
        gettext_noop("Who deserves thanks for this?"),
        gettext_noop("How can others join in?"),
        gettext_noop("What did it feel like to be there?"),
        gettext_noop("Why does this matter where you live?"),
        gettext_noop("What would you do again, and what not?"),
        gettext_noop("What did somebody tell you that stayed with you?"),
        gettext_noop("What is still missing?"),
    ),
}

# Beside the story's own: what somebody in this place can tell that others cannot. By `accounts/roles.py`.
_WHO_CHOSE_IT = (
    gettext_noop("Why did this one seem worth passing on?"),
    gettext_noop("What would you say about it to somebody who does not know us?"),
)
ROLE_ANGLES: Mapping[str, tuple[str, ...]] = {
    "owner": _WHO_CHOSE_IT,
    "admin": _WHO_CHOSE_IT,
    "curator": _WHO_CHOSE_IT,
    "manager": (
        gettext_noop("What did your team do differently because of this?"),
        gettext_noop("What did somebody in your team teach you about it?"),
    ),
    "advocate": (gettext_noop("Where does this meet your own week?"),),
}

OWN_ANGLES = (
    gettext_noop("What did you learn this week?"),
    gettext_noop("Whom would you like to thank, and for what?"),
    gettext_noop("What do people ask you about your work?"),
    gettext_noop("What did you change your mind about?"),
)


def default_angles(purpose: str, *, language: str) -> list[str]:
    """The questions for a purpose, in a language."""
    with override(language):
        return [gettext(question) for question in ANGLES[purpose]]


def angles_for_role(role: str, *, language: str) -> list[str]:
    with override(language):
        return [gettext(question) for question in ROLE_ANGLES[role]]


def own_angles(*, language: str) -> list[str]:
    """For a post without a story."""
    with override(language):
        return [gettext(question) for question in OWN_ANGLES]
