"""What a person reads in the mail about a post that needs them: every letter renders, in words, with its address."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from django.core import mail

from accounts.letters import send_letter
from campaigns.models import HeldReason
from campaigns.notices import What

CASES = [(what, "", False) for what in get_args(What)] + [("held", reason, False) for reason in HeldReason.values]
OF_A_LIKE = [(what, "", True) for what in ("expired", "failed", "still_up", "was_out")]
OF_A_LIKE += [("held", reason, True) for reason in HeldReason.values]


@pytest.mark.parametrize(("what", "held_reason", "deed"), CASES + OF_A_LIKE)
def test_every_notice_renders(what: str, held_reason: str, deed: bool, settings: pytest.FixtureRequest) -> None:
    context = {
        "name": "Zoë <b>",
        "title": "Tom & Co: how we cut build times",
        "network": "Mastodon",
        "held_reason": held_reason,
        "reason": "The network refused the text.",
        "path": "/o/acme/queue/",
        "deed": deed,
    }
    send_letter(f"notice_{what}", to="bob@example.com", language="en", context=context)
    [letter] = mail.outbox
    text = str(letter.body)
    assert letter.subject
    assert "Tom & Co: how we cut build times" in text
    assert "/o/acme/queue/" in text
    assert not any(word in text.lower() for word in ("held", "unknown", "advocate", "share "))
    assert not (deed and re.search(r"\b(post|posted|your text)\b", f"{letter.subject} {text}")), "it is no post"
    assert isinstance(letter, mail.EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert "Zoë &lt;b&gt;" in html
    assert "Tom &amp; Co" in html
