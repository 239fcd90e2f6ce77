"""Two owners who stop at the same moment, on real transactions: one of them stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actions.departures import leave
from accounts.actions.members import change_role, deactivate_member
from accounts.models import Member, Organization
from accounts.refusals import Refusal
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined

pytestmark = pytest.mark.django_db(transaction=True)


def both(organization: Organization, act: str, owners: list[Member]) -> list[str]:
    """Each owner's act at once, on a connection of its own; answers what each came to."""
    start = Barrier(2)

    def run(one: Member, other: Member) -> str:
        try:
            with acting_in(organization):
                start.wait(timeout=10)
                if act == "leave":
                    leave(one, by=one)
                elif act == "deactivate":
                    deactivate_member(other, by=one)
                else:
                    change_role(other, by=one, role="curator")
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, owners, reversed(owners)))


@pytest.mark.parametrize("act", ["leave", "deactivate", "change_role"])
def test_one_owner_always_stays(act: str) -> None:
    organization, owner = company()
    second = joined(organization, owner, "ada@x.test")[0]
    with acting_in(organization):
        change_role(second, by=owner, role="owner")
    for _ in range(3):
        with acting_in(organization):
            owners = list(Member.objects.order_by("pk"))
        came_to = both(organization, act, owners)
        assert came_to == ["done", "last_owner"]
        with acting_in(organization):
            standing = Member.objects.filter(role="owner", left_at=None, deactivated_at=None)
            assert standing.count() == 1
            Member.objects.update(role="owner", left_at=None, deactivated_at=None)
