"""The stage of the life model: two companies, their people's accounts at the sandbox, and time that can be moved.

It is made once; an example is a savepoint that is rolled back, so that examples are apart and cost nothing to clean.
What the sandbox accepted stays accepted: a world outside is not rolled back with a database.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Member, Organization, SignOfLife
from accounts.signs_of_life import Program
from accounts.tenancy import across_organizations, acting_in
from campaigns.models import Approval, Share, ShareState
from campaigns.publishing.restored import NothingToRelease, release
from integrations import breakers
from integrations.actions.connections import connect_account
from integrations.breakers import Watch
from integrations.limits import freeze, release_restored_database, thaw
from integrations.models import Breaker, Bucket, Connection, ConnectionState
from integrations.networks import network
from integrations.networks.base import Account
from tests.campaigns.publishing.posting import Desk, account, desk
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import Body, SandboxProcess

CALL_TIMEOUT = 0.25
LATE = 0.4  # seconds: after the caller gave up
LANDED = LATE + 0.15
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Place:
    """One account of one person at one network."""

    desk: Desk
    key: str
    handle: str
    connection_id: int

    @property
    def organization_id(self) -> int:
        return self.desk.organization.pk


@dataclass
class Stage:
    """What every example shares."""

    sandbox: SandboxProcess
    settings: Any
    places: list[Place] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)
    late_until: float = 0.0
    spent_grants: set[Place] = field(default_factory=set)  # the pair that a rolled-back row holds is dead there
    _read_to: int = 0

    def build(self) -> Stage:
        self.sandbox.settings(enforce_limits=False, duplicate_seconds=0)
        self.settings.ENGINE = {**self.settings.ENGINE, "call_timeout": CALL_TIMEOUT, "connect_timeout": CALL_TIMEOUT}
        release_restored_database()
        SignOfLife.objects.create(name=Program.PUBLISHING, epoch="1")
        for name, keys in (("Acme", ("mastodon", "x", "linkedin")), ("Globex", ("bluesky", "x"))):
            at = desk(name)
            self.desks.append(at)
            for key in keys:
                handle = f"{name.lower()}-{key}"
                made = account(at, self.sandbox, key, handle)
                self.places.append(Place(at, key, handle, made.pk))
        self.end_faults()
        return self

    @contextmanager
    def example(self) -> Iterator[None]:
        """A savepoint that is rolled back. The outbound door takes it for what it is: a test's own block."""
        self.wait_for_what_is_late()
        self.new_lines()  # left over by an example that failed
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark of a TestCase's blocks
        self.settings.RESTORE_EPOCH = "1"
        self.circuits_close()
        for place in sorted(self.spent_grants, key=lambda one: one.connection_id):
            self.connect_again(place)
        self.spent_grants.clear()
        with block:
            try:
                yield
            finally:
                self.end_faults()
                transaction.set_rollback(True)

    # --- the network outside ----------------------------------------------------------------------

    def fault(self, name: str, key: str) -> None:
        """Every publish call to this network meets that, until `end_faults`."""
        plan = {"networks": [key], "hang_seconds": 2.0, "late_seconds": LATE, name: 1.0}
        self.sandbox.post("/sandbox/faults", plan)

    def end_faults(self) -> None:
        self.sandbox.post("/sandbox/faults", {"late_seconds": LATE})

    def something_is_late(self) -> None:
        self.late_until = time.monotonic() + LANDED

    def wait_for_what_is_late(self) -> None:
        """The settle time is longer than the latest late acceptance; so is this."""
        time.sleep(max(self.late_until - time.monotonic(), 0))

    def new_lines(self) -> list[Body]:
        """What was accepted since the last look: no replays, no removals."""
        path = self.sandbox.folder / "acceptances.jsonl"
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(self._read_to)
            read = file.read()
        whole = read[: read.rfind(b"\n") + 1]
        self._read_to += len(whole)
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line for line in lines if "removed" not in line and not line["replay"]]

    def end_grant(self, place: Place) -> None:
        """The person takes our access away, over there."""
        self.sandbox.revoke(place.key, place.handle)
        self.spent_grants.add(place)

    def connect_again(self, place: Place) -> None:
        made = self.sandbox.account(place.key, place.handle)
        with acting_in(place.desk.organization):
            connect_account(
                Member.objects.get(pk=place.desk.member.pk),
                by=place.desk.member,
                network=network(place.key),
                server=made["server"],
                account=Account(id=made["account_id"], handle=made["handle"], name="Bob"),
                grant=grant_of(made),
            )

    def account_of(self, place: Place) -> Connection | None:
        """The account, if it may be chosen for a new post."""
        with acting_in(place.desk.organization):
            standing = Connection.objects.select_related("member").exclude(state=ConnectionState.DISCONNECTED)
            return standing.filter(pk=place.connection_id).first()

    # --- time -------------------------------------------------------------------------------------

    def ids(self, *states: ShareState) -> list[tuple[Desk, int]]:
        """All shares (of these states) in the order of their making."""
        companies = {at.organization.pk: at for at in self.desks}
        with across_organizations(reason="test: which shares there are"):
            rows = Share.objects.order_by("pk").values_list("organization_id", "pk")
            found = list(rows.filter(state__in=states) if states else rows)
        return [(companies[organization], pk) for organization, pk in found]

    def something_is_planned(self, place: Place) -> bool:
        with across_organizations(reason="test: what an account has planned"):
            planned = Share.objects.filter(connection=place.connection_id, state=ShareState.SCHEDULED)
            return planned.exists()

    @staticmethod
    def share(at: Desk, pk: int) -> Share:
        with acting_in(at.organization):
            return Share.objects.select_related("member", "item", "connection", "approval").get(pk=pk)

    def planned_come_due(self) -> int:
        """What is planned for later comes due now: its live approval and its instant, brought nearer together."""
        came = 0
        for at, pk in self.ids(ShareState.SCHEDULED):
            share = self.share(at, pk)
            if share.due_at is not None and share.due_at > timezone.now():
                back = share.due_at - timezone.now()
                with acting_in(at.organization):
                    live = Approval.objects.filter(share=share, ended_at=None)
                    live.update(window_start=F("window_start") - back, window_end=F("window_end") - back)
                    Share.objects.filter(pk=share.pk).update(due_at=F("due_at") - back)
                came += 1
        return came

    def leases_run_out(self) -> int:
        ran = 0
        for at in self.desks:
            with acting_in(at.organization):
                rows = Share.objects.filter(state__in=[ShareState.CLAIMED, ShareState.SENDING])
                ran += rows.update(lease_until=F("lease_until") - HOUR)
        return ran

    def settle_times_pass(self) -> int:
        passed = 0
        for at in self.desks:
            with acting_in(at.organization):
                passed += Share.objects.filter(state=ShareState.UNKNOWN).update(settle_at=F("settle_at") - HOUR)
        return passed

    def nobody_answers_any_more(self, look: Callable[[], object]) -> None:
        """The engine asked for as long as it asks."""
        self.wait_for_what_is_late()
        engine = self.settings.ENGINE
        self.settings.ENGINE = {**engine, "lease": 0.001, "settle": 0.001}
        self.settle_times_pass()
        look()
        self.settings.ENGINE = engine

    def patience_ends(self) -> None:
        """Accounts that a network asked to wait have waited, and buckets are full again."""
        for at in self.desks:
            with acting_in(at.organization):
                Connection.objects.update(wait_until=None)
        Bucket.objects.all().delete()
        self.circuits_close()

    @staticmethod
    def circuits_close() -> None:
        """Servers that did not answer are trusted again."""
        Breaker.objects.all().delete()
        breakers._watch = Watch()

    def restored_and_not_released(self) -> None:
        """Another life of the database begins, and its first program is heard; nobody has released it."""
        self.settings.RESTORE_EPOCH = str(int(self.settings.RESTORE_EPOCH) + 1)
        SignOfLife.objects.create(name=Program.PUBLISHING, epoch=self.settings.RESTORE_EPOCH)

    @staticmethod
    def released() -> bool:
        """The operator's act; False where there is nothing to release."""
        with suppress(NothingToRelease):
            return release().touched >= 0
        return False

    @staticmethod
    def stop(what: str, place: Place) -> None:
        """Stop the place's company, its network, or all."""
        if what == "company":
            Organization.objects.filter(pk=place.organization_id).update(frozen=True)
        else:
            freeze("installation" if what == "installation" else f"network:{place.key}", because="a test")

    @staticmethod
    def go_on(place: Place) -> None:
        Organization.objects.filter(pk=place.organization_id).update(frozen=False)
        thaw("installation")
        thaw(f"network:{place.key}")

    def connection_of(self, pk: int) -> int | None:
        with across_organizations(reason="test: the account of a share"):
            return Share.objects.values_list("connection_id", flat=True).get(pk=pk)

    def everything_runs(self) -> None:
        """No switch is on, no company or account stopped, the database released."""
        self.released()
        for place in self.places:
            self.go_on(place)
        for at in self.desks:
            with acting_in(at.organization):
                Connection.objects.update(frozen=False)


def check_keys() -> None:
    """Foreign keys wait for the commit that a savepoint never sees."""
    connection.check_constraints()


__all__ = ["LANDED", "Place", "Stage", "check_keys"]
