"""Two clicks at once, and an edit against an approval, on real transactions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.tenancy import acting_in
from campaigns.actions.shares import approve_share, edit_draft, withdraw_share
from campaigns.actions.stories import end_links
from campaigns.canonical import shown_post
from campaigns.models import Approval, Door, Share, ShareMove, ShareState
from tests.campaigns import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> world.Company:
    """Committed, so that two connections see it."""
    return world.company()


def both(company: world.Company, *acts: Callable[[Share], object]) -> list[str]:
    """Runs the acts at once, each on its own connection; answers what each came to."""
    start = Barrier(len(acts))

    def run(act: Callable[[Share], object]) -> str:
        try:
            with acting_in(company.organization):
                share = Share.objects.select_related("member", "item", "link_code", "connection").get()
                start.wait(timeout=10)
                act(share)
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def written(company: world.Company) -> str:
    """One draft of Bob's; answers the hash of what he sees."""
    with acting_in(company.organization):
        return shown_post(world.draft(world.person("Bob"), world.item(company.owner))).digest()


def test_two_clicks_at_once_are_one_approval(acme: world.Company) -> None:
    seen, due_at = written(acme), timezone.now() + timedelta(days=1)

    def click(share: Share) -> object:
        return approve_share(share, by=share.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at)

    assert both(acme, click, click) == ["done", "done"]
    with acting_in(acme.organization):
        assert Approval.objects.count() == 1
        assert ShareMove.objects.filter(to_state=ShareState.SCHEDULED).count() == 1


def test_an_edit_and_an_approval_at_once_never_plan_the_edited_text(acme: world.Company) -> None:
    seen, due_at = written(acme), timezone.now() + timedelta(days=1)
    came_to = both(
        acme,
        lambda share: approve_share(share, by=share.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at),
        lambda share: edit_draft(share, by=share.member, text="Edited"),
    )
    with acting_in(acme.organization):
        share = Share.objects.get()
        assert (share.text, share.state) == ("Edited", ShareState.DRAFT)
        assert not Approval.objects.filter(ended_at=None).exists()
    assert came_to in (["changed_meanwhile", "done"], ["done", "done"])


def test_a_withdrawal_and_an_approval_at_once_leave_nothing_planned_without_approval(acme: world.Company) -> None:
    seen, due_at = written(acme), timezone.now() + timedelta(days=1)
    both(
        acme,
        lambda share: approve_share(share, by=share.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at),
        lambda share: withdraw_share(share, by=share.member),
    )
    with acting_in(acme.organization):
        assert Share.objects.get().state == ShareState.WITHDRAWN
        assert not Approval.objects.filter(ended_at=None).exists()


def test_ending_links_and_an_approval_at_once_never_plan_a_dead_link(acme: world.Company) -> None:
    with acting_in(acme.organization):
        share = world.approved(world.draft(world.person("Bob"), world.item(acme.owner)))
        seen, due_at = shown_post(share).digest(), timezone.now() + timedelta(days=2)
    both(
        acme,
        lambda share: approve_share(share, by=share.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at),
        lambda share: end_links(share.item, by=acme.owner),
    )
    with acting_in(acme.organization):
        share = Share.objects.select_related("link_code").get()
        assert share.state == ShareState.HELD
        assert share.link_code is not None
        assert share.link_code.ended_at is None
