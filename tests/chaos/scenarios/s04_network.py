"""S4: the road to the networks times out, resets, crawls and at last goes dark, while shares come due.

Everything passes the rig's proxy, where each call is one connection. The product waits 20 s for an answer and the rig
2, so its 30 s of latency are 3 here. The half hour of darkness is scaled to a minute, unless `--lasts 1800` asks for
it: some shares of that time are set back by what a longer one would have made of them; calls are counted before and
after the breaker has opened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.chaos.cast import engine, how_many, playing, resenders
from tests.chaos.promises import always, verdict
from tests.chaos.proxy import Calls, Proxy
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import Figures, Order, Stage, count, execute, rows, wait_for_rest

LATENCY = 3.0  # seconds, above the engine's patience of 2
CRAWL = 1024.0  # bytes a second
DARK = 60.0  # seconds, where nothing else is asked for; it is half an hour in words
HALF_HOUR = 1800.0
CALLS_A_SECOND = 2.0
RECOVERS = 600.0  # seconds until everything is out
CONTROL_RECOVERS = 120.0
POSTED_LATE = 1800.0 + 10.0  # seconds after its time a share may arrive unasked, a call's own time included
POST_LATE, ASK_LATE = "40 minutes", "25 hours"  # what one third and another of those who wait are late by
UNCLEAR = """
    SELECT count(*) FROM campaigns_share AS share
     WHERE share.state = 'held'
       AND NOT (share.held_reason = 'late'
                OR share.held_reason = 'could_not_tell'
                   AND EXISTS (SELECT FROM campaigns_attempt AS attempt
                                WHERE attempt.share_id = share.id AND attempt.outcome = 'unknown'))
"""
UNKNOWN = "SELECT count(*) FROM campaigns_attempt WHERE outcome = 'unknown'"


@dataclass(frozen=True)
class Late:
    """Shares that were set back in the dark, and where the lateness rule must have brought them."""

    asked: tuple[int, ...]
    expired: tuple[int, ...]

    @property
    def all(self) -> int:
        return len(self.asked) + len(self.expired)


def play(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    with _road(ready) as road:
        ready, words = _by(road, ready)
        step = order.span / 6
        dark_for = order.lasts or DARK
        span = order.span + dark_for / 2
        workers = engine(number)
        with playing(order, ready, workers, faults=False, span=span, words=words, put_world_aside=True) as scene:
            steady = _weather(road, step)
            dark = _darkness(road, ready, dark_for)
            mended = time.monotonic()
            unsettled = wait_for_rest(ready, patience=RECOVERS)
            recovery = {"recovered_in": round(time.monotonic() - mended, 1), "unsettled": unsettled}
            recovery |= {"spike": _spike(road, mended, steady), "steady_calls": round(steady, 1), **scene.people()}
        late: Late = dark.pop("late")
        figures = {**dark, **recovery, "late_set_back": late.all, "late_wrong": late.all - _obeyed(ready, late)}
        figures |= {"held_without_cause": count(ready, UNCLEAR), "unknown_attempts": count(ready, UNKNOWN)}
        return {**verdict(ready), **figures, "workers": number, "kills": 0}


def control(order: Order, ready: Stage) -> Figures:
    """An engine that goes on calling, and sends again what was not answered."""
    with _road(ready) as road:
        ready, words = _by(road, ready)
        workers = resenders(how_many(order))
        # Shares come due over the whole of the play's time, so the dark begins sooner here.
        with playing(order, ready, workers, with_beat=False, faults=False, words=words):
            _weather(road, order.span / 12)
            dark = _darkness(road, ready, order.span / 2)
            unsettled = wait_for_rest(ready, patience=CONTROL_RECOVERS)
        dark.pop("late")
        return {**verdict(ready, books=False), **dark, "unsettled": unsettled}


def _road(ready: Stage) -> Proxy:
    """On the port that the accounts of a world know, where it was made already."""
    known = rows(ready.database, "SELECT server FROM integrations_connection WHERE server <> '' LIMIT 1")
    return Proxy(ready.sandbox.port, port=urlsplit(known[0][0]).port or 0 if known else 0)


def _by(road: Proxy, ready: Stage) -> tuple[Stage, tuple[str, ...]]:
    """The stage whose workers reach the networks through the proxy; people and judges do not need it."""
    address = f"http://127.0.0.1:{road.port}"
    return ready.but(SANDBOX_URL=address), ("--server", address)


def _weather(road: Proxy, step: float) -> float:
    """Calm, then one bad thing after the other; answers the calls a second in the calm."""
    began = time.monotonic()
    time.sleep(step)
    steady = road.called_since(began) / step
    road.treat(Calls.SWALLOW)
    time.sleep(step)
    road.treat(Calls.RESET)
    time.sleep(step)
    road.mend()
    road.slow(delay=LATENCY)
    time.sleep(step)
    road.slow(bytes_per_second=CRAWL)
    time.sleep(step)
    road.half_close()
    road.mend()
    time.sleep(step)
    return steady


def _darkness(road: Proxy, ready: Stage, seconds: float) -> Figures:
    began = time.monotonic()
    road.black_out()
    time.sleep(seconds / 2)
    late = _set_back(ready)
    burst, middle = road.called_since(began), time.monotonic()
    time.sleep(seconds / 2)
    rate = road.called_since(middle) / (time.monotonic() - middle)
    first = middle - began
    road.mend()
    return {
        "late": late,
        "dark_seconds": round(time.monotonic() - began, 1),
        "calls_in_first_half": burst,
        "calls_a_second_then": round(rate, 2),
        "calls_a_second_over_half_an_hour": round((burst + rate * (HALF_HOUR - first)) / HALF_HOUR, 2),
    }


def _set_back(ready: Stage) -> Late:
    """As if the dark had begun long before: two thirds of those that wait and were never sent."""
    waiting = [
        share
        for (share,) in rows(
            ready.superuser,
            "SELECT id FROM campaigns_share AS share WHERE state = 'scheduled' AND NOT EXISTS"
            " (SELECT FROM campaigns_attempt AS attempt WHERE attempt.share_id = share.id) ORDER BY id",
        )
    ]
    asked, expired = (_late(ready, waiting[place::3], by) for place, by in enumerate((POST_LATE, ASK_LATE)))
    return Late(asked, expired)


def _late(ready: Stage, shares: list[int], by: str) -> tuple[int, ...]:
    """Only those that are still waiting in the moment of the statement."""
    chosen = ", ".join(map(str, shares)) or "NULL"
    execute(
        ready.superuser,
        f"""
        WITH late AS (UPDATE campaigns_share SET due_at = due_at - interval '{by}'
                       WHERE id IN ({chosen}) AND state = 'scheduled' RETURNING id)
        UPDATE campaigns_approval SET window_start = window_start - interval '{by}',
                                      window_end = window_end - interval '{by}', at = at - interval '{by}'
         WHERE share_id IN (SELECT id FROM late)""",
    )
    long_ago = "statement_timestamp() - interval '30 minutes'"
    late = f"SELECT id FROM campaigns_share WHERE id IN ({chosen}) AND due_at < {long_ago}"
    return tuple(share for (share,) in rows(ready.superuser, late))


def _obeyed(ready: Stage, late: Late) -> int:
    """How many of them stand where the rule says, without ever having been sent."""
    unsent = "NOT EXISTS (SELECT FROM campaigns_attempt AS attempt WHERE attempt.share_id = share.id)"

    def standing(shares: tuple[int, ...], where: str) -> int:
        chosen = ", ".join(map(str, shares)) or "NULL"
        return count(
            ready, f"SELECT count(*) FROM campaigns_share AS share WHERE id IN ({chosen}) AND {where} AND {unsent}"
        )

    return standing(late.asked, "state = 'held' AND held_reason = 'late'") + standing(late.expired, "state = 'expired'")


def _spike(road: Proxy, since: float, steady: float) -> float:
    """The busiest second after the return, as a multiple of the calm's."""
    seconds = [int(one - since) for one in list(road.calls) if one >= since]
    busiest = max((seconds.count(second) for second in set(seconds)), default=0)
    return round(busiest / steady, 2) if steady else 0.0


def broken(order: Order, result: Result) -> list[str]:
    sentences = [f"{name} is {result[name]}, not 0." for name in ("late_wrong", "held_without_cause") if result[name]]
    if result["calls_a_second_over_half_an_hour"] > CALLS_A_SECOND or result["calls_a_second_then"] > CALLS_A_SECOND:
        sentences.append(f"{result['calls_a_second_then']} calls a second went into the dark.")
    if result["lateness"].get("max", 0.0) > POSTED_LATE:
        sentences.append(f"A share arrived {result['lateness']['max']} s late, and nobody was asked.")
    if not result["late_set_back"]:
        sentences.append("Nothing was late: the lateness rule was not tried.")
    if result["unknown_attempts"] < order.shares // 50:
        sentences.append(f"Only {result['unknown_attempts']} answers were lost.")
    if result["recovered_in"] > RECOVERS:
        sentences.append(f"It took {result['recovered_in']} s until everything was out.")
    return [*sentences, *always(result)]


def bites(control: Result) -> bool:
    return bool(control["extra"] > 0 and control["calls_a_second_then"] > CALLS_A_SECOND)


S4 = Scenario("S4", "the network slow, cut and dark", play, broken, control, bites, same_world=True)
