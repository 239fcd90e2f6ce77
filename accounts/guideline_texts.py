"""The guidelines a company starts with: five points and a text with three blanks, in the company's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Blanks:
    """What a company fills in: whom to ask, what never to post, what to say about working here."""

    contact: str = ""
    never: str = ""
    about_us: str = ""


def default_points(language: str) -> list[str]:
    """The five points that stand beside the composer."""
    with translation.override(language):
        return [
            _("Say it in your own words, and only what you believe."),
            _("Let people see that you work here. The disclosure does that for you."),
            _("Nothing confidential: no customers, figures or plans that are not public."),
            _("Be kind, also to competitors. Do not argue when tired."),
            _("Made a mistake? Take it down, say so, and ask us. Nobody is blamed."),
        ]


def default_body(language: str, blanks: Blanks) -> str:
    """The text behind the points. An empty blank gets plain words that are true everywhere."""
    with translation.override(language):
        return "\n\n".join(
            [
                _(
                    "Sharing is voluntary. Nobody is asked why they do or do not take part, and it has no bearing on"
                    " pay, reviews or promotion."
                ),
                _(
                    "Your accounts are yours. You decide what you post, when and in which words; the company suggests"
                    " and never edits."
                ),
                _("How to speak of us: %(about_us)s")
                % {"about_us": blanks.about_us or _("say that you work here, and that the opinion is your own.")},
                _("Please never post: %(never)s")
                % {
                    "never": blanks.never
                    or _("what is confidential, and other people's data or pictures without their yes.")
                },
                _("Not sure, or something went wrong? Ask %(contact)s. A quick question is always fine.")
                % {"contact": blanks.contact or _("the colleague who invited you")},
            ]
        )
