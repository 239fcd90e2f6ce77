"""What a person can do about a share: each a link or a button with its words, for `share_words.py` to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import ON_A_WORD, Activity, Share, ShareState
from campaigns.selectors.places import hand_place, where_to
from integrations.networks import network


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing to do: a link, or a button of a form that posts to `address`."""

    label: str
    address: str
    posts: bool = False
    look: str = ""  # quiet, plain or danger; '' is the one that stands out
    icon: str = ""
    outside: bool = False
    asks: str = ""  # what would be lost: asked once before it is done


def address(share: Share, name: str, *arguments: str) -> str:
    return reverse(name, args=[share.organization.slug, *arguments])


def address_of(share: Share, name: str, **query: str) -> str:
    path = address(share, name, share.public_id)
    return f"{path}?{urlencode(query)}" if query else path


def to_page(share: Share, label: str, name: str, *, look: str = "", icon: str = "") -> Doing:
    return Doing(label, address_of(share, name), look=look, icon=icon)


def go_on(share: Share) -> Doing:
    return to_page(share, _("Go on writing"), "compose", icon="pencil-square")


def edit(share: Share, look: str = "quiet") -> Doing:
    return to_page(share, _("Edit"), "compose", look=look, icon="pencil-square")


def approve(share: Share, label: str, *, look: str = "", icon: str = "", **query: str) -> Doing:
    return Doing(label, address_of(share, "approve", **query), look=look, icon=icon)


def withdraw(share: Share, label: str = "") -> Doing:
    return Doing(label or _("Withdraw"), address_of(share, "share_withdraw"), posts=True, look="plain")


def throw_away(share: Share) -> Doing:
    return withdraw(share, _("Throw away"))


def delete(share: Share) -> Doing:
    label, address = _("Delete"), address_of(share, "draft_delete", back="queue")
    return Doing(label, address, posts=True, look="plain", asks=_("Its words are lost; nothing else is."))


def switch_to_hand(share: Share) -> Doing:
    label = _("I'll post it by hand")
    return Doing(label, address_of(share, "share_to_hand"), posts=True, look="quiet", icon="hand-raised")


def start_anew(share: Share) -> Doing:
    return Doing(_("Start again from this text"), address_of(share, "share_again"), posts=True, look="plain")


def open_post(share: Share) -> tuple[Doing, ...]:
    if not share.external_url:
        return ()
    return (Doing(_("Open"), share.external_url, look="quiet", icon="arrow-top-right-on-square", outside=True),)


def ask_for_answers(share: Share) -> tuple[Doing, ...]:
    """Where the network shows them to us, and the post is one's own."""
    if share.by_hand or share.item.asks != Activity.SHARE or not network(share.network).shows_replies:
        return ()
    return (to_page(share, _("Did anybody answer?"), "share_after", look="quiet", icon="chat-bubble-left-right"),)


def can_give_address(share: Share) -> bool:
    """A post on its person's word that could be seen, if we knew where; a wrong address can be mended."""
    told = share.state == ShareState.PUBLISHED and share.evidence in ON_A_WORD
    return share.by_hand and told and bool(share.link_code_id) and hand_place(share).gives_address


def after_by_hand(share: Share) -> tuple[Doing, ...]:
    """Say where it stands, or that it stands there no more."""
    asks = _("Its points go with it. That cannot be undone.")
    address = address_of(share, "share_gone")
    gone = Doing(_("I deleted it there"), address, posts=True, look="plain", icon="archive-box-arrow-down", asks=asks)
    if not can_give_address(share):
        return (gone,)
    label = _("Change its address") if share.external_url else _("Give its address")
    return (to_page(share, label, "by_hand", look="quiet", icon="link"), gone)


def open_mine(share: Share) -> tuple[Doing, ...]:
    profile = share.connection.profile_url if share.connection else ""
    if not profile:
        return ()
    label = _("Open my %(network)s posts") % {"network": network_label(share)}
    return (Doing(label, profile, icon="arrow-top-right-on-square", outside=True),)


def network_label(share: Share) -> str:
    return where_to(share).label if share.network else _("a network")
