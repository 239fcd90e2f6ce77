"""One share's way to a real server and back, through our pages as a person's browser asks for them and our workers.

Django is set up before this is imported. What the server keeps is asked of the server itself.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.db.models import Sum
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.models import Errand, Member, Organization
from accounts.selectors.consent import agreed_to_network, takes_part
from accounts.tenancy import acting_in
from campaigns.actions.media import keep_picture
from campaigns.canonical import tracked_address
from campaigns.models import Item, PointEntry, Share
from campaigns.picture_decoding import decode_picture
from campaigns.share_lifecycle import ShareState
from integrations.actions.networks import offer_networks
from integrations.models import Connection
from tests.accounts.companies import company, invite, join
from tests.campaigns.pictures import picture
from tests.campaigns.world import item
from tests.integrations.signing_in import go
from tests.peers.browsing import SignIn, allow
from tests.peers.installing import PeerTrouble

LINK = "https://example.com/how-we-did-it"
TAG = "BuildTimes"
WORDS = f"From 40 minutes to four 🚀 and our team 👩‍💻 sleeps again: {LINK} #{TAG}"
DUE_IN = timedelta(seconds=5)
PATIENCE = 40.0  # seconds


class PersonThere(Protocol):
    """An account on a peer; `account_id` is what its API names it by."""

    @property
    def account_id(self) -> str: ...


class Peer(Protocol):
    """A running server. What it keeps is asked of itself, without code of ours."""

    @property
    def network(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def takes_back(self) -> bool:
        """Whether its API can take a post back."""
        ...

    def person(self, name: str) -> PersonThere: ...

    def sign_in(self, person: Any) -> SignIn:
        """What its `person` does at the server's own pages to say yes to our app."""
        ...

    def posts(self, account_id: str) -> list[dict[str, Any]]: ...

    def differences(self, canonical: str, *, links: list[str], tags: list[str]) -> list[str]:
        """How the post it keeps differs from what was approved. Raises `PeerTrouble` where it keeps none."""
        ...


@dataclass(frozen=True, slots=True)
class Walker:
    """The person of this road: a member here, an account there."""

    organization: Organization
    member: Member
    there: PersonThere
    browser: Client

    def share(self, public_id: str) -> Share:
        with acting_in(self.organization):
            return Share.objects.select_related("approval", "link_code").get(public_id=public_id)

    def page(self, name: str, *words: str) -> str:
        answer = self.browser.get(self._address(name, *words))
        if answer.status_code != 200:
            raise PeerTrouble(f"The page {name} answered {answer.status_code}.")
        return answer.content.decode()

    def send(self, name: str, *words: str, **typed: str) -> str:
        """Press a form's button; answers where the page led, which it does only where nothing was refused."""
        answer = self.browser.post(self._address(name, *words), typed)
        if answer.status_code != 302:
            raise PeerTrouble(f"The form on {name} was not taken: it answered {answer.status_code}.")
        return answer.headers["Location"]

    def come_back(self, path: str) -> None:
        """From the network's page."""
        answer = self.browser.get(path)
        if answer.status_code != 302:
            raise PeerTrouble(f"Coming back from the network was not taken: it answered {answer.status_code}.")

    def _address(self, name: str, *words: str) -> str:
        return reverse(name, args=[self.organization.slug, *words])


def walk(peer: Peer) -> dict[str, Any]:
    """The whole road; what it found, as plain values. Raises `PeerTrouble` where it cannot go on."""
    walker, story = invited(peer)
    opted_in = connect(walker, peer)
    share = approved(walker, story)
    too_early = peer.posts(walker.there.account_id)
    out = until(walker, share, ShareState.PUBLISHED)
    assert out.approval is not None
    assert out.due_at is not None
    assert out.published_at is not None
    links = [LINK, tracked_address(out.link_code)]
    unequal = peer.differences(out.approval.canonical, links=links, tags=[TAG])
    found = {
        "opted_in": opted_in,
        "nothing_before_due": too_early == [] and out.published_at >= out.due_at,
        "due_to_posted_seconds": round((out.published_at - out.due_at).total_seconds(), 2),
        "equal": not unequal,
        "differences": unequal,
        "posts_there": len(peer.posts(walker.there.account_id)),
        "permalink": out.external_url,
        "permalink_in_queue": f'href="{out.external_url}"' in walker.page("queue"),
        "points": points_of(walker, out),
    }
    return found | taken_down(walker, peer, out)


def invited(peer: Peer, name: str = "bob") -> tuple[Walker, Item]:
    """A company that offers this network and has a story, and somebody who followed its invitation."""
    mail = f"{secrets.token_hex(4)}@northwind.test"  # a database given by the environment may know the last run's
    organization, owner = company("Northwind", owner=f"olga-{mail}")
    with acting_in(organization):
        offer_networks([peer.network], by=owner)
        card = keep_picture(decode_picture(picture("JPEG", (640, 360))), by=owner, alt_text="A chart that falls")
        story = item(owner, picture=card, summary="What we changed, and what we would not do again.")
        (member,) = invite(owner, f"{name}-{mail}")
        member = join(member, takes_part=False)
    assert member.user is not None
    browser = Client()
    browser.force_login(member.user)
    return Walker(organization, member, peer.person(name), browser), story


def connect(walker: Walker, peer: Peer, more: str = "") -> bool:
    """Our page, where the one button says yes to taking part and to this network, then the server's own, and back.

    `more` is what the person wants to be able to do there beside posting.
    """
    there = walker.there
    page = go(walker.browser, walker.organization, peer.network, allow=more, server=peer.address)
    back = urlsplit(allow(page, peer.sign_in(there)))
    walker.come_back(f"{back.path}?{back.query}")
    with acting_in(walker.organization):
        connection = Connection.objects.get(member=walker.member)
        is_right = (connection.account_id, connection.server) == (there.account_id, peer.address)
        return is_right and takes_part(walker.member) and agreed_to_network(walker.member, peer.network)


def approved(walker: Walker, story: Item) -> Share:
    """Made mine, written, looked at, and approved for five seconds from now (the page itself offers minutes)."""
    composer = walker.send("item_share", story.public_id)
    public_id = resolve(composer).kwargs["public_id"]
    draft = filled_in(walker.page("compose", public_id))
    walker.send("compose", public_id, **draft, text=WORDS, go="look")
    shown = filled_in(walker.page("approve", public_id))
    due_at = (timezone.now() + DUE_IN).isoformat()
    walker.send("approve", public_id, **{**shown, "due_at": due_at, "accepts_guidelines": "on"})
    return walker.share(public_id)


def filled_in(page: str) -> dict[str, str]:
    """What a page's forms send where a person changes nothing: the unseen fields and the chosen radio buttons."""
    unseen, chosen = "input[type=hidden]", "input[type=radio][checked]"
    fields = BeautifulSoup(page, "html.parser").select(f"form[method=post] :is({unseen}, {chosen})")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def taken_down(walker: Walker, peer: Peer, share: Share) -> dict[str, Any]:
    """Asked of us, confirmed by us, and gone there; where the server takes nothing back, not said to be gone."""
    walker.send("share_take_down", share.public_id)
    asked = timezone.now()
    if peer.takes_back:
        until(walker, share, ShareState.TAKEN_DOWN)
    else:
        tried(walker)
    return {
        "taken_down_seconds": round((timezone.now() - asked).total_seconds(), 2),
        "said_gone": walker.share(share.public_id).state == ShareState.TAKEN_DOWN,
        "gone": peer.posts(walker.there.account_id) == [],
    }


def tried(walker: Walker) -> None:
    """Wait until the workers have asked the server once to take it back."""
    ends = timezone.now() + timedelta(seconds=PATIENCE)
    with acting_in(walker.organization):
        while not Errand.objects.filter(kind="take_down", tries__gt=0).exists():
            if timezone.now() > ends:
                raise PeerTrouble(f"Nobody tried to take it back within {PATIENCE:.0f} s.")
            time.sleep(0.1)


def points_of(walker: Walker, share: Share) -> int:
    with acting_in(walker.organization):
        total: int | None = PointEntry.objects.filter(share=share).aggregate(total=Sum("points"))["total"]
    return total or 0


def until(walker: Walker, share: Share, state: ShareState) -> Share:
    """Wait for the workers, as a person would."""
    ends = timezone.now() + timedelta(seconds=PATIENCE)
    while (seen := walker.share(share.public_id)).state != state:
        if timezone.now() > ends:
            why = f"{seen.held_reason} {seen.held_detail}".strip()
            raise PeerTrouble(f"The share is {seen.state} ({why}) and not {state}, after {PATIENCE:.0f} s.")
        time.sleep(0.1)
    return seen
