"""Who leaves while a post is going out, and whose door is closed: nothing waits for them and nothing goes out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actions.departures import leave
from accounts.actions.members import deactivate_member
from accounts.models import AuditEntry, Errand, Member
from accounts.selectors.audit import COMPANY_ACTS
from accounts.tenancy import acting_in
from campaigns.models import Approval
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import record_outcome
from campaigns.publishing.service import tick
from integrations.models import Connection, StoredGrant
from integrations.networks.base import NeedsReconnect, Outcome, Published, Refused, TryLater, Unknown
from tests.campaigns import world
from tests.campaigns.publishing.posting import again, desk, due, planned, practice_account, publish, settled

pytestmark = pytest.mark.django_db(transaction=True)

SENT: dict[str, tuple[Outcome, str]] = {
    "unknown": (Unknown("?"), "withdrawn"),
    "refused": (Refused("no"), "withdrawn"),
    "reconnect": (NeedsReconnect("no"), "withdrawn"),
    "published": (Published("1", ""), "published"),
}


@pytest.mark.parametrize("name", SENT)
def test_leaving_while_it_goes_out_leaves_nothing_that_waits(name: str) -> None:
    outcome, ends = SENT[name]
    at = desk()
    share = due(at, practice_account(at))
    [taken] = claim([at.organization.pk], limit=5)
    assert commit_intent(taken, picture_hashes=frozenset()) is not None
    with acting_in(at.organization):
        member = Member.objects.get(pk=at.member.pk)
        leave(member, by=member)
        assert not Approval.objects.filter(ended_at=None).exists()
    record_outcome(taken, outcome)
    settled(at, share)
    publish()
    tick()
    assert again(at, share).state == ends
    with acting_in(at.organization):
        assert not Errand.objects.filter(kind="letter").exists()
    assert differences() == []


def test_leaving_while_it_is_put_off_ends_it() -> None:
    at = desk()
    share = due(at, practice_account(at))
    [taken] = claim([at.organization.pk], limit=5)
    assert commit_intent(taken, picture_hashes=frozenset()) is not None
    with acting_in(at.organization):
        member = Member.objects.get(pk=at.member.pk)
        leave(member, by=member)
    record_outcome(taken, TryLater(timedelta(seconds=1), "Busy."))
    with acting_in(at.organization):
        Connection.objects.update(wait_until=None)
    tick()
    assert publish() == 0
    assert again(at, share).state == "withdrawn"


def test_deactivation_lets_go_of_everything_and_the_admin_learns_nothing() -> None:
    at = desk()
    share = planned(at, practice_account(at))
    with acting_in(at.organization):
        draft = world.draft(at.member, world.item(at.owner))
        before = list(AuditEntry.objects.values_list("pk", flat=True))
        deactivate_member(at.member, by=at.owner)
        assert StoredGrant.objects.count() == 0
        assert Errand.objects.filter(kind="revoke").count() == 1
        assert set(Connection.objects.values_list("state", flat=True)) == {"disconnected"}
        new = AuditEntry.objects.exclude(pk__in=before)
        shown = new.filter(private=False, action__in=COMPANY_ACTS).values_list("action", "details")
        assert list(shown) == [("deactivate_member", {})]
        assert list(new.filter(by=at.owner).values_list("action", flat=True)) == ["deactivate_member"]
    assert (again(at, share).state, again(at, draft).state) == ("withdrawn", "draft")
