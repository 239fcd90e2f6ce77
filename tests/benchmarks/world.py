"""Makes crowds of people with accounts, and their approved shares, in bulk: by actions it would take half an hour.

What comes out is what the actions would have written: consent, sealed grants, tracked links, approvals whose hash is
the post's, and the moves the watchdog counts. Runs as the application's role, inside `acting_in`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.actions.organizations import sign_up_company
from accounts.consent_texts import current_version
from accounts.identifiers import new_public_id
from accounts.models import ConsentEntry, ConsentKind, Member, Organization, User
from accounts.tenancy import acting_in
from campaigns.actions.share_disclosure import disclosure_for
from campaigns.canonical import post_of
from campaigns.models import Approval, Campaign, Door, Item, ItemKind, ItemState, LinkCode, Share
from campaigns.share_lifecycle import ShareState
from integrations.models import Bucket, Connection, ConnectionState
from integrations.tokens import store_grant
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import Body, SandboxProcess

NETWORK = "mastodon"
AHEAD = timedelta(days=30)  # when shares come due until somebody says otherwise
WINDOW = timedelta(hours=1)
MUCH = 1e9  # a bucket that never runs dry: how fast we can is measured, not how fast we may
_numbers = count(1)


@dataclass(frozen=True)
class Crowd:
    """A company with a story and people who have one account each."""

    organization: Organization
    story: Item
    accounts: tuple[Connection, ...]


def crowd(sandbox: SandboxProcess, accounts: int) -> Crowd:
    number = next(_numbers)
    owner_user = User.objects.create_user(f"bench-owner-{number}@example.com", name="Alice")
    organization, owner = sign_up_company(
        user=owner_user, name=f"Crowd {number}", purpose="reputation", language="en", time_zone="Europe/Warsaw"
    )
    made = sandbox.accounts(NETWORK, accounts, f"bench-{number}")
    with acting_in(organization):
        story = _story(owner)
        members = Member.objects.bulk_create(
            Member(email=f"bench-{number}-{place}@example.com", name=f"Person {place}", time_zone="Europe/Warsaw")
            for place in range(accounts)
        )
        _agree(members)
        connections = _connect(members, made)
    lift_limits(organization, connections)
    return Crowd(organization, story, tuple(connections))


def crowds(sandbox: SandboxProcess, *, companies: int, accounts: int) -> list[Crowd]:
    """So many accounts in all, spread evenly."""
    return [crowd(sandbox, accounts // companies) for _ in range(companies)]


def plan(at: Crowd, *, each: int, accounts: Sequence[Connection] = ()) -> list[int]:
    """Approved shares, so many for each account, far ahead; answers their ids."""
    with acting_in(at.organization):
        disclosure = disclosure_for(at.story, by=at.accounts[0].member, language="en").sentence
        wanted = [account for _ in range(each) for account in (accounts or at.accounts)]
        codes = LinkCode.objects.bulk_create(_code(at) for _ in wanted)
        shares = Share.objects.bulk_create(
            _share(at, account, code, disclosure) for account, code in zip(wanted, codes, strict=True)
        )
        approvals = Approval.objects.bulk_create(_approval(share) for share in shares)
        _schedule(at, approvals)
    return [share.pk for share in shares]


def come_due(at: Crowd, when: datetime, shares: Sequence[int]) -> None:
    """Move these shares and what was approved for them to a time."""
    times: dict[str, Any] = {"when": when, "end": when + WINDOW, "shares": list(shares)}
    with acting_in(at.organization), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_approval SET window_start = %(when)s, window_end = %(end)s"
            " WHERE share_id = ANY(%(shares)s)",
            times,
        )
        cursor.execute("UPDATE campaigns_share SET due_at = %(when)s WHERE id = ANY(%(shares)s)", times)


def lift_limits(organization: Organization, connections: Sequence[Connection]) -> None:
    """Rows overrule the installation's rates (integrations/limits.py)."""
    scopes = [f"network:{NETWORK}", f"network:{NETWORK}/org:{organization.pk}"]
    scopes += [f"connection:{account.pk}" for account in connections]
    Bucket.objects.bulk_create(
        (
            Bucket(scope=scope, capacity=MUCH, refill_per_second=MUCH, tokens=MUCH, refilled_at=timezone.now())
            for scope in scopes
        ),
        ignore_conflicts=True,
    )


def _story(owner: Member) -> Item:
    theme = Campaign.objects.create(name="Stories", purpose="reputation", created_by=owner)
    return Item.objects.create(
        campaign=theme,
        kind=ItemKind.LINK,
        state=ItemState.RELEASED,
        title="How we cut build times",
        summary="A story",
        destination="https://example.com/story",
        created_by=owner,
    )


def _agree(members: Sequence[Member]) -> None:
    kinds = ((ConsentKind.TAKE_PART, "", "take_part"), (ConsentKind.NETWORK, NETWORK, "network"))
    ConsentEntry.objects.bulk_create(
        ConsentEntry(
            member=member,
            kind=kind,
            network=network,
            given=True,
            text_version=current_version(words),
            text_sha256="0" * 64,
            language="en",
        )
        for member in members
        for kind, network, words in kinds
    )


def _connect(members: Sequence[Member], made: Sequence[Body]) -> list[Connection]:
    connections = Connection.objects.bulk_create(
        Connection(
            member=member,
            network=NETWORK,
            server=account["server"],
            account_id=account["account_id"],
            handle=account["handle"],
            state=ConnectionState.LIVE,
            connected_at=timezone.now(),
        )
        for member, account in zip(members, made, strict=True)
    )
    for account, given in zip(connections, made, strict=True):
        store_grant(account, grant_of(given))
    return connections


def _code(at: Crowd) -> LinkCode:
    code = new_public_id()[:12]
    return LinkCode(code=code, organization=at.organization, destination=at.story.destination, live_at=timezone.now())


def _share(at: Crowd, account: Connection, code: LinkCode, disclosure: str) -> Share:
    due_at = timezone.now() + AHEAD
    return Share(
        member=account.member,
        item=at.story,
        campaign=at.story.campaign,
        network=NETWORK,
        connection=account,
        text=f"What surprised me about this, number {next(_numbers)}: it held up for a year. 🙂",
        disclosure=disclosure,
        link_code=code,
        due_at=due_at,
        wall_time=wall_of(due_at),
        time_zone="Europe/Warsaw",
    )


def wall_of(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M")


def _approval(share: Share) -> Approval:
    post = post_of(share, ())
    assert share.due_at is not None
    return Approval(
        share=share,
        member=share.member,
        connection=share.connection,
        canonical=post.canonical().decode(),
        sha256=post.digest(),
        window_start=share.due_at,
        window_end=share.due_at + WINDOW,
        door=Door.SESSION,
    )


def _schedule(at: Crowd, approvals: Sequence[Approval]) -> None:
    """As `approve_share` leaves them; no move here can be lost to a race, for nobody else knows these rows."""
    given: dict[str, Any] = {"approvals": [approval.pk for approval in approvals], "organization": at.organization.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_share AS share SET state = 'scheduled', approval_id = approval.id"
            " FROM campaigns_approval AS approval"
            " WHERE approval.id = ANY(%(approvals)s) AND share.id = approval.share_id",
            given,
        )
        cursor.execute(
            "INSERT INTO campaigns_sharemove (organization_id, share_id, from_state, to_state, because, fence, at)"
            f" SELECT %(organization)s, share_id, '{ShareState.DRAFT}', '{ShareState.SCHEDULED}', 'approved', 0, now()"
            " FROM campaigns_approval WHERE id = ANY(%(approvals)s)",
            given,
        )
