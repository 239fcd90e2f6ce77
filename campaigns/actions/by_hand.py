"""Writes what a person tells us about a post they put out with their own hand (assisted sharing), and what we saw.

The same road as every share, without a connection: it is approved, comes due, and waits for its person. Their word
stands as *told*; a page that shows the post's own link makes it *seen* (`campaigns/publishing/seen_posts.py` looks).
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.errands import owe
from accounts.models import Member
from accounts.refusals import BadInput
from campaigns.actions.drafts import owned_and_locked
from campaigns.actions.point_corrections import balance_points_of_taken_down
from campaigns.actions.points import award_for_publication
from campaigns.models import ON_A_WORD, Evidence, Share, Statement, StatementKind
from campaigns.publishing.wake import wake_publisher
from campaigns.refusals import ApprovalNeeded, TooLate
from campaigns.selectors.places import hand_place
from campaigns.share_lifecycle import HeldReason, ShareState, move
from campaigns.time_rules import wall_of, zone_named
from integrations.places import Place
from integrations.posted_pages import page_of

LATER = timedelta(hours=3)
LONGEST_ADDRESS = 600
MOST_ADDRESSES = 5  # of one post: a slip is mended, and we do not look wherever somebody points us


def post_by_hand_is_out(share: Share, *, by: Member, url: str = "", server: str = "") -> Share:
    """*It's out*: the person's word, and the post's address where they give it, now or later.

    `server` is the one they named, at a place that asks for it.
    """
    with transaction.atomic():
        lock_self(by, by=by)  # so that of two words at once the second knows what the first earned
        share = owned_and_locked(share, by=by)
        address = _address(url, hand_place(share), server) if share.by_hand else ""
        _require_own_page(share, address)
        if share.state == ShareState.PUBLISHED and share.by_hand:
            return _with_address(share, address, by, server)
        _require_waiting(share)
        if share.state == ShareState.SCHEDULED:  # the person was faster than the clock
            _hold(share, by)
        told = {"evidence": Evidence.TOLD, "external_url": address, "published_at": timezone.now()}
        move(share, ShareState.PUBLISHED, by=by, because="told", **told)
        _keep_word(share, by, server)
        award_for_publication(share)
        audit("post_by_hand_is_out", by=by, subject=f"share {share.public_id}", private=True)
    return share


def post_is_seen(share: Share, *, by: Member | None) -> Share:
    """Its address shows the link that stands in this post and in no other: as sure as a network's own word.

    Nothing of a person who left meanwhile is seen, nor at an address that the person replaced since `share` was read.
    """
    return _show(share, Evidence.SEEN, by=by, act="post_is_seen", looked_at=share.external_url)


def post_is_clicked(share: Share, *, by: Member | None) -> Share:
    """A reader followed its link from there. It can have been its own person, so it earns within a week's words."""
    return _show(share, Evidence.CLICKED, by=by, act="post_is_clicked")


def _show(share: Share, evidence: Evidence, *, by: Member | None, act: str, looked_at: str | None = None) -> Share:
    with transaction.atomic():
        # Before the share, as in every word of the person's own: who is leaving at this moment is waited for.
        member = Member.objects.select_for_update(no_key=True).get(pk=share.member_id)
        share = (
            Share.objects.select_related("item", "link_code", "member").select_for_update(of=("self",)).get(pk=share.pk)
        )
        adds = share.evidence in ON_A_WORD and share.evidence != evidence
        is_there = looked_at is None or share.external_url == looked_at
        if not (share.state == ShareState.PUBLISHED and adds and member.is_active and is_there):
            return share
        share.evidence = evidence
        Share.objects.filter(pk=share.pk).update(evidence=evidence, updated_at=timezone.now())
        award_for_publication(share, at=timezone.now())
        audit(act, by=by, subject=f"share {share.public_id}", private=True)
    return share


def post_by_hand_is_gone(share: Share, *, by: Member) -> Share:
    """The person deleted it where it stood. What it earned goes with it, as with every post that is taken down."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.TAKEN_DOWN:
            return share
        if not share.by_hand or share.state != ShareState.PUBLISHED:
            raise TooLate(_("Only a post of your own hand that is out can be gone from there."))
        move(share, ShareState.TAKING_DOWN, by=by, because="by_hand")
        Statement.objects.create(share=share, kind=StatementKind.GONE, by=by, external_url=share.external_url)
        move(share, ShareState.TAKEN_DOWN, by=by, because="told")
        balance_points_of_taken_down(share)
        audit("post_by_hand_is_gone", by=by, subject=f"share {share.public_id}", private=True)
    return share


def remind_later(share: Share, *, by: Member) -> Share:
    """*Later today*: the same approved text, three hours on, where the approval still covers that."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        _require_waiting(share)
        due_at = timezone.now() + LATER
        approval = share.approval
        if approval is None or approval.ended_at is not None or due_at >= approval.window_end:
            raise ApprovalNeeded
        if share.state == ShareState.SCHEDULED:
            _hold(share, by)
        zone = zone_named(share.time_zone or "UTC")
        move(share, ShareState.SCHEDULED, by=by, because="later", due_at=due_at, wall_time=wall_of(due_at, zone))
        audit("remind_later", by=by, subject=f"share {share.public_id}", private=True)
        wake_publisher()
    return share


def _with_address(share: Share, address: str, by: Member, server: str) -> Share:
    """A second click; or the address, new or mended, of a post that stands on its person's word alone."""
    if address and address != share.external_url and share.evidence in ON_A_WORD:
        _require_few_addresses(share)
        share.external_url = address
        Share.objects.filter(pk=share.pk).update(external_url=address, updated_at=timezone.now())
        _keep_word(share, by, server)
        audit("post_by_hand_is_out", by=by, subject=f"share {share.public_id}", private=True)
    return share


def _keep_word(share: Share, by: Member, server: str) -> None:
    """The statement; and with an address somebody goes and looks, outside of this transaction."""
    address = share.external_url
    word = Statement.objects.create(share=share, kind=StatementKind.CONFIRMED, by=by, external_url=address)
    if address and share.link_code_id:
        payload = {"share": share.public_id, "statement": word.pk, "server": server}
        owe("see_post", cause=f"see_post:{share.public_id}:{word.pk}", payload=payload)


def _hold(share: Share, by: Member) -> None:
    reason = {"held_reason": HeldReason.BY_HAND, "held_at": timezone.now()}
    move(share, ShareState.HELD, by=by, because="by_hand", **reason)


def _require_waiting(share: Share) -> None:
    waits = share.state == ShareState.SCHEDULED or share.held_reason == HeldReason.BY_HAND
    if not share.by_hand or not waits:
        raise TooLate(_("This post does not wait for your hand."))


def _require_own_page(share: Share, address: str) -> None:
    """One page shows one post. The person is locked, so of two words at once the second sees the first."""
    if not address:
        return
    out = Share.objects.filter(member=share.member_id, state__in=[ShareState.PUBLISHED, ShareState.TAKING_DOWN])
    others = out.exclude(pk=share.pk).exclude(external_url="").values_list("external_url", flat=True)
    if any(page_of(other) == page_of(address) for other in others):
        sentence = _("This is the address of another post of yours. Copy this one's, or leave the field empty.")
        raise BadInput(sentence, field="url")


def _require_few_addresses(share: Share) -> None:
    if share.statements.exclude(external_url="").count() >= MOST_ADDRESSES:
        sentence = _("You gave several addresses for this post. The last one stays, and your post counts on your word.")
        raise BadInput(sentence, field="url")


def _address(url: str, place: Place, server: str) -> str:
    url = url.strip()
    if not url or not place.gives_address:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or len(url) > LONGEST_ADDRESS:
        sentence = _("This is no address of a post. Copy it from the network, or leave the field empty.")
        raise BadInput(sentence, field="url")
    if parts.netloc == urlsplit(settings.SITE_ADDRESS).netloc:
        sentence = _("This is the link in your post. Copy the address of the post itself, or leave the field empty.")
        raise BadInput(sentence, field="url")
    if not place.takes_address(url, server=server):
        sentence = _("This address does not lead to %(network)s. Copy it from your post, or leave the field empty.")
        raise BadInput(sentence % {"network": urlsplit(server).hostname or place.label}, field="url")
    return url
