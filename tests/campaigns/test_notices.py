"""What a person reads in the mail about a post that needs them: every letter renders, in words, with its address."""

from __future__ import annotations

from typing import get_args

import pytest
from django.core import mail

from accounts.letters import send_letter
from campaigns.models import HeldReason
from campaigns.notices import What

CASES = [(what, "") for what in get_args(What)] + [("held", reason) for reason in HeldReason.values]


@pytest.mark.parametrize(("what", "held_reason"), CASES)
def test_every_notice_renders(what: str, held_reason: str, settings: pytest.FixtureRequest) -> None:
    context = {
        "name": "Zoë <b>",
        "title": "Tom & Co: how we cut build times",
        "network": "Mastodon",
        "held_reason": held_reason,
        "reason": "The network refused the text.",
        "path": "/o/acme/queue/",
    }
    send_letter(f"notice_{what}", to="bob@example.com", language="en", context=context)
    [letter] = mail.outbox
    text = str(letter.body)
    assert letter.subject
    assert "Tom & Co: how we cut build times" in text
    assert "/o/acme/queue/" in text
    assert not any(word in text.lower() for word in ("held", "unknown", "advocate", "share "))
    assert isinstance(letter, mail.EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert "Zoë &lt;b&gt;" in html
    assert "Tom &amp; Co" in html
