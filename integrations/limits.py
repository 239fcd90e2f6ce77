"""How fast we may send and whether we may send at all: token buckets and freeze switches.

Owns the rows of `Bucket`, `FreezeSwitch` and `Installation`, their arithmetic in SQL for the engine's claim, and the
operator's acts on them. It never decides about a single share.

How fast stands in `settings.BUCKETS` (posts at once, and posts a second over time; from the environment as
`BUCKET_NETWORK_CAPACITY`, `BUCKET_NETWORK_PER_SECOND`, and the same for ORGANIZATION and CONNECTION). A bucket's row
may name figures of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from integrations.models import Bucket, Connection, FreezeSwitch, Installation

INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many posts at once, and how many a second over time."""

    capacity: float
    refill_per_second: float


def rates() -> dict[str, Rate]:
    """By kind of bucket: "network", "organization" (of one network) and "connection"; "figures" are calls."""
    return {kind: Rate(figures["capacity"], figures["per_second"]) for kind, figures in settings.BUCKETS.items()}


# --- SQL, read by campaigns/publishing/claim.py -------------------------------------------------


def capacity_of(row: str) -> str:
    """What a bucket's row holds when full: its own figure, or the settings' for its kind."""
    return f"coalesce({row}.capacity, {_by_kind(row, 'capacity')})"


def _by_kind(row: str, figure: str) -> str:
    return f"""(CASE WHEN {row}.scope LIKE 'connection:%%' THEN %(connection_{figure})s
        WHEN {row}.scope LIKE '%%/org:%%' THEN %(organization_{figure})s ELSE %(network_{figure})s END)::float8"""


# What a bucket holds now. Another worker may have filled it up to a later instant than this statement began at.
LEVEL = f"""least({capacity_of("bucket")}, bucket.tokens
    + coalesce(bucket.refill_per_second, {_by_kind("bucket", "refill")})
    * greatest(0, extract(epoch FROM statement_timestamp() - bucket.refilled_at))::float8)"""

# Nothing is sent while the installation is stopped or the database is of another epoch than the environment.
RUNNING = """NOT EXISTS (SELECT 1 FROM integrations_freezeswitch WHERE scope = 'installation' AND frozen)
    AND coalesce((SELECT epoch FROM integrations_installation WHERE id = 1), '1') = %(epoch)s"""

FROZEN_NETWORKS = (
    "SELECT substr(scope, 9) AS network FROM integrations_freezeswitch WHERE frozen AND scope LIKE 'network:%%'"
)


def claim_parameters() -> dict[str, Any]:
    """What `RUNNING` and the new buckets of a claim need."""
    return {
        "epoch": settings.RESTORE_EPOCH,
        **{f"{kind}_capacity": rate.capacity for kind, rate in rates().items()},
        **{f"{kind}_refill": rate.refill_per_second for kind, rate in rates().items()},
    }


# --- reading ------------------------------------------------------------------------------------


def is_frozen(network: str, *, organization_frozen: bool, connection: Connection | None) -> bool:
    """Is anything above this account stopped: installation, epoch, network, company, or the account itself?"""
    scopes = [INSTALLATION, network_scope(network)]
    return (
        organization_frozen
        or (connection is not None and connection.frozen)
        or is_of_another_epoch()
        or FreezeSwitch.objects.filter(scope__in=scopes, frozen=True).exists()
    )


def frozen_among(networks: Collection[str]) -> frozenset[str]:
    """Those of these networks on which nothing is sent now, by the installation's switches; one query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {RUNNING}, array(({FROZEN_NETWORKS}))", {"epoch": settings.RESTORE_EPOCH})  # noqa: S608  # constants
        (is_running, frozen) = cursor.fetchone()
    return frozenset(networks).intersection(frozen) if is_running else frozenset(networks)


def is_of_another_epoch() -> bool:
    """Was this database restored, and not released yet? See the operator's page in the README."""
    epoch = Installation.objects.filter(pk=1).values_list("epoch", flat=True).first()
    return (epoch or "1") != settings.RESTORE_EPOCH


def network_scope(network: str) -> str:
    return f"network:{network}"


# --- the operator's acts ------------------------------------------------------------------------


def freeze(scope: str, *, because: str) -> None:
    """Stop sending: `installation` or `network:<key>`. What is in flight ends by itself."""
    FreezeSwitch.objects.update_or_create(
        scope=scope, defaults={"frozen": True, "since": timezone.now(), "because": because}
    )


def thaw(scope: str) -> None:
    FreezeSwitch.objects.filter(scope=scope).update(frozen=False, because="")


def release_restored_database() -> None:
    """The operator looked at a restored database: this is now its epoch, and sending goes on."""
    Installation.objects.update_or_create(pk=1, defaults={"epoch": settings.RESTORE_EPOCH})


# --- the networks' own word ---------------------------------------------------------------------


def ask_for_patience(connection_id: int, after: timedelta) -> None:
    """The network asked this account to wait; the claim leaves it alone until then. Inside `acting_in`."""
    Connection.objects.filter(pk=connection_id).update(wait_until=Now() + after)


def ask_all_for_patience(network: str, after: timedelta) -> None:
    """The network stopped our app: its bucket is empty until then, and fills again from nothing, so without a rush."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_UNTIL, {"scope": network_scope(network), "seconds": after.total_seconds()})


_EMPTY_UNTIL = """
    INSERT INTO integrations_bucket AS bucket (scope, tokens, refilled_at)
    VALUES (%(scope)s, 0, statement_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (scope) DO UPDATE SET tokens = 0, refilled_at = greatest(bucket.refilled_at, excluded.refilled_at)
"""


# --- questions about figures, beside the posts: counting never slows posting ------------------------


def take_figures_call(network: str) -> bool:
    """May posts of one account be looked at now? Draws on a bucket of its own."""
    rate = rates()["figures"]
    given = {
        **claim_parameters(),
        "scope": figures_scope(network),
        "full": rate.capacity,
        "rate": rate.refill_per_second,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_FIGURES_CALL, given)
        return cursor.fetchone() is not None


def leave_figures_alone(network: str, after: timedelta) -> None:
    """The network stopped our app's questions; posts are another matter."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_UNTIL, {"scope": figures_scope(network), "seconds": after.total_seconds()})


def figures_scope(network: str) -> str:
    return f"figures:{network}"


_TAKE_FIGURES_CALL = f"""
    INSERT INTO integrations_bucket AS bucket (scope, capacity, refill_per_second, tokens, refilled_at)
    VALUES (%(scope)s, %(full)s, %(rate)s, %(full)s - 1, statement_timestamp())
    ON CONFLICT (scope) DO UPDATE
       SET capacity = %(full)s, refill_per_second = %(rate)s, tokens = {LEVEL} - 1, refilled_at = statement_timestamp()
     WHERE {LEVEL} >= 1 AND bucket.refilled_at <= statement_timestamp()
    RETURNING scope
"""  # noqa: S608  # built of constants of ours


# --- reading what stands ----------------------------------------------------------------------------


def waits_until(network: str) -> datetime | None:
    """Until when the network stopped our app; None where it did not."""
    rows = Bucket.objects.filter(pk=network_scope(network), tokens__lt=1, refilled_at__gt=timezone.now())
    return rows.values_list("refilled_at", flat=True).first()
