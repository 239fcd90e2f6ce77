"""Who waits, and the claim: due shares of many companies, fairly, in one statement as the engine's role.

Fair and work-conserving by LATERAL: each waiting company gives up to its share of the batch. Every condition is read
from rows under lock; buckets are drawn down in the same statement, always in the order of their names. Nothing is sent
here, and a lost race costs nothing. A server that does not answer gets its one probe (`integrations/breakers.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection

from accounts.database_trouble import is_race
from accounts.tenancy import across_organizations
from accounts.time_limits import limited_as
from campaigns.publishing.kept_plan import KeptPlan, join_as_written
from campaigns.share_lifecycle import IN_FLIGHT, ShareState, claim_statements
from integrations.breakers import ALLOWED, PASSED, flush, probe_parameters
from integrations.limits import FROZEN_NETWORKS, LEVEL, RUNNING, capacity_of, claim_parameters

TURNS = 50  # companies a claim asks at most


@dataclass(frozen=True, slots=True)
class Claimed:
    """One share in this worker's hands until its lease ends; nothing of it was sent."""

    share_id: int
    organization_id: int
    connection_id: int
    network: str
    fence: int
    alone: bool = False  # claimed so often in vain that one more ends it: nothing else is risked beside it


@dataclass(frozen=True, slots=True)
class Waiting:
    """Companies with something due, and how long until the next company has."""

    organizations: tuple[int, ...] = ()
    next_due: timedelta | None = None


_WHO_WAITS = f"""
    SELECT organization.id, extract(epoch FROM earliest.due_at - statement_timestamp())::float8
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT share.due_at FROM campaigns_share AS share
            WHERE share.organization_id = organization.id AND share.state = '{ShareState.SCHEDULED}'
            ORDER BY share.due_at, share.id LIMIT 1) AS earliest
     WHERE NOT organization.frozen
"""  # noqa: S608  # built of constants of ours

_IN_FLIGHT = ", ".join(f"'{state}'" for state in IN_FLIGHT)

_DUE_OF_ONE = f"""
    SELECT share.id, share.organization_id, share.connection_id, share.network, account.server, share.due_at,
           share.claims >= %(last_claim)s AS alone
      FROM campaigns_share AS share
      JOIN integrations_connection AS account
        ON account.id = share.connection_id AND account.state = 'live' AND NOT account.frozen
           AND (account.wait_until IS NULL OR account.wait_until <= statement_timestamp())
      JOIN campaigns_approval AS approval ON approval.id = share.approval_id AND approval.ended_at IS NULL
     WHERE share.organization_id = turns.organization_id
       AND share.state = '{ShareState.SCHEDULED}'
       AND share.due_at <= statement_timestamp()
       AND NOT share.by_hand
       AND share.network <> ALL (SELECT network FROM frozen)
       AND NOT EXISTS (
           SELECT FROM gates
            WHERE gates.network = share.network AND gates.server = account.server AND gates.calls < 1)
       AND NOT EXISTS (
           SELECT FROM campaigns_share AS busy
            WHERE busy.connection_id = share.connection_id AND busy.state IN ({_IN_FLIGHT}))
       AND NOT EXISTS (
           SELECT FROM campaigns_share AS earlier
            WHERE earlier.connection_id = share.connection_id AND earlier.state = '{ShareState.SCHEDULED}'
              AND (earlier.due_at, earlier.id) < (share.due_at, share.id))
       AND NOT EXISTS (
           SELECT FROM integrations_bucket AS bucket
            WHERE bucket.scope IN ('network:' || share.network,
                                   'network:' || share.network || '/org:' || share.organization_id,
                                   'connection:' || share.connection_id)
              AND {LEVEL} < 1)
     ORDER BY share.due_at, share.id
     LIMIT (SELECT ceil(%(limit)s::numeric / greatest(count(*), 1)) FROM turns)
       FOR UPDATE OF share SKIP LOCKED
"""  # noqa: S608  # built of constants of ours

_CLAIM = f"""
    WITH turns AS MATERIALIZED (
        SELECT id AS organization_id FROM accounts_organization
         WHERE id = ANY(%(organizations)s::bigint[]) AND NOT frozen AND {RUNNING}
    ),
    frozen AS MATERIALIZED ({FROZEN_NETWORKS}),
    gates AS MATERIALIZED (
        SELECT network, server, {ALLOWED} AS calls FROM integrations_breaker AS breaker WHERE breaker.state <> 'closed'
    ),
    due AS MATERIALIZED (
        SELECT one.* FROM turns CROSS JOIN LATERAL ({_DUE_OF_ONE}) AS one LIMIT %(limit)s
    ),
    -- A share that kills its worker must not take others with it, claim by claim, until they are given up as well.
    lone AS MATERIALIZED (SELECT id FROM due WHERE alone ORDER BY due_at, id LIMIT 1),
    in_line AS (
        SELECT due.*,
               'network:' || network AS network_bucket,
               'network:' || network || '/org:' || organization_id AS organization_bucket,
               'connection:' || connection_id AS connection_bucket,
               row_number() OVER (PARTITION BY network ORDER BY due_at, id) AS place_in_network,
               row_number() OVER (PARTITION BY network, organization_id ORDER BY due_at, id) AS place_in_organization,
               row_number() OVER (PARTITION BY network, server ORDER BY due_at, id) AS place_at_server
          FROM due WHERE NOT EXISTS (SELECT FROM lone) OR id = (SELECT id FROM lone)
    ),
    turnstile AS MATERIALIZED (
        SELECT network, server, {ALLOWED} AS calls FROM integrations_breaker AS breaker
         WHERE breaker.state <> 'closed' AND (network, server) IN (SELECT network, server FROM due)
         ORDER BY breaker.scope
           FOR UPDATE
    ),
    purse AS MATERIALIZED (
        SELECT bucket.scope, floor({LEVEL}) AS posts FROM integrations_bucket AS bucket
         WHERE bucket.scope IN (SELECT network_bucket FROM in_line UNION SELECT organization_bucket FROM in_line
                                UNION SELECT connection_bucket FROM in_line)
         ORDER BY bucket.scope
           FOR UPDATE
    ),
    affordable AS MATERIALIZED (
        SELECT in_line.id FROM in_line
         WHERE place_in_network <= coalesce((SELECT posts FROM purse WHERE scope = network_bucket),
                                            %(network_capacity)s)
           AND place_in_organization <= coalesce((SELECT posts FROM purse WHERE scope = organization_bucket),
                                                 %(organization_capacity)s)
           AND coalesce((SELECT posts FROM purse WHERE scope = connection_bucket), 1) >= 1
           AND place_at_server <= coalesce((SELECT calls FROM turnstile WHERE turnstile.network = in_line.network
                                               AND turnstile.server = in_line.server), %(limit)s)
    ),
    {claim_statements("affordable")},
    passed AS (
        UPDATE integrations_breaker AS breaker {PASSED}
          FROM (SELECT due.network, due.server, count(*) AS calls FROM taken JOIN due USING (id)
                 GROUP BY due.network, due.server) AS use
         WHERE breaker.state <> 'closed' AND breaker.network = use.network AND breaker.server = use.server
    ),
    spent AS (
        INSERT INTO integrations_bucket AS bucket (scope, tokens, refilled_at)
        SELECT scope, capacity - count(*), statement_timestamp() FROM (
            SELECT 'network:' || network AS scope, %(network_capacity)s::float8 AS capacity FROM taken
            UNION ALL
            SELECT 'network:' || network || '/org:' || organization_id, %(organization_capacity)s FROM taken
            UNION ALL
            SELECT 'connection:' || connection_id, %(connection_capacity)s FROM taken
        ) AS use GROUP BY scope, capacity ORDER BY scope
        ON CONFLICT (scope) DO UPDATE
           SET tokens = {LEVEL} - ({capacity_of("excluded")} - excluded.tokens),
               refilled_at = greatest(bucket.refilled_at, statement_timestamp())
    )
    SELECT taken.id, taken.organization_id, taken.connection_id, taken.network, taken.fence, due.alone
      FROM taken JOIN due USING (id)
"""  # noqa: S608  # built of constants of ours


_KEPT_CLAIM = KeptPlan(
    _CLAIM,
    {
        "organizations": "bigint[]",
        "limit": "bigint",
        "lease": "float8",
        "last_claim": "bigint",
        "epoch": "text",
        "pauses": "float8[]",
        **{f"{kind}_{figure}": "float8" for kind in settings.BUCKETS for figure in ("capacity", "refill")},
    },
)


@limited_as("engine")
def who_waits() -> Waiting:
    """Every company that has something due now. Asked at most once a second, or when a claim came back short."""
    flush()
    with across_organizations(reason="engine: which companies wait"), connection.cursor() as cursor:
        join_as_written(cursor)
        cursor.execute(_WHO_WAITS)
        rows: list[tuple[int, float]] = cursor.fetchall()
    ahead = [seconds for _, seconds in rows if seconds > 0]
    return Waiting(
        organizations=tuple(organization for organization, seconds in rows if seconds <= 0),
        next_due=timedelta(seconds=min(ahead)) if ahead else None,
    )


@limited_as("engine")
def claim(organizations: Sequence[int], *, limit: int) -> list[Claimed]:
    """Up to `limit` due shares of these companies. Losing a race to another worker answers nothing."""
    flush()
    given = {
        **claim_parameters(),
        **probe_parameters(),
        "organizations": list(organizations[:TURNS]),
        "limit": limit,
        "lease": settings.ENGINE["lease"],
        "last_claim": settings.ENGINE["claims_before_failing"] - 1,
    }
    try:
        with across_organizations(reason="engine: claim what is due"), connection.cursor() as cursor:
            join_as_written(cursor)
            _KEPT_CLAIM.execute(cursor, given)
            rows = cursor.fetchall()
    except IntegrityError:
        # The partial unique index on the connection is the judge of two claims at once.
        return []
    except OperationalError as error:
        if is_race(error):
            return []
        raise
    return [Claimed(*row) for row in rows]
