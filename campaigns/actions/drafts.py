"""Writes drafts: starting one, its words, its account, its tracked code. Changing what was approved ends the approval.

Every change takes the share back to DRAFT in the same transaction; approving again is `actions/shares.py`'s.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.models import Member, OrganizationSettings
from accounts.refusals import BadInput, Refusal
from accounts.selectors.consent import takes_part
from campaigns.actions.links import code_is_stale, renew_code, reserve_code
from campaigns.actions.share_disclosure import disclosure_for, disclosure_is_stale, renew_disclosure
from campaigns.actions.share_pictures import pictures_are_stale, renew_pictures
from campaigns.activity_rules import TASK, is_at_a_network
from campaigns.models import Approval, Item, Share, ShareMedia
from campaigns.publishing.moves import has_unclear_attempt
from campaigns.refusals import (
    ChangedMeanwhile,
    DeletedMeanwhile,
    NotOpenToYouYet,
    NotTakingPart,
    NotYours,
    StoryEnded,
    TooLate,
)
from campaigns.selectors.accounts import accounts_for, preferred_value
from campaigns.selectors.items import is_open, posts_missing
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.models import Connection, ConnectionState
from integrations.networks import NETWORKS, network
from integrations.places import places

LONGEST_DRAFT = 100_000
LONGEST_WARNING = 200
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)  # of BCP 47, as far as it is in use
CHANGEABLE = (ShareState.SCHEDULED, ShareState.HELD, ShareState.FAILED)
SHOWN_FOR_APPROVAL = (ShareState.DRAFT, ShareState.HELD, ShareState.FAILED)


def start_share(
    item: Item, *, by: Member, network: str = "", connection: Connection | None = None, by_hand: bool = False
) -> Share:
    """*Make it mine*: a draft on the server before anything else. A draft of the same kind is taken up again."""
    if not is_open(item, at=timezone.now()):
        raise StoryEnded
    if item.asks == TASK:
        raise Refusal(_("This asks for no post. Open it, and say there when it is done."))
    network = connection.network if connection else network
    if is_at_a_network(item.asks) and not network:
        network, connection, by_hand = _account_for(item, by)
    with transaction.atomic():
        lock_self(by, by=by)
        if not takes_part(by):
            raise NotTakingPart
        if missing := posts_missing(item, by):
            raise NotOpenToYouYet(missing)
        _require_account(by, network, connection, by_hand=by_hand, item=item)
        drafts = Share.objects.filter(member=by, item=item, state=ShareState.DRAFT, approval=None)
        begun = (drafts.filter(network__in=["", network]) if network else drafts).order_by("-id").first()
        if begun is not None:
            if not network:
                return begun
            return choose_connection(begun, by=by, network=network, connection=connection, by_hand=by_hand)
        share = _new_draft(item, by, network, connection, by_hand=by_hand and connection is None)
        audit("start_share", by=by, subject=f"share {share.public_id}", private=True, network=network)
    return share


def start_again(share: Share, *, by: Member) -> Share:
    """A new draft with the words of one that was taken back or came too late."""
    with transaction.atomic():
        lock_self(by, by=by)  # before the share, as whoever leaves does
        share = owned_and_locked(share, by=by)
        if share.state not in (ShareState.WITHDRAWN, ShareState.EXPIRED):
            raise TooLate(_("This post is still on its way; change it there."))
        live = share.connection is not None and share.connection.state == ConnectionState.LIVE
        account = {"connection": share.connection} if live else {"network": share.network, "by_hand": share.by_hand}
        draft = start_share(share.item, by=by, **account)
        if not draft.text:  # a draft that was begun meanwhile keeps its own words
            how: dict[str, Any] = {name: getattr(share, name) for name in ("language", "visibility", "warning")}
            draft = edit_draft(draft, by=by, text=share.text, **how)
        audit("start_again", by=by, subject=f"share {share.public_id}", private=True)
    return draft


def edit_draft(
    share: Share,
    *,
    by: Member,
    text: str,
    language: str | None = None,
    visibility: str | None = None,
    warning: str | None = None,
    seen_version: int | None = None,
) -> Share:
    """Change the words. `seen_version` is the draft the person started from: another window may have been faster."""
    if len(text) > LONGEST_DRAFT:
        raise BadInput(_("This is too long for any network. Shorten it, then save again."), field="text")
    warning = None if warning is None else " ".join(warning.split())
    if warning is not None and len(warning) > LONGEST_WARNING:
        raise BadInput(_("A warning is one short line. Shorten it, then save again."), field="warning")
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if seen_version is not None and seen_version != share.draft_version:
            raise ChangedMeanwhile
        if language and language != share.language and not LANGUAGE_TAG.fullmatch(language):
            raise BadInput(_("We do not speak this language yet."), field="language")
        text = text.replace("\r\n", "\n").strip()
        changes = {"text": text, "language": language or share.language, "visibility": visibility or share.visibility}
        changes["warning"] = share.warning if warning is None else warning
        if any(getattr(share, name) != value for name, value in changes.items()):
            _change(share, by=by, because="edited", **changes)
            renew_disclosure(share)
            audit("edit_draft", by=by, subject=f"share {share.public_id}", private=True)
    return share


def delete_draft(share: Share, *, by: Member) -> None:
    """Gone for good, where nothing was ever approved or read; what left traces in the ledgers is taken back instead."""
    with transaction.atomic():
        try:
            share = owned_and_locked(share, by=by)
        except DeletedMeanwhile:  # a second click, which waited for the first
            return
        if share.state != ShareState.DRAFT:
            raise TooLate(_("Only a draft can be deleted. This one is planned, or it is out already."))
        code, story, own = share.link_code, share.item, share.item.own_of_id is not None
        if share.moves.exists() or share.approvals.exists():
            Share.objects.filter(pk=share.pk).update(text="", warning="")
            move(share, ShareState.WITHDRAWN, by=by, because="deleted")
        else:
            share.delete()
            if code is not None and code.live_at is None:
                code.delete()
            if own:
                story.delete()
        audit("delete_draft", by=by, subject=f"share {share.public_id}", private=True)


def choose_connection(
    share: Share, *, by: Member, connection: Connection | None = None, network: str = "", by_hand: bool = False
) -> Share:
    """Say where it goes: one of the person's own accounts, or a place at which they post by hand."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        key = connection.network if connection else network
        _require_account(by, key, connection, by_hand=by_hand, item=share.item)
        hand = by_hand and connection is None
        chosen = (key, connection.pk if connection else None, hand)
        if chosen != (share.network, share.connection_id, share.by_hand):
            _change(share, by=by, because="account", network=key, connection=connection, by_hand=hand)
            renew_disclosure(share)
            audit("choose_connection", by=by, subject=f"share {share.public_id}", private=True, network=key)
    return share


def describe_picture(share: Share, *, by: Member, position: int, alt_text: str) -> Share:
    """Say what a picture shows, for people who cannot see it."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        pictures = ShareMedia.objects.filter(share=share, position=position).exclude(alt_text=alt_text.strip()[:1000])
        if pictures.exists():
            _change(share, by=by, because="edited")
            pictures.update(alt_text=alt_text.strip()[:1000])
            audit("describe_picture", by=by, subject=f"share {share.public_id}", private=True)
    return share


def owned_and_locked(share: Share, *, by: Member) -> Share:
    """The share as it stands now, locked until the end of the transaction; raises where it is not `by`'s."""
    if share.member_id != by.pk or not by.is_active:
        raise NotYours
    story = ("item__picture", "campaign", "link_code")
    rows = Share.objects.select_related("member", "organization", "connection", *story)
    locked = rows.select_for_update(of=("self",)).filter(pk=share.pk).first()
    if locked is None:
        raise DeletedMeanwhile
    return locked


def back_to_draft(share: Share, *, by: Member | None, because: str) -> None:
    """End the approval of a locked share and make it a draft again; FAILED and HELD ones, too."""
    end_approval(share, because=because)
    fresh = {"approval": None, "rkey": "", "post_created_at": ""}
    move(share, ShareState.DRAFT, by=by, because=because, **fresh)
    renew_code(share)


def end_approval(share: Share, *, because: str) -> None:
    Approval.objects.filter(share=share, ended_at=None).update(ended_at=timezone.now(), ended_because=because)


def make_ready_to_show(share: Share, *, by: Member, settings: OrganizationSettings | None = None) -> Share:
    """Before a draft or a waiting post is shown for approval: the story's code, picture and disclosure as they are."""
    if not story_is_stale(share, settings):
        return share
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state in SHOWN_FOR_APPROVAL:
            renew_code(share)
            renew_pictures(share)
            renew_disclosure(share)
    return share


def story_is_stale(share: Share, settings: OrganizationSettings | None = None) -> bool:
    """Would this post be shown with something that the story, or the company, has otherwise by now?"""
    if share.state not in SHOWN_FOR_APPROVAL:  # what is planned is held when its story changes
        return False
    return code_is_stale(share) or pictures_are_stale(share) or disclosure_is_stale(share, settings)


def _new_draft(item: Item, by: Member, key: str, connection: Connection | None, *, by_hand: bool) -> Share:
    said = disclosure_for(item, by=by, language=item.language, network="" if by_hand else key)
    share = Share.objects.create(
        member=by,
        item=item,
        campaign=item.campaign,
        network=key,
        connection=connection,
        by_hand=by_hand,
        language=item.language,
        disclosure=said.sentence,
        labels=list(said.labels),
        link_code=reserve_code(item.destination) if item.destination else None,
        time_zone=by.time_zone,
    )
    renew_pictures(share)
    return share


def _change(share: Share, *, by: Member, because: str, **columns: Any) -> None:
    """Write columns of the draft, after ending an approval that stood on the old ones."""
    if share.held_reason == HeldReason.COULD_NOT_TELL:
        raise TooLate(_("It may be out already. Look there first, then tell us; your text is safe."))
    require_clear(share)
    if share.state in CHANGEABLE:
        back_to_draft(share, by=by, because=because)
    if share.state == ShareState.IN_REVIEW:
        raise TooLate(_("A colleague is reading this. Take it back first, then change it; your text is safe."))
    if share.state != ShareState.DRAFT:
        raise TooLate(_("This can no longer be changed: it is on its way, or it is out already."))
    columns["draft_version"] = share.draft_version + 1
    Share.objects.filter(pk=share.pk).update(**columns, updated_at=timezone.now())
    for name, value in columns.items():
        setattr(share, name, value)


def require_clear(share: Share) -> None:
    """A planned repeat of an unclear send is the engine's until the network has answered."""
    if share.state == ShareState.SCHEDULED and has_unclear_attempt(share):
        raise TooLate(_("We are still finding out whether this went out. You will know in a few minutes."))


def _account_for(item: Item, by: Member) -> tuple[str, Connection | None, bool]:
    """Where an activity is done unless its person says otherwise: from their account, else with their own hand."""
    accounts = accounts_for(by, story=item)
    chosen = accounts.named(preferred_value(accounts))
    return item.target_at, chosen.connection if chosen else None, chosen is None


def _require_account(by: Member, key: str, connection: Connection | None, *, by_hand: bool, item: Item) -> None:
    if is_at_a_network(item.asks) and key not in ("", item.target_at):
        raise BadInput(_("What is asked for stands at another network."), field="account")
    known = {one.key for one in NETWORKS} | ({one.key for one in places()} if by_hand else set())
    if key and key not in known:
        raise BadInput(_("We do not know this network."), field="account")
    if connection is None:
        return
    if connection.member_id != by.pk:
        raise NotYours
    if connection.state == ConnectionState.DISCONNECTED:
        raise BadInput(
            _("You disconnected this %(network)s account. Connect it again or post by hand; your text is safe.")
            % {"network": network(connection.network).label},
            field="account",
        )
