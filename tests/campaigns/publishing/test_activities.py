"""Liking, reposting and commenting by the engine: approved, done once at the network, and taken back there."""

from __future__ import annotations

import pytest

from accounts.actions.consent import agree_to_network
from accounts.consent_texts import current_version
from accounts.errands import Done
from accounts.models import Errand, Member
from accounts.tenancy import acting_in
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.actions.shares import take_down_share
from campaigns.models import ItemKind, PointEntry, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.removal import take_down
from campaigns.refusals import NotReady
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Account, Deed
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, again, come_due, due, publish
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess


def allowing(at: Desk, sandbox: SandboxProcess, key: str, *deeds: Deed, of: Member) -> Connection:
    """An account of this person that allows posting and these deeds, and no more."""
    there = network(key)
    made = sandbox.account(key, "carol", scopes=sorted(there.required_scopes | there.scopes_for(deeds)))
    with acting_in(at.organization):
        agree_to_network(of, by=of, network=key, language="en", text_version=current_version("network"))
        known = Account(id=made["account_id"], handle=made["handle"], name="Carol")
        return connect_account(of, by=of, network=there, server=made["server"], account=known, grant=grant_of(made))


def asked_to(at: Desk, asks: str, target: str, key: str, connection: Connection, words: str = "") -> Share:
    with acting_in(at.organization):
        target = f"{mine.server}/@bob/2"
        item = world.item(
            at.owner, asks="like", target=target, target_at="mastodon", kind=ItemKind.TEXT, destination=""
        )
        other = start_share(item, by=carol, connection=mine)
        with pytest.raises(NotReady):
            world.approved(other)
