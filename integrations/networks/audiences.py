"""Who sees a post, in words: the values of `visibilities`. What each becomes at a network, its own file says."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

# Marked for translation.
AUDIENCES: Mapping[str, str] = {
    "public": gettext_noop("Everybody"),
    "unlisted": gettext_noop("Everybody who comes across it; it stays out of public timelines and searches"),
    "private": gettext_noop("Only people who follow me there"),
    "connections": gettext_noop("Only my connections there"),
    "logged_in": gettext_noop("Only people signed in there"),
}
