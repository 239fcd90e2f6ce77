"""A small company for tests: typed functions that make people, stories and shares, through actions where they exist.

Everything runs inside `acting_in`. Names: Alice (owner, Acme), Bob and Carol (people of Acme).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from accounts.actions.consent import agree_to_network, name_on_boards, take_part
from accounts.actions.guidelines import accept_guidelines
from accounts.actions.organizations import sign_up_company
from accounts.consent_texts import current_version
from accounts.models import Member, Organization, User
from accounts.selectors.guidelines import current_guidelines
from accounts.tenancy import acting_in
from campaigns.actions.reviews import ask_for_review
from campaigns.actions.shares import approve_share, choose_connection, edit_draft, start_share
from campaigns.canonical import shown_post
from campaigns.models import Campaign, Door, Item, ItemKind, ItemState, Media, Share
from integrations.models import Connection, ConnectionState

_numbers = count(1)


@dataclass(frozen=True)
class Company:
    organization: Organization
    owner: Member


def company(name: str = "Acme") -> Company:
    user = User.objects.create_user(f"alice{next(_numbers)}@example.com", name="Alice")
    organization, owner = sign_up_company(
        user=user, name=name, purpose="reputation", language="en", time_zone="Europe/Warsaw"
    )
    return Company(organization, owner)


def person(name: str = "Bob", *, takes_part: bool = True, named: bool = False, zone: str = "Europe/Warsaw") -> Member:
    """Somebody with an account, who takes part and accepted the guidelines."""
    number = next(_numbers)
    user = User.objects.create_user(f"{name.lower()}{number}@example.com", name=name)
    member = Member.objects.create(user=user, email=user.email, name=name, time_zone=zone, language="en")
    if takes_part:
        take_part(member, by=member, language="en", text_version=current_version("take_part"))
        guidelines = current_guidelines()
        assert guidelines is not None
        accept_guidelines(guidelines, by=member)
    if named:
        name_on_boards(member, by=member, language="en", text_version=current_version("named_on_boards"))
    return member


def campaign(owner: Member, **fields: object) -> Campaign:
    return Campaign.objects.create(**{"name": "Stories", "purpose": "reputation", "created_by": owner, **fields})


def item(owner: Member, *, of: Campaign | None = None, **fields: object) -> Item:
    values = {
        "campaign": of or campaign(owner),
        "kind": ItemKind.LINK,
        "state": ItemState.RELEASED,
        "title": "How we cut build times",
        "summary": "A story",
        "destination": "https://example.com/story",
        "created_by": owner,
        **fields,
    }
    return Item.objects.create(**values)


def picture(sha256: str = "a" * 64, alt_text: str = "A lighthouse") -> Media:
    return Media.objects.create(
        sha256=sha256, content_type="image/png", bytes=1000, width=800, height=600, alt_text=alt_text
    )


def connected(member: Member, network: str = "practice") -> Connection:
    """An account of this person on a network, agreed to and live."""
    agree_to_network(member, by=member, network=network, language="en", text_version=current_version("network"))
    return Connection.objects.create(
        member=member,
        network=network,
        account_id=f"account-{next(_numbers)}",
        handle="bob",
        name="Bob",
        state=ConnectionState.LIVE,
        connected_at=timezone.now(),
    )


def draft(member: Member, story: Item, *, text: str = "I liked this one.", network: str = "practice") -> Share:
    """A written draft on a connected account."""
    share = start_share(story, by=member, connection=connected(member, network))
    return edit_draft(share, by=member, text=text)


def draft_by_hand(member: Member, story: Item, *, text: str = "I liked this one.", network: str = "linkedin") -> Share:
    share = start_share(story, by=member)
    share = choose_connection(share, by=member, network=network, by_hand=True)
    return edit_draft(share, by=member, text=text)


def asked(member: Member, owner: Member, *, text: str = "Read this before I say it.") -> Share:
    """A text that waits to be read, of a campaign that wants that; to be posted by hand."""
    story = item(owner, of=campaign(owner, name="Read first", needs_review=True), title="Read first")
    share = draft_by_hand(member, story, text=text)
    return ask_for_review(share, by=member, seen_sha256=shown_post(share).digest())


def approved(share: Share, *, due_at: datetime | None = None) -> Share:
    """Approved by its owner as it stands, for tomorrow unless told otherwise."""
    due_at = due_at or timezone.now() + timedelta(days=1)
    seen = shown_post(share).digest()
    return approve_share(share, by=share.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at)


__all__ = [
    "Company",
    "acting_in",
    "approved",
    "asked",
    "campaign",
    "company",
    "connected",
    "draft",
    "draft_by_hand",
    "item",
    "person",
    "picture",
]
