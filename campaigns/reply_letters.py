"""The errand "reply_draft": the mail that shows what an answer became, with a link to look at it and approve.

The text is read when the mail leaves, so that it shows the draft as it stands then; no errand holds a word of it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.errands import Done, ErrandResult, outside
from accounts.identifiers import sha256_of
from accounts.letters import language_of, post
from accounts.tenancy import acting_in
from campaigns.actions.replies import draft_secret
from campaigns.models import ReceivedReply
from campaigns.selectors.preview import preview_of


@outside
def send_reply_draft(payload: dict[str, Any]) -> ErrandResult:
    with acting_in(payload["organization_id"]):
        letter = _letter(payload)
    return Done() if letter is None else post("reply_draft", **letter)


ERRANDS = {"reply_draft": send_reply_draft}


def _letter(payload: dict[str, Any]) -> dict[str, Any] | None:
    rows = ReceivedReply.objects.select_related("share__member__user", "share__item", "share__organization")
    reply = rows.filter(pk=payload["reply"]).first()
    if reply is None or not reply.share.member.is_active:
        return None
    share, author = reply.share, reply.share.member
    with translation.override(language_of(author)):
        preview = preview_of(share)
    link = reverse("mailed_draft", args=[draft_secret(author, reply.message_sha256)])
    context = {
        "name": author.own_name or author.name,
        "title": share.item.title,
        "warning": preview.warning,
        "text": preview.text,
        "network": preview.network.label if preview.network else "",
        "account": preview.handle,
        "address": settings.SITE_ADDRESS + link,
    }
    message_id = sha256_of(f"reply:{payload['organization_id']}:{reply.pk}")[:40]
    return {"to": author.email, "language": language_of(author), "context": context, "message_id": message_id}
