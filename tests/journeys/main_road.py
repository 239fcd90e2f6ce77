"""The first road's steps, from the mail to the approval, for whoever walks it and however they do."""

from __future__ import annotations

import re

from tests.journeys.walker import Walker

WORDS = "Nobody had asked the people who do it every night. What should you ask yours?"
MOST_CLICKS, MOST_CLICKS_BY_HAND = 11, 9


def take_part(walker: Walker, to: str) -> None:
    """From the mail to this week."""
    walker.follow_mail(to, "/i/", "invitation")
    walker.button("Take part", "this-week")


def begin(walker: Walker, to: str, story: str) -> None:
    """From the mail to the composer, the words written."""
    take_part(walker, to)
    make_mine = re.compile(rf"{re.escape(str(walker.in_words('Make it mine')))}\s*:\s*{re.escape(story)}")
    walker.button(make_mine, "composer")
    walker.write("Your words", WORDS)


def approve(walker: Walker, name: str) -> None:
    walker.button("Look it over", "approval")
    assert walker.says(WORDS)
    walker.tick("I have read them and keep to them.")
    walker.button("Approve this text", name)
