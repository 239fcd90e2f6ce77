"""Posting by hand: the text ready, the place opened with as much as it takes, and the one question *Is it out?*"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.refusals import BadInput, Refusal
from campaigns import access
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.activity_rules import deed_of, is_at_a_network
from campaigns.canonical import text_of, tracked_address
from campaigns.models import ON_A_WORD, HeldReason, Share, ShareState
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.places import hand_place
from campaigns.selectors.share_doings import can_give_address
from campaigns.views.own_zone import in_own_zone
from integrations.networks import network
from integrations.networks.base import NoSuchServer
from integrations.places import HandPost, Opening, Place
from integrations.selectors.connections import standing_connections

SERVERS = "servers_by_hand"  # of the session: the server a person named, by place


@require_http_methods(["GET", "POST"])
@for_member()
@in_own_zone
def by_hand(request: MemberRequest, public_id: str) -> HttpResponse:
    """What there is to do while it waits; afterwards, for a post on one's word, only its address."""
    share = access.share_for(request.member, public_id)
    if request.method == "POST" and "server" in request.POST:
        return _server_named(request, share)
    if request.method == "POST":
        return _is_out(request, share)
    waits = share.state == ShareState.SCHEDULED or share.held_reason == HeldReason.BY_HAND
    if not share.by_hand or not (waits or can_give_address(share)):
        return redirect("queue", request.organization.slug)
    return _steps(request, share)


def _is_out(request: MemberRequest, share: Share) -> HttpResponse:
    typed = request.POST.get("url", "")
    try:
        server = _named_server(request, hand_place(share)) if share.by_hand else ""
        share = post_by_hand_is_out(share, by=request.member, url=typed, server=server)
    except BadInput as refusal:
        return _steps(request, share, url=typed, problem=refusal.sentence, status=refusal.status)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("queue", request.organization.slug)
    messages.success(request, _thanks(share))
    return redirect("queue", request.organization.slug)


def _thanks(share: Share) -> str:
    if is_at_a_network(share.item.asks):
        return _("Well done. It counts as done, on your word.")
    if hand_place(share).is_private:
        return _("Well done. Nobody asks you to prove what you send there.")
    if share.external_url and share.evidence in ON_A_WORD:
        return _("Well done. We look at the address; where your link stands there, it counts as seen.")
    return _("Well done. It counts as posted, on your word.")


def _server_named(request: MemberRequest, share: Share) -> HttpResponse:
    """Kept for this sign-in: it only says what to open."""
    if not share.by_hand or not hand_place(share).asks_server:
        return redirect("queue", request.organization.slug)
    typed = request.POST["server"]
    try:
        server = network(share.network).server_address(typed)
    except NoSuchServer as problem:
        return _steps(request, share, server=typed, server_problem=str(problem), status=400)
    request.session[SERVERS] = {**request.session.get(SERVERS, {}), share.network: server}
    return redirect("by_hand", request.organization.slug, share.public_id)


def _server_of(request: MemberRequest, place: Place) -> str:
    """The server the person named, else that of their own account there."""
    if not place.asks_server:
        return ""
    mine = (one.server for one in standing_connections(request.member) if one.network == place.key)
    return _named_server(request, place) or next(mine, "")


def _named_server(request: MemberRequest, place: Place) -> str:
    return str(request.session.get(SERVERS, {}).get(place.key, ""))


def _steps(request: MemberRequest, share: Share, *, status: int = 200, **shown: Any) -> HttpResponse:
    place, text, server = hand_place(share), text_of(share), _server_of(request, hand_place(share))
    context = {
        "share": share,
        "activity": activity_words(share.item),
        "place": place,
        "opening": _opening(share, place, text, server),
        "server": server,
        "text": text,
        "is_out": share.state == ShareState.PUBLISHED,
        "url": share.external_url,
        "pictures": [
            (reverse("media", args=[request.organization.slug, one.media.sha256]), one.alt_text)
            for one in share.media_links.select_related("media").order_by("position")
        ],
        **shown,
    }
    page = "by_hand" if text or not is_at_a_network(share.item.asks) else "by_hand_deed"
    return render(request, f"campaigns/{page}.html", context, status=status)


def _opening(share: Share, place: Place, text: str, server: str) -> Opening:
    item = share.item
    if is_at_a_network(item.asks):
        return place.opening_of(deed_of(item.asks), item.target, text=text)
    return place.opening(HandPost(text, tracked_address(share.link_code), item.title, server))
