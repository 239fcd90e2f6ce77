"""What the buttons of a weekly mail open: *Make it mine* and *Not for me*, each a page with a button, and its pictures.

A GET only shows: mail programs open links to check them. The secret in the address stands for the person, and is
looked up inside the company that stands in front of it.
"""

from __future__ import annotations

import logging

from allauth.account.utils import perform_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member, Organization
from accounts.person_forms import AskLinkForm
from accounts.refusals import Refusal
from accounts.selectors.invitations import organization_of_token
from accounts.tenancy import acting_in
from campaigns.actions.skips import skip_item, unskip_item
from campaigns.actions.weekly_mail import LinkUsed, use_draft_link, use_mailed_link
from campaigns.mail_pictures import signed_sha256, small_copy
from campaigns.media_store import MediaDamaged
from campaigns.models import MailedStory, Media, ReceivedReply, Share, Skip, SkipReason
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.preview import preview_of
from campaigns.selectors.weekly_mail import is_over, reply_of_link, story_of_link

logger = logging.getLogger(__name__)
A_MONTH = 30 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def mailed_story(request: HttpRequest, token: str) -> HttpResponse:
    """*Make it mine*: the button signs its owner in, once, and opens the draft."""
    organization = organization_of_token(token)
    if organization is None:
        return _unknown(request)
    with acting_in(organization):
        story = story_of_link(token)
        if story is None:
            return _unknown(request)
        if request.method == "POST":
            return _make_it_mine(request, organization, story)
        return _story_page(request, organization, story)


@require_http_methods(["GET", "HEAD", "POST"])
def mailed_not_for_me(request: HttpRequest, token: str) -> HttpResponse:
    """*Not for me*, and bringing it back. It signs nobody in, so the mail may be used for it again and again."""
    organization = organization_of_token(token)
    if organization is None:
        return _unknown(request)
    with acting_in(organization):
        story = story_of_link(token)
        if story is None or is_over(story):
            return _unknown(request)
        if request.method == "POST":
            return _skip(request, token, story)
        gone = Skip.objects.filter(member=story.mail.member, item=story.item, undone_at=None).exists()
        context = {"item": story.item, "reasons": SkipReason.choices, "gone": gone, "company": organization.name}
        return render(request, "campaigns/mailed_not_for_me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mailed_draft(request: HttpRequest, token: str) -> HttpResponse:
    """What an answer became: the text, and a button that signs its owner in, once, to approve it there."""
    organization = organization_of_token(token)
    if organization is None:
        return _unknown(request)
    with acting_in(organization):
        reply = reply_of_link(token)
        if reply is None:
            return _unknown(request)
        if request.method == "POST":
            return _look_and_approve(request, organization, reply)
        is_me = _is_me(request, reply.share.member)
        if not is_me and (reply.used_at is not None or is_over(reply)):
            return _over(request, _page_of(organization, reply.share), "")
        context = {"share": reply.share, "preview": preview_of(reply.share), "company": organization.name}
        context |= {"email": reply.share.member.email, "is_me": is_me}
        return render(request, "campaigns/mailed_draft.html", context)


@require_safe
def mail_picture(_request: HttpRequest, token: str) -> HttpResponse:
    """A story's picture, small, for anybody with the mail. It looks at no cookie and notes nothing."""
    organization = organization_of_token(token)
    sha256 = signed_sha256(organization, token) if organization else ""
    if organization is None or not sha256:
        raise Http404("There is nothing here.")
    with acting_in(organization):
        if not Media.objects.filter(sha256=sha256).exists():
            raise Http404("There is nothing here.")
        try:
            content = small_copy(sha256)
        except FileNotFoundError:
            raise Http404("There is nothing here.") from None
        except MediaDamaged:
            logger.exception("A stored picture is damaged.", extra={"event": "media_damaged"})
            raise Http404("There is nothing here.") from None
    headers = {"Cache-Control": f"public, max-age={A_MONTH}, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _make_it_mine(request: HttpRequest, organization: Organization, story: MailedStory) -> HttpResponse:
    member = story.mail.member
    try:
        share = use_mailed_link(story, by=member, is_signed_in=_is_me(request, member))
    except LinkUsed as refusal:
        return _over(request, reverse("item", args=[organization.slug, story.item.public_id]), refusal.sentence)
    except Refusal as refusal:
        return _story_page(request, organization, story, refusal=refusal)
    page, public_id = ("compose", share.public_id) if share else ("item", story.item.public_id)
    return _go_in(request, member, reverse(page, args=[organization.slug, public_id]))


def _look_and_approve(request: HttpRequest, organization: Organization, reply: ReceivedReply) -> HttpResponse:
    member = reply.share.member
    try:
        share = use_draft_link(reply, by=member, is_signed_in=_is_me(request, member))
    except LinkUsed as refusal:
        return _over(request, _page_of(organization, reply.share), refusal.sentence)
    except Refusal:  # they left at this moment: the link is nobody's
        return _unknown(request)
    return _go_in(request, member, _page_of(organization, share))


def _page_of(organization: Organization, share: Share) -> str:
    """Where a draft is approved; without an account, where one is chosen first."""
    return reverse("approve" if share.network else "compose", args=[organization.slug, share.public_id])


def _go_in(request: HttpRequest, member: Member, address: str) -> HttpResponse:
    if _is_me(request, member):
        return redirect(address)
    answer: HttpResponse = perform_login(request, member.user, redirect_url=address)
    return answer


def _skip(request: HttpRequest, token: str, story: MailedStory) -> HttpResponse:
    member, reason = story.mail.member, request.POST.get("reason", "")
    if request.POST.get("answer") == "back":
        unskip_item(story.item, by=member)
    else:
        skip_item(story.item, by=member, reason=reason if reason in SkipReason.values else "")
    return redirect("mailed_not_for_me", token)


def _story_page(
    request: HttpRequest, organization: Organization, story: MailedStory, refusal: Refusal | None = None
) -> HttpResponse:
    is_me = _is_me(request, story.mail.member)
    if not is_me and (story.used_at is not None or is_over(story)):
        return _over(request, reverse("item", args=[organization.slug, story.item.public_id]), "")
    context = {
        "item": story.item,
        "activity": activity_words(story.item),
        "question": story.question,
        "company": organization.name,
        "email": story.mail.member.email,
        "is_me": is_me,
        "refusal": refusal,
    }
    return render(request, "campaigns/mailed_story.html", context, status=refusal.status if refusal else 200)


def _over(request: HttpRequest, address: str, sentence: str) -> HttpResponse:
    """What happened, that nothing is lost, and the form for a link that leads to the same place."""
    context = {"sentence": sentence, "form": AskLinkForm(), "next_address": address}
    return render(request, "accounts/sign_in_link_over.html", context, status=410)


def _is_me(request: HttpRequest, member: Member) -> bool:
    return request.user.is_authenticated and member.user_id == request.user.pk


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/mailed_unknown.html", status=404)
