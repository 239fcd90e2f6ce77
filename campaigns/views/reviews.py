"""A second pair of eyes: the author's asking, and the readers' page with what authors asked them to read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from campaigns import access
from campaigns.actions.reviews import LONGEST_NOTE, ask_for_review, pass_review, send_back
from campaigns.models import Share
from campaigns.refusals import NotWaitingToBeRead
from campaigns.selectors.preview import Preview, preview_of
from campaigns.selectors.reviews import texts_to_read, words_sha256
from campaigns.views.own_zone import in_own_zone
from integrations.selectors.servers import remember_limits

SHOWN = 5  # whole posts, with their pictures; what was answered makes room for the next


@dataclass(frozen=True, slots=True)
class Text:
    """One post as its reader sees it; `note` and `problem` where an answer was refused."""

    share: Share
    author: str
    preview: Preview
    seen_sha256: str
    note: str = ""
    problem: str = ""


@require_POST
@for_member()
@in_own_zone
def ask_review(request: MemberRequest, public_id: str) -> HttpResponse:
    """The author's own act, on the page that said who will see it."""
    slug = request.organization.slug
    share = access.share_for(request.member, public_id)
    try:
        ask_for_review(share, by=request.member, seen_sha256=request.POST.get("seen_sha256", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("approve", slug, public_id)
    messages.success(request, _("Asked. We write to you when somebody has read it."))
    return redirect("compose", slug, public_id)


@require_safe
@for_member(Right.REVIEW)
@in_own_zone
def to_read(request: MemberRequest) -> HttpResponse:
    return _page(request)


@require_POST
@for_member(Right.REVIEW)
@in_own_zone
def read_text(request: MemberRequest, public_id: str) -> HttpResponse:
    """The reader's answer to one text: fine as it is, or back with a word."""
    share = access.text_for_reader(request.member, public_id)
    try:
        done = _answer(request, share)
    except NotWaitingToBeRead as refusal:
        messages.info(request, refusal.sentence)
    except Refusal as refusal:
        return _page(request, refused=public_id, refusal=refusal)
    else:
        messages.success(request, done)
    return redirect("to_read", request.organization.slug)


def _answer(request: MemberRequest, share: Share) -> str:
    given = request.POST
    said = {"seen_sha256": given.get("seen_sha256", ""), "note": given.get("note", "")}
    match given.get("answer"):
        case "fine":
            pass_review(share, by=request.member, **said)
            return _("Thank you. Its author is told, and decides if and when it goes out.")
        case "back":
            send_back(share, by=request.member, **said)
            return _("Sent back with your word. Its author is told.")
        case _:
            raise BadInput(_("Choose one of the two answers."), field="note")


def _page(request: MemberRequest, *, refused: str = "", refusal: Refusal | None = None) -> HttpResponse:
    waiting = list(texts_to_read(request.member, now=timezone.now())[: SHOWN + 1])
    texts = [_text(share) for share in waiting[:SHOWN]]
    if refusal is not None:
        note = request.POST.get("note", "")
        texts = [
            replace(text, note=note, problem=refusal.sentence) if text.share.public_id == refused else text
            for text in texts
        ]
    context = {"texts": texts, "more": len(waiting) > SHOWN, "longest_note": LONGEST_NOTE}
    return render(request, "campaigns/to_read.html", context, status=refusal.status if refusal else 200)


def _text(share: Share) -> Text:
    """With the author's name as the company writes it; the account, its face and its handle stay the author's."""
    author = str(share.member)
    if share.connection is not None:
        remember_limits(share.connection, vars(share)["limits_there"])
    shown = replace(preview_of(share), name=author, handle="")
    return Text(share=share, author=author, preview=shown, seen_sha256=words_sha256(share))
