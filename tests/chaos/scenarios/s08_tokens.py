"""S8: hundreds of grants end together at a network that rotates refresh tokens, and punishes a spent one.

Publishers and renewers race for each of them, one call in twenty gets no answer, some grants were really taken back.
A call without an answer was not carried out here: where it was, a network that ends families on reuse has ended the
grant by its own rule, and nobody can save it (integrations/networks/x.py says so, and what we do).
"""

from __future__ import annotations

import time

from advocacy.local.programs import PYTHON, beat
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.cast import SETTINGS, engine
from tests.chaos.crowd import crowd
from tests.chaos.promises import always, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import Figures, Order, Stage, count, rows, wait_for_rest

# A "no" is written down, then the connection is marked: whoever comes between asks once more, and hears it again.
REPEATS = 2
EACH = 4  # shares of an account
TIMED_OUT = 0.05  # of the calls
HANGS = 12.0  # seconds
# A call that a busy machine answers too late would be one whose answer was lost, and those are not of this play.
TIMES = {"ENGINE_CALL_TIMEOUT": "8", "ENGINE_LEASE": "16"}
PATIENCE = 420.0  # seconds: who meets four time-outs in a row waits 15, 30, 60 and 120, each a quarter more or less
REVOKED_EVERY = 25  # accounts
ENDING, LONG = 4, 7200  # seconds a token lives: over before the play begins, and as X gives it
PUBLISHERS, RENEWERS = 3, 3
CONTROLLED = 120  # shares of the control
ACCOUNTS = "SELECT account_id FROM integrations_connection WHERE network = 'x' ORDER BY id"
ASKED = "SELECT count(*) FROM integrations_connection WHERE state = 'needs_reconnect'"
HELD = "SELECT count(*) FROM campaigns_share WHERE state = 'held' AND held_reason = 'reconnect'"
OF_REVOKED = """
    SELECT count(*) FROM campaigns_share AS share JOIN integrations_connection AS account
        ON account.id = share.connection_id AND account.account_id IN ({})
"""


def play(order: Order, ready: Stage) -> Figures:
    renewers = tuple(_rig(f"renewer-{n}") for n in range(1, RENEWERS + 1))
    return _storm(order, ready, order.shares, (*engine(PUBLISHERS), *renewers, beat(ready.place)), timed_out=TIMED_OUT)


def control(order: Order, ready: Stage) -> Figures:
    """The same without a lease on renewing."""
    publishers = tuple(_rig(f"leaseless-{n}", "--without-lease", "--publish") for n in range(1, PUBLISHERS + 1))
    renewers = tuple(_rig(f"renewer-{n}", "--without-lease") for n in range(1, RENEWERS + 1))
    return _storm(order, ready, min(order.shares, CONTROLLED), (*publishers, *renewers), timed_out=0.0)


def broken(order: Order, result: Result) -> list[str]:
    sentences = always(result)
    due = result["accounts"] + result["timed_out"]
    if not due <= result["refresh_calls"] <= due + REPEATS * result["revoked"]:
        sentences.append(f"{result['refresh_calls']} refresh calls were made; accounts and time-outs are {due}.")
    for name in ("ended_by_reuse", "dead_grants"):
        if result[name]:
            sentences.append(f"{name} is {result[name]}, not 0.")
    if result["held_reconnect"] != result["of_revoked"] or result["held_untold"]:
        sentences.append(f"{result['held_reconnect']} shares wait for a connection, {result['of_revoked']} should.")
    if not result["timed_out"] or not result["revoked"]:
        sentences.append("No call timed out, or no grant was revoked: that is no storm.")
    return sentences


def bites(control: Result) -> bool:
    return bool(control["dead_grants"] > 0)


def _rig(name: str, *words: str) -> Program:
    return Program(name, (PYTHON, "-m", "tests.chaos.refreshers", *words), SETTINGS)


def _storm(order: Order, ready: Stage, shares: int, programs: tuple[Program, ...], *, timed_out: float) -> Figures:
    accounts, ready = max(shares // EACH, 10), ready.but(**TIMES)
    ready.sandbox.settings(x_token_seconds=ENDING)
    with crowd(ready, shares, accounts=accounts, networks="x", seed=order.seed) as people:
        ready.sandbox.settings(x_token_seconds=LONG)
        revoked = _revoke_some(ready)
        faults = {"hang_before": timed_out, "networks": ["x"], "hang_seconds": HANGS, "seed": order.seed}
        ready.sandbox.post("/sandbox/token-faults", faults)
        folder = ready.place.folder / "logs"
        with Supervisor(programs, folder=folder, environment=ready.environment) as running:
            began = time.monotonic()
            running.start()
            people.forward(0, span=max(6.0, shares / 60))
            unsettled = wait_for_rest(ready, patience=PATIENCE)
            published_in = round(time.monotonic() - began, 1)
    figures = {"unsettled": unsettled, "published_in": published_in, "made_in": people.made_in}
    return {**verdict(ready), **figures, "accounts": accounts, **_counted(ready, revoked)}


def _revoke_some(ready: Stage) -> list[str]:
    """Their people do it in the network's own settings."""
    accounts = [str(account) for (account,) in rows(ready.database, ACCOUNTS)]
    for account in (revoked := accounts[::REVOKED_EVERY]):
        ready.sandbox.revoke("x", account)
    return revoked


def _counted(ready: Stage, revoked: list[str]) -> Figures:
    """As the network counted its calls, and as people were asked."""
    health = ready.sandbox.get("/sandbox/health")
    timed_out = sum(health["token_faults"].values())
    quoted = ", ".join(f"'{account}'" for account in revoked)
    return {
        "refresh_calls": health["refreshes"].get("x", 0) + timed_out,
        "timed_out": timed_out,
        "revoked": len(revoked),
        "ended_by_reuse": health["families_ended_by_reuse"].get("x", 0),
        "dead_grants": count(ready, ASKED) - len(revoked),
        "held_reconnect": count(ready, HELD),
        "of_revoked": count(ready, OF_REVOKED.format(quoted)),
    }


S8 = Scenario("S8", "hundreds of rotating grants end together", play, broken, control, bites)
