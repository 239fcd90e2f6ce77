"""What a person reads in the mail about a post that needs them: every letter renders, in words, with its address."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from django.core import mail

from accounts.errands import run_errands
from accounts.letters import send_letter
from accounts.models import Member
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.models import HeldReason, ItemKind
from campaigns.notices import What, owe_notice
from tests.campaigns import world

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


def test_a_comment_is_no_post_and_its_words_are_safe(acme: world.Company, bob: Member) -> None:
    asked: dict[str, Any] = {"asks": "comment", "target": "https://x.com/acme/status/17", "target_at": "x"}
    share = start_share(world.item(acme.owner, destination="", kind=ItemKind.TEXT, **asked), by=bob)
    owe_notice(edit_draft(share, by=bob, text="Well said."), "expired")
    run_errands(mail=True)
    text = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}"
    assert "was not done. Your text is safe." in text
    assert not re.search(r"\b(post|posted)\b", text)
