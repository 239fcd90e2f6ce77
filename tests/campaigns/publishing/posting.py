"""Due shares on sandbox accounts, for the tests of the engine: made through actions, then moved to their time.

Functions open `acting_in` themselves, for the engine runs outside of any company.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.actions.consent import agree_to_network
from accounts.consent_texts import current_version
from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.media_store import keep_media
from campaigns.models import Approval, Item, ItemKind, Media, Share
from campaigns.publishing.loop import Publisher
from campaigns.publishing.service import tick
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Account, Grant, Secret
from tests.campaigns import world
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess


@dataclass(frozen=True)
class Desk:
    """A company with one story and one person who shares it."""

    organization: Organization
    owner: Member
    member: Member
    story: Item


def desk(name: str = "Acme") -> Desk:
    made = world.company(name)
    with acting_in(made.organization):
        return Desk(made.organization, made.owner, world.person("Bob"), world.item(made.owner))


def account(
    at: Desk, sandbox: SandboxProcess, key: str, handle: str = "bob", *, of: Member | None = None, server: str = ""
) -> Connection:
    """A live account of the person (Bob) at the sandbox, with a grant that works."""
    member = of or at.member
    made = sandbox.account(key, handle, server=server)
    with acting_in(at.organization):
        agree_to_network(member, by=member, network=key, language="en", text_version=current_version("network"))
        return connect_account(
            member,
            by=member,
            network=network(key),
            server=made["server"],
            account=Account(id=made["account_id"], handle=made["handle"], name="Bob"),
            grant=grant_of(made),
        )


def practice_account(
    at: Desk, account_id: str = "practice", *, of: Member | None = None, key: str = "practice"
) -> Connection:
    """An account where nothing leaves this machine; of another network, one that nothing may be sent from."""
    member = of or at.member
    with acting_in(at.organization):
        agree_to_network(member, by=member, network=key, language="en", text_version=current_version("network"))
        return connect_account(
            member,
            by=member,
            network=network(key),
            server="",
            account=Account(id=account_id, handle="practice"),
            grant=Grant(access_token=Secret("practice"), account_id=account_id),
        )


def planned(at: Desk, connection: Connection, text: str = "I liked this one.", *, story: Item | None = None) -> Share:
    """Approved by its person for tomorrow."""
    with acting_in(at.organization):
        share = start_share(story or at.story, by=connection.member, connection=connection)
        share = edit_draft(share, by=connection.member, text=text)
        return world.approved(share)


def come_due(at: Desk, share: Share, *, ago: timedelta = timedelta(seconds=1)) -> Share:
    """Let its time come: as if it had been approved a day earlier."""
    with acting_in(at.organization):
        due_at = timezone.now() - ago
        share.refresh_from_db()
        assert share.due_at is not None
        back = share.due_at - due_at
        Approval.objects.filter(share=share).update(
            window_start=F("window_start") - back, window_end=F("window_end") - back, at=F("at") - back
        )
        Share.objects.filter(pk=share.pk).update(due_at=due_at)
    return share


def due(at: Desk, connection: Connection, text: str = "I liked this one.", **more: Any) -> Share:
    return come_due(at, planned(at, connection, text), **more)


def due_with_picture(at: Desk, connection: Connection) -> Share:
    """Due, with a picture in the store that `settings.MEDIA_ROOT` names."""
    content = b"\x89PNG a picture of a lighthouse"
    with acting_in(at.organization):
        sha256 = keep_media(at.organization.pk, content)
        media = Media.objects.create(
            sha256=sha256, content_type="image/png", bytes=len(content), width=8, height=6, alt_text="A lighthouse"
        )
        story = world.item(at.owner, kind=ItemKind.PICTURE, picture=media, destination="")
    return come_due(at, planned(at, connection, "Look.", story=story))


def publish() -> int:
    """One worker works until nothing is due; answers how many shares it claimed."""
    return Publisher(threading.Event()).drain(linger=0)


def let_time_pass(at: Desk, share: Share, by: timedelta) -> None:
    """Bring every clock of a share and its account that much nearer."""
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(lease_until=F("lease_until") - by, settle_at=F("settle_at") - by)
        Connection.objects.update(wait_until=None)


def settled(at: Desk, share: Share) -> Share:
    """Its settle time passed and the clocks were looked at."""
    let_time_pass(at, share, timedelta(hours=1))
    tick()
    return again(at, share)


def again(at: Desk, share: Share) -> Share:
    with acting_in(at.organization):
        return Share.objects.select_related("item", "connection", "approval").get(pk=share.pk)


def moves(at: Desk, share: Share) -> list[str]:
    """`from>to` of every move so far."""
    with acting_in(at.organization):
        return [f"{one.from_state}>{one.to_state}" for one in share.moves.order_by("id")]
