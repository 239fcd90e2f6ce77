"""The words people agree to, with their versions. A changed word is a new version.

The ledger keeps version and SHA-256 of the text in the language it was shown in. Every version stays here, so that a
person can read what they agreed to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import ConsentKind

# Of each kind all versions ever shown, the present one last.
_TEXTS: dict[ConsentKind, tuple[tuple[str, object], ...]] = {
    ConsentKind.TAKE_PART: (
        (
            "take-part-1",
            _(
                "I take part. I get a few suggestions a week and decide if, where and when something goes out. Nothing"
                " is ever posted without my yes to that exact text. My drafts, what I skip and whether I take part are"
                " seen by me alone. I can stop at any time, and nobody is told."
            ),
        ),
    ),
    ConsentKind.NETWORK: (
        (
            "network-1",
            _(
                "This service may post to this network from my own account, and only posts that I approved exactly. It"
                " keeps a sealed key to the account for as long as I want. It reads my name, my picture and, where the"
                " network allows it, what became of those posts. When I take this back, planned posts are cancelled and"
                " the key is given back."
            ),
        ),
    ),
    ConsentKind.NAMED_ON_BOARDS: (
        (
            "named-on-boards-1",
            _(
                "My name may stand on my company's leaderboards, beside my points, where colleagues can see it. I can"
                " take it off at any time; my points stay mine."
            ),
        ),
    ),
}


@dataclass(frozen=True)
class ConsentText:
    """One text as a person reads it."""

    version: str
    language: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def current_version(kind: str) -> str:
    """The version of the present words: a page posts back the one it showed."""
    return _TEXTS[ConsentKind(kind)][-1][0]


def consent_text(kind: str, *, language: str, version: str = "") -> ConsentText:
    """The words for `kind` in `language`, the present ones or those of `version`: show them, and give the same language
    to the action."""
    version = version or current_version(kind)
    text = dict(_TEXTS[ConsentKind(kind)])[version]
    with translation.override(language):
        return ConsentText(version=version, language=language, text=str(text))
