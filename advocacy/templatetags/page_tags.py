"""The few tags and filters that every template may use: icons, people, moments, figures, the frame's links.

Moments appear in the person's zone and numbers in the person's locale. Nothing here reads the database, but for the
figures that `navigation.py` knows.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone, translation
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from heroicons.templatetags.heroicons import heroicon_outline

from accounts import moments
from advocacy.navigation import Group, Link, dock_for, groups_for, unread_notices

register = template.Library()

_POST_PARTS = re.compile(r"https?://[^\s<>\"]+|(?<!\w)[#@][\w][\w.@-]*")
_TONES = 6
_NOTICE_ICONS = {
    "success": "check-circle",
    "good": "check-circle",
    "warning": "exclamation-triangle",
    "warn": "exclamation-triangle",
    "error": "exclamation-circle",
    "bad": "exclamation-circle",
}


# --- pictures of things ----------------------------------------------------------------------


@lru_cache(maxsize=256)
def _drawn(name: str, size: int) -> str:
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return str(heroicon_outline(name, size=size, **attributes))


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An icon by its heroicons name. It says nothing to a screen reader: a word stands beside it."""
    return mark_safe(_drawn(str(name), size))  # noqa: S308  # drawn by the package from a fixed set of names


@register.filter
def initials(name: str) -> str:
    """One or two letters for a face without a picture."""
    words = re.findall(r"\w+", str(name).split("@")[0])
    if not words:
        return "·"
    letters: str = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


@register.filter
def tone(name: str) -> int:
    """One of six quiet colours, the same for the same name."""
    return sum(str(name).encode()) % _TONES


@register.filter
def notice_icon(level: str) -> str:
    """The icon of a notice, by Django's message level."""
    return _NOTICE_ICONS.get(str(level), "information-circle")


@register.filter
def own_name(code: str) -> str:
    """A language as its speakers write it; of one that is not known here the code itself."""
    try:
        return str(Locale.parse(translation.to_locale(str(code))).get_display_name()).capitalize()
    except (UnknownLocaleError, ValueError):
        return str(code)


# --- time ------------------------------------------------------------------------------------


@register.simple_tag
def moment(at: datetime | None, zone: str = "") -> SafeString:
    """`Tue 24 Nov, 09:20 (Warsaw)` in the person's zone, or in the zone named."""
    if at is None:
        return mark_safe("–")
    local = moments.in_zone(at, zone)
    return format_html(
        '<time datetime="{}">{} <span class="zone">({})</span></time>',
        local.isoformat(timespec="seconds"),
        moments.day_and_clock(local),
        moments.place(local),
    )


@register.filter
def day(at: datetime | None) -> str:
    """The date alone, in the person's zone: `24 November 2026`."""
    return moments.long_day(moments.in_zone(at)) if at else "–"


@register.filter
def clock(at: datetime | None) -> str:
    """The time alone, in the person's zone: `09:20`."""
    return moments.clock(moments.in_zone(at)) if at else "–"


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """`3 hours ago`, with the exact moment as the title."""
    if at is None:
        return "–"
    local = moments.in_zone(at)
    title = f"{moments.day_and_clock(local)} ({moments.place(local)})"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        title,
        moments.ago(at, now=timezone.now()),
    )


# --- figures ---------------------------------------------------------------------------------


@register.filter
def number(value: Decimal | float | None) -> str:
    """A number as the person's language writes it."""
    return "–" if value is None else moments.number(value)


@register.filter
def money(dollars: Decimal | None) -> str:
    """US dollars as the person's language writes them."""
    return "–" if dollars is None else moments.money(dollars)


@register.filter
def percent(value: Decimal | float | None) -> str:
    """A share of one as a percentage: 0.25 is `25%`."""
    return "–" if value is None else moments.percent(value)


_LABELS = {
    "measured": (gettext_lazy("Measured"), "check-circle"),
    "estimated": (gettext_lazy("Estimated"), "calculator"),
    "unknown": (gettext_lazy("Not known"), "question-mark-circle"),
}


@register.simple_tag
def figure_label(kind: str) -> SafeString:
    """How far to trust a figure: measured, estimated or unknown."""
    words, picture = _LABELS[str(kind)]
    return format_html('<span class="figure-label" data-kind="{}">{} {}</span>', kind, icon(picture, 16), words)


_STATES = {
    "draft": ("quiet", "pencil-square"),
    "in_review": ("accent", "eye"),
    "scheduled": ("accent", "clock"),
    "claimed": ("accent", "paper-airplane"),
    "sending": ("accent", "paper-airplane"),
    "unknown": ("warn", "question-mark-circle"),
    "held": ("warn", "hand-raised"),
    "failed": ("bad", "exclamation-circle"),
    "published": ("good", "check-circle"),
    "taking_down": ("quiet", "arrow-path"),
    "taken_down": ("quiet", "archive-box"),
    "withdrawn": ("quiet", "arrow-uturn-left"),
    "expired": ("quiet", "clock"),
}


@register.filter
def state_tone(state: str) -> str:
    """The badge's colour for a state of a share."""
    return _STATES[str(state)][0]


@register.filter
def state_icon(state: str) -> str:
    """The badge's icon for a state of a share."""
    return _STATES[str(state)][1]


@register.filter
def problem_icon(status: int) -> str:
    """The picture on an error page."""
    return {403: "lock-closed", 404: "map", 409: "arrow-path", 413: "document", 429: "clock"}.get(status, "lifebuoy")


# --- posts -----------------------------------------------------------------------------------


@register.filter
def post_text(text: str) -> SafeString:
    """A post's text as a network shows it: links, tags and handles tinted, nothing to press."""
    pieces: list[str] = []
    end = 0
    for part in _POST_PARTS.finditer(str(text)):
        pieces += [escape(text[end : part.start()]), format_html('<span class="post-link">{}</span>', part.group())]
        end = part.end()
    pieces.append(escape(text[end:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


# --- the frame -------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Group]:
    """The links of this person in this company, in groups."""
    return groups_for(_request(context))


@register.simple_tag(takes_context=True)
def unread(context: Context) -> int:
    """How many notices this person has not read."""
    return unread_notices(_request(context))


@register.simple_tag(takes_context=True)
def dock(context: Context) -> list[Link]:
    """The three links under the thumb."""
    return dock_for(_request(context))


def _request(context: Context) -> HttpRequest | None:
    found: Any = context.get("request")
    return found if isinstance(found, HttpRequest) else None
