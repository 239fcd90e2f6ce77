"""How fast we may send and whether we may send at all: token buckets and freeze switches.

Owns the rows of `Bucket`, `FreezeSwitch` and `Installation`, their arithmetic in SQL for the engine's claim, and the
operator's acts on them. It never decides about a single share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from integrations.models import Connection, FreezeSwitch, Installation

INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many posts at once, and how many a second over time."""

    capacity: float
    refill_per_second: float


# The networks' own limits lie far above these (networks.md): they are what one account, one company and one
# installation may send without looking like a machine. A bucket's row may be given other figures.
RATES: Mapping[str, Rate] = {
    "network": Rate(capacity=400, refill_per_second=40),
    "organization": Rate(capacity=200, refill_per_second=10),
    "connection": Rate(capacity=10, refill_per_second=1 / 60),
}

# --- SQL, read by campaigns/publishing/claim.py -------------------------------------------------

# What a bucket holds now. Another worker may have filled it up to a later instant than this statement began at.
LEVEL = """least(bucket.capacity, bucket.tokens + bucket.refill_per_second
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
        **{f"{scope}_capacity": rate.capacity for scope, rate in RATES.items()},
        **{f"{scope}_refill": rate.refill_per_second for scope, rate in RATES.items()},
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


def ask_for_patience(connection_id: int, after: timedelta) -> None:
    """The network asked this account to wait; the claim leaves it alone until then. Inside `acting_in`."""
    Connection.objects.filter(pk=connection_id).update(wait_until=timezone.now() + after)
