"""What stands in the way of a post's files at a network, from its declared limits. Pure; shown as the person types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from integrations.networks.media import Animation, Document, Medium, Picture, Video
from integrations.networks.outcomes import Problem

if TYPE_CHECKING:
    from integrations.networks.base import Limits


def media_problems(label: str, limits: Limits, media: Sequence[Medium]) -> list[Problem]:
    """`label` is the network's, as it stands in the sentences."""
    alone = next((one for one in media if not isinstance(one, Picture)), None)
    if alone is None:
        return _picture_problems(label, limits, media)
    if len(media) > 1:
        return [Problem("not_alone", gettext("A video, a GIF or a PDF goes alone. Take the other files away."))]
    match alone:
        case Animation():
            return _animation_problems(label, limits, alone)
        case Video():
            return _video_problems(label, limits, alone)
        case Document():
            return _document_problems(label, limits, alone)
    return []


def _picture_problems(label: str, limits: Limits, media: Sequence[Medium]) -> list[Problem]:
    problems: list[Problem] = []
    if len(media) > limits.pictures:
        sentence = ngettext(
            "%(network)s takes up to %(count)d picture.", "%(network)s takes up to %(count)d pictures.", limits.pictures
        )
        problems.append(Problem("too_many_pictures", sentence % {"network": label, "count": limits.pictures}))
    for number, picture in enumerate(media, start=1):
        names = {"network": label, "number": number, "most": limits.alt_text}
        if picture.content_type not in limits.picture_types:
            sentence = gettext("%(network)s does not take the format of picture %(number)d.")
            problems.append(Problem("picture_type", sentence % names))
        if len(picture.alt_text) > limits.alt_text:
            sentence = gettext("The description of picture %(number)d is longer than %(most)d characters.")
            problems.append(Problem("alt_text_too_long", sentence % names))
        if not picture.alt_text.strip():
            sentence = gettext("Describe picture %(number)d for people who cannot see it.")
            problems.append(Problem("no_alt_text", sentence % names, blocks=False))
    return problems


def _animation_problems(label: str, limits: Limits, animation: Animation) -> list[Problem]:
    if limits.animation is None:
        return [Problem("no_gif", gettext("%(network)s takes no GIF from us.") % {"network": label})]
    return [
        *_pixel_problems(label, animation, limits.animation.pixels),
        *_size_problems(label, animation.bytes, limits.animation.bytes),
        *_words_problems(animation.alt_text, limits.animation.alt_text),
    ]


def _video_problems(label: str, limits: Limits, video: Video) -> list[Problem]:
    most = limits.video
    if most is None:
        return [Problem("no_video", gettext("%(network)s takes no video from us.") % {"network": label})]
    problems = _size_problems(label, video.bytes, most.bytes)
    names = {"network": label, "most": most.seconds, "least": most.least_seconds, "has": video.seconds}
    if video.seconds > most.seconds:
        sentence = gettext("%(network)s takes videos up to %(most)d seconds; this one has %(has)d.")
        problems.append(Problem("video_too_long", sentence % names))
    if video.seconds < most.least_seconds:
        sentence = gettext("%(network)s takes videos from %(least)d seconds on; this one has %(has)d.")
        problems.append(Problem("video_too_short", sentence % names))
    return [*problems, *_words_problems(video.alt_text, most.alt_text)]


def _document_problems(label: str, limits: Limits, document: Document) -> list[Problem]:
    most = limits.document
    if most is None:
        return [Problem("no_document", gettext("%(network)s takes no PDF from us.") % {"network": label})]
    problems = _size_problems(label, document.bytes, most.bytes)
    names = {"network": label, "pages": most.pages, "has": document.pages, "title": most.title}
    if document.pages > most.pages:
        sentence = gettext("%(network)s takes up to %(pages)d pages; this PDF has %(has)d.")
        problems.append(Problem("too_many_pages", sentence % names))
    if not document.title.strip():
        problems.append(Problem("no_title", gettext("Give the PDF a title; readers see it above its pages.")))
    if len(document.title) > most.title:
        sentence = gettext("The title of the PDF is longer than %(title)d characters.")
        problems.append(Problem("title_too_long", sentence % names))
    return problems


def _size_problems(label: str, has: int, most: int) -> list[Problem]:
    if has <= most:
        return []
    sentence = gettext("%(network)s takes up to %(most)d MB; this file has %(has)d.")
    return [Problem("file_too_large", sentence % {"network": label, "most": most // 10**6, "has": -(-has // 10**6)})]


def _pixel_problems(label: str, one: Medium, most: int) -> list[Problem]:
    if not most or one.width * one.height <= most:
        return []
    sentence = gettext("%(server)s takes no file as large as this one (%(width)d × %(height)d).")
    names = {"server": label, "width": one.width, "height": one.height}
    return [Problem("too_many_pixels", sentence % names)]


def _words_problems(words: str, most: int) -> list[Problem]:
    """Where a network takes no description none is asked for."""
    if not most:
        return []
    if len(words) > most:
        sentence = gettext("The description is longer than %(most)d characters.")
        return [Problem("alt_text_too_long", sentence % {"most": most})]
    if not words.strip():
        return [Problem("no_alt_text", gettext("Describe it for people who cannot see it."), blocks=False)]
    return []
