"""From a suggestion to the beginnings of a story: what its page says now, and where that is silent, what it said.

`fetch_suggested` calls the outside, so it runs in no transaction; nothing here writes.
"""

from __future__ import annotations

from dataclasses import replace

from campaigns.actions.items import Story
from campaigns.models import Suggestion
from campaigns.story_fetch import FetchedStory, fetch_picture_at, fetch_story, our_language


def as_suggested(suggestion: Suggestion, *, language: str) -> Story:
    """`language` is the company's, for suggestions that do not say theirs."""
    return Story(
        title=suggestion.title,
        summary=suggestion.words,
        destination=suggestion.address,
        source=suggestion.source,
        language=our_language(suggestion.language) or language,
    )


def fetch_suggested(suggestion: Suggestion, *, language: str) -> FetchedStory:
    said = as_suggested(suggestion, language=language)
    if not suggestion.address:
        return FetchedStory(said)
    fetched = fetch_story(suggestion.address, language=said.language)
    story = replace(
        fetched.story,
        title=fetched.story.title or said.title,
        summary=fetched.story.summary or said.summary,
        destination=said.destination,
        source=fetched.story.source or said.source,
    )
    picture = fetched.picture or fetch_picture_at(suggestion.picture_url)
    return FetchedStory(story, picture, "" if story.title and picture else fetched.trouble)
