"""What a person reads in the mail about a connection that ends: every letter renders, in words, with its address."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from accounts.letters import send_letter


@pytest.mark.parametrize("what", ["reconnect", "grant_ends"])
def test_every_letter_renders(what: str, settings: Any) -> None:
    context = {
        "name": "Zoë <b>",
        "network": "LinkedIn",
        "account": "Tom & Co",
        "day": "24 November 2026",
        "path": "/o/acme/connections/",
    }
    send_letter(f"notice_{what}", to="bob@example.com", language="en", context=context)
    (letter,) = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    text, html = str(letter.body), str(letter.alternatives[0][0])
    assert "LinkedIn" in letter.subject
    assert ("24 November 2026" in text) == (what == "grant_ends")
    assert "post it by hand" in text
    assert "Tom & Co" in text
    assert "/o/acme/connections/" in text
    assert "Zoë &lt;b&gt;" in html
    assert not any(word in text.lower() for word in ("held", "unknown", "advocate", "token", "grant"))
