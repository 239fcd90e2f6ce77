"""The first road's steps, from the mail to the approval, for whoever walks it and however they do."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.journeys.walker import Walker

WORDS = "Nobody had asked the people who do it every night. What should you ask yours?"
MOST_CLICKS, MOST_CLICKS_BY_HAND = 11, 9


def take_part(walker: Walker, to: str) -> None:
    """From the mail to this week."""
    walker.follow_mail(to, "/i/", "invitation")
    walker.button("Take part", "this-week")


def to_tell(walker: Walker) -> Locator:
    """The cards of stories that are told in one's own words; others ask for a like or a task."""
    makes = walker.page.get_by_role("button", name=walker.in_words("Make it mine"))
    return walker.page.locator("article.card:has(form[action$='/share/'])").filter(has=makes)


def begin(walker: Walker, to: str, *, besides: set[str] | None = None) -> str:
    """From the mail to the composer, the words written; answers the story's title.

    `besides` are stories to leave to others: posts of one story on one network are set apart in time.
    """
    take_part(walker, to)
    cards = to_tell(walker)
    cards.first.wait_for()  # a press of a key does not wait for the page it leads to, and reading many does not either
    titles = [title.strip() for title in cards.locator(".card-title").all_inner_texts()]
    number, title = next((n, title) for n, title in enumerate(titles) if title not in (besides or set()))
    walker.go(cards.nth(number).locator("form[action$='/share/'] button"), "composer")
    assert walker.page.get_by_role("heading", level=1).inner_text() == walker.in_words("Make it mine")
    walker.write("Your words", WORDS)
    return title


def approve(walker: Walker, name: str) -> None:
    walker.button("Look it over", "approval")
    assert walker.says(WORDS)
    walker.tick("I have read them and keep to them.")
    walker.button("Approve this text", name)
