"""From a pasted link to the beginnings of a story: what the page says, and its picture, ready to keep.

It calls the outside, so it runs in no transaction and writes nothing. Whatever cannot be fetched is a sentence beside
what was typed, never a loss of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.refusals import BadInput
from campaigns.actions.items import Story
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.picture_decoding import DecodedPicture, PictureRefused, decode_picture
from integrations.previews import Preview, PreviewRefused, fetch_picture, preview


@dataclass(frozen=True, slots=True)
class FetchedStory:
    """`trouble` is a sentence about what could not be fetched; empty where all was."""

    story: Story
    picture: DecodedPicture | None = None
    trouble: str = ""


def fetch_story(typed: str, *, language: str) -> FetchedStory:
    """What stands at the address. `language` is the company's, for pages that do not say theirs."""
    try:
        destination = destination_of(typed, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS)
    except BadDestination as bad:
        raise BadInput(str(bad), field="address") from None
    try:
        seen = preview(destination)
    except PreviewRefused as refused:
        return FetchedStory(Story(title="", destination=destination, language=language), trouble=refused.sentence)
    picture, trouble = _picture_of(seen)
    story = Story(
        title=seen.title,
        summary=seen.description,
        destination=destination,
        source=seen.source,
        language=our_language(seen.language) or language,
    )
    return FetchedStory(story, picture, trouble)


def _picture_of(seen: Preview) -> tuple[DecodedPicture | None, str]:
    if not seen.picture_url:
        return None, ""
    picture = fetch_picture_at(seen.picture_url)
    return picture, "" if picture else _("The page's picture could not be fetched. You can upload one yourself.")


def fetch_picture_at(address: str) -> DecodedPicture | None:
    """None where there is no address, or no picture that we take."""
    if not address:
        return None
    try:
        content, _kind = fetch_picture(address)
        return decode_picture(content)
    except (PreviewRefused, PictureRefused):
        return None


def our_language(said: str) -> str:
    """One of our languages for what a page says of itself ("pl-PL", "zh-TW"); empty for others."""
    whole = said.lower()
    ours = dict(settings.LANGUAGES)
    same = [code for code in ours if code == whole or code.partition("-")[0] == whole.partition("-")[0]]
    return same[0] if same else ""
