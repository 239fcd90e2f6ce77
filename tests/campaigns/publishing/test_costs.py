"""A paid network's month: refused at approval, held at the intent, counted from attempts, shown to who pays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import OrganizationSettings
from accounts.refusals import BadInput
from accounts.tenancy import acting_in
from advocacy.operator.costs import cost_tables
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.models import Approval, Attempt, Share
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.intent import Prepared, commit_intents
from campaigns.refusals import MonthIsSpent
from campaigns.selectors.cost_page import paid_networks
from campaigns.selectors.share_words import words_of
from campaigns.selectors.spend import spent, spent_everywhere
from integrations.actions.networks import set_monthly_ceiling
from integrations.models import Connection
from integrations.networks import network
from integrations.spend_rules import month_of
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, come_due, desk, planned
from tests.integrations.connected import connected, grant
from tests.integrations.signing_in import browser, words

X = network("x")
WITH_LINK, WITHOUT = Decimal("0.2000"), Decimal("0.0150")


def account_at_x(at: Desk, name: str = "bob") -> Connection:
    with acting_in(at.organization):
        return connected(at.member if name == "bob" else world.person(name), "x", grant(), name)


def claimed(at: Desk, *shares: Share) -> list[Claimed]:
    for share in shares:
        come_due(at, share)
    return list(claim([at.organization.pk], limit=9))


def ceiling(at: Desk, dollars: str) -> None:
    with acting_in(at.organization):
        set_monthly_ceiling(X, Decimal(dollars), by=at.owner)


def test_an_approval_beyond_the_ceiling_is_refused_and_the_page_offers_to_post_by_hand(at: Desk) -> None:
    first = account_at_x(at)
    other = account_at_x(at, "Carol")
    ceiling(at, "0.30")
    share = planned(at, first)
    with acting_in(at.organization):
        assert Approval.objects.get(share=share).cost == WITH_LINK, "a story's link stands in the text"
        with pytest.raises(MonthIsSpent) as refused:
            planned(at, other)
        assert "post it by hand" in refused.value.sentence
        waiting = start_share(at.story, by=other.member, connection=other)
        waiting = edit_draft(waiting, by=other.member, text="Mine.")
        next_month = world.approved(waiting, due_at=month_of(timezone.now()).end + timedelta(hours=1))
        assert next_month.state == "scheduled", "another month has its own money"


def test_at_the_intent_one_goes_and_one_waits_for_its_person(at: Desk) -> None:
    shares = [planned(at, account_at_x(at)), planned(at, account_at_x(at, "Carol"))]
    ready = claimed(at, *shares)
    ceiling(at, "0.25")
    passed = commit_intents(
        at.organization.pk, [Prepared(one, picture_hashes=frozenset(), has_grant=True) for one in ready]
    )
    (gone,), (held,) = (
        [share for share in shares if share.pk in passed],
        [share for share in shares if share.pk not in passed],
    )
    month = month_of(timezone.now())
    with acting_in(at.organization):
        assert Attempt.objects.get().cost == WITH_LINK
        assert Attempt.objects.get().share_id == gone.pk
        held = again(at, held)
        assert (held.state, held.held_reason) == ("held", "month_is_spent")
        said = words_of(held, now=timezone.now())
        assert "This month's money for posts to X is spent" in said.sentence
        assert [doing.label for doing in said.doings] == ["I'll post it by hand", "Next month", "Withdraw"]
        assert spent("x", month) == WITH_LINK
        Attempt.objects.update(outcome="refused")
        assert spent("x", month) == 0, "what X surely did not take costs nothing"


def test_the_installations_ceiling_counts_every_company(at: Desk, settings: object) -> None:
    other = desk("Globex")
    settings.NETWORKS = {**settings.NETWORKS, "x": {"monthly_ceiling": "0.30"}}  # type: ignore[attr-defined]
    (first,) = claimed(at, planned(at, account_at_x(at)))
    with acting_in(other.organization), pytest.raises(BadInput):
        set_monthly_ceiling(X, Decimal("0.31"), by=other.owner)
    with pytest.raises(MonthIsSpent):
        planned(other, account_at_x(other))
    commit_intents(at.organization.pk, [Prepared(first, picture_hashes=frozenset(), has_grant=True)])
    month = month_of(timezone.now())
    with acting_in(other.organization):
        assert (spent("x", month), spent_everywhere("x", month)) == (Decimal(0), WITH_LINK)
    (table,) = cost_tables(now=timezone.now())
    assert [(line.name, line.cells[0]) for line in table.lines] == [
        ("All companies", "$0.20"),
        (at.organization.public_id, "$0.20"),
    ]


def test_the_company_sees_a_sum_only_with_five_people_behind_it(at: Desk) -> None:
    now = month_of(timezone.now()).start + timedelta(days=20)
    people = [planned(at, account_at_x(at)), *(planned(at, account_at_x(at, f"P{n}")) for n in range(4))]
    with acting_in(at.organization):
        begun = [
            Attempt(
                share=share,
                approval=share.approval,
                fence=1,
                attempt_key=share.attempt_key,
                cost=WITH_LINK,
                intent_at=month_of(now).start + timedelta(days=3),
                outcome="published",
            )
            for share in people
        ]
        Attempt.objects.bulk_create(begun[:4])
        assert paid_networks(now=now)[0].so_far is None
        Attempt.objects.bulk_create(begun[4:])
        shown = paid_networks(now=now)[0].so_far
        assert shown is not None
        assert shown.spent == Decimal(1)
        assert shown.forecast is not None
        assert shown.forecast > 1


def test_who_runs_the_programme_sets_the_ceiling_on_the_page(at: Desk) -> None:
    client, address = browser(at.owner), f"/o/{at.organization.slug}/networks/costs/"
    assert "$0.015" in words(client.get(address))
    client.post(address, {"network": "x", "ceiling": "12,50"})
    with acting_in(at.organization):
        assert OrganizationSettings.objects.get().monthly_ceilings == {"x": "12.50"}
    assert "such as 20 or 12.50" in words(client.post(address, {"network": "x", "ceiling": "much"}, follow=True))
    client.post(address, {"network": "x", "ceiling": ""})
    with acting_in(at.organization):
        assert OrganizationSettings.objects.get().monthly_ceilings == {}
    assert browser(at.member).get(address).status_code == 404
