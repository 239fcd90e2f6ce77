"""What became of a post is read from its network, kept with its time, and never guessed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.retention import forget_what_is_over
from accounts.tenancy import acting_in
from campaigns import figure_reading
from campaigns.actions.post_figures import forget_old_figures
from campaigns.figure_clock import keep_readings
from campaigns.figure_reading import Due, Question, read_due_figures, record_answer
from campaigns.figure_rules import GIVE_UP, LOOKS
from campaigns.models import FigureClock, FigureReading, Share
from campaigns.selectors.personal_record import own_record
from campaigns.selectors.post_figures import figures_of_posts, readings_of
from integrations import breakers
from integrations.limits import figures_scope, freeze, take_figures_call
from integrations.models import Breaker, Bucket, Connection
from integrations.networks import network
from integrations.networks.base import FiguresRead, Removed, TryLater
from integrations.networks.figures import Figures
from tests.campaigns.publishing.posting import Desk, account, again, due, publish
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def out(at: Desk, sandbox: SandboxProcess) -> Share:
    """A post on Mastodon that went out an hour ago."""
    share = due(at, account(at, sandbox, "mastodon"))
    publish()
    return aged(at, share)


def aged(at: Desk, share: Share, by: timedelta = HOUR) -> Share:
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(published_at=F("published_at") - by)
        FigureClock.objects.filter(share=share).update(next_at=F("next_at") - by)
    return again(at, share)


def told(sandbox: SandboxProcess, share: Share, **counts: object) -> None:
    sandbox.post("/sandbox/figures", {"network": share.network, "post": share.external_id, **counts})


def readings(at: Desk) -> list[dict[str, Any]]:
    names = ("likes", "comments", "reposts", "views", "followers", "source")
    with acting_in(at.organization):
        return list(FigureReading.objects.order_by("pk").values(*names))


def clock(at: Desk) -> FigureClock:
    with acting_in(at.organization):
        return FigureClock.objects.select_related("share").get()


def clock_of(at: Desk, share: Share) -> datetime | None:
    with acting_in(at.organization):
        return FigureClock.objects.get(share=share).next_at


def test_figures_are_read_at_each_look_and_what_is_not_given_is_unknown(
    at: Desk, sandbox: SandboxProcess, out: Share
) -> None:
    told(sandbox, out, likes=7, comments=1, reposts=0, followers=90)
    assert read_due_figures() == 1
    first = {"likes": 7, "comments": 1, "reposts": 0, "views": None, "followers": 90, "source": "mastodon"}
    assert readings(at) == [first]
    went_out = again(at, out).published_at
    assert went_out is not None
    assert clock(at).next_at == went_out + LOOKS[1]
    assert read_due_figures() == 0
    aged(at, out, LOOKS[1])
    told(sandbox, out, likes=9)
    assert read_due_figures() == 1
    assert [one["likes"] for one in readings(at)] == [7, 9]


def test_a_post_that_is_gone_there_three_times_in_a_row_is_looked_at_no_more(
    at: Desk, sandbox: SandboxProcess, out: Share
) -> None:
    elsewhere = sandbox.account("mastodon", "bob")
    assert network("mastodon").remove(out.external_id, grant_of(elsewhere)) == Removed()
    for missed in (1, 2, 3):
        assert read_due_figures() == 1
        looked = clock(at)
        assert (looked.missed, looked.next_at is None) == (missed, missed == 3)
        aged(at, out, timedelta(days=1))
    assert readings(at) == []
    with acting_in(at.organization):  # one look that finds it begins the count anew
        keep_readings([out], {out.external_id: Figures(likes=1)}, now=timezone.now())
    assert clock(at).missed == 0


def test_a_lost_grant_puts_a_look_off_and_tells_nobody(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    sandbox.revoke("mastodon", "bob")
    assert read_due_figures() == 1
    assert readings(at) == []
    waits = clock(at).next_at
    assert waits is not None
    assert waits > timezone.now() + timedelta(hours=23)


def test_what_cannot_be_asked_now_stands_before_no_other_account(
    at: Desk, sandbox: SandboxProcess, out: Share, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_reading, "MOST", 1)
    aged(at, out)  # it waited longest
    due(at, account(at, sandbox, "bluesky"), "The other one.")
    publish()
    with acting_in(at.organization):
        other = FigureClock.objects.exclude(share=out)
        long_ago, waited = clock_of(at, out), timezone.now() - timedelta(minutes=1)
    settings.BUCKETS = {**settings.BUCKETS, "figures": {"capacity": 1, "per_second": 0.0001}}
    assert take_figures_call("mastodon")
    for paused in (True, False):  # by its person; then by the bucket
        with acting_in(at.organization):
            Connection.objects.filter(network=out.network).update(frozen=paused)
            FigureClock.objects.filter(share=out).update(next_at=long_ago)
            other.update(next_at=waited)
        Bucket.objects.filter(pk=figures_scope("bluesky")).delete()
        assert [read_due_figures() for _ in range(2)] == [0, 1]
        waits = clock_of(at, out)
        assert waits is not None
        assert waits > timezone.now() + timedelta(minutes=14)


def test_a_silent_server_is_left_alone_and_its_probe_is_left_to_posting(
    at: Desk, sandbox: SandboxProcess, out: Share
) -> None:
    with acting_in(at.organization):
        server = Connection.objects.get().server
    ahead = timezone.now() + timedelta(minutes=1)
    Breaker.objects.create(scope=f"mastodon|{server}", network="mastodon", server=server, state="open", retry_at=ahead)
    assert read_due_figures() == 0
    seen = Breaker.objects.get()
    assert (seen.pauses, seen.retry_at) == (0, ahead)
    waits = clock(at).next_at
    assert waits is not None
    assert waits > timezone.now()
    with acting_in(at.organization):  # too old for another try
        Share.objects.update(published_at=timezone.now() - GIVE_UP)
        FigureClock.objects.update(next_at=timezone.now())
    assert read_due_figures() == 0
    assert clock(at).next_at is None
    probe = timezone.now() - timedelta(minutes=1)
    Breaker.objects.update(retry_at=probe)
    with acting_in(at.organization):
        FigureClock.objects.update(next_at=timezone.now())
    assert read_due_figures() == 1
    seen = Breaker.objects.get()
    assert (seen.state, seen.pauses, seen.retry_at) == ("open", 0, probe)


def test_how_a_look_went_is_no_news_for_posting(
    at: Desk, sandbox: SandboxProcess, out: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakers, "_watch", breakers.Watch())
    Breaker.objects.all().delete()
    assert read_due_figures() == 1
    assert {one.network for one in Breaker.objects.all()} == {"figures"}  # a circuit of its own
    Breaker.objects.update(state="open", retry_at=timezone.now() + HOUR)
    assert breakers.not_answering() == []
    aged(at, out, LOOKS[1])
    assert read_due_figures() == 0


def question_about(at: Desk, share: Share) -> Question:
    assert share.connection_id
    asked = Due(at.organization.pk, share.connection_id, share.network)
    return Question(asked, (share.pk,), (share.external_id,), TryLater(HOUR, "Not asked here."))


def test_an_answer_that_comes_after_its_person_left_is_let_go(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    asked = question_about(at, out)
    with acting_in(at.organization):
        leave(at.member, by=at.member)
    record_answer(asked, FiguresRead({out.external_id: Figures(likes=3)}))
    assert readings(at) == []


def test_what_cannot_be_kept_is_not_asked_for_again_and_again(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    figure_reading._keep(question_about(at, out), FiguresRead({out.external_id: Figures(likes=10**30)}))
    assert readings(at) == []
    waits = clock_of(at, out)
    assert waits is not None
    assert waits > timezone.now() + timedelta(hours=23)


def test_an_absurd_number_is_unknown_and_spoils_no_other(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    told(sandbox, out, likes=10**30, comments=2**63 - 1)
    assert read_due_figures() == 1
    assert [(one["likes"], one["comments"]) for one in readings(at)] == [(None, 2**63 - 1)]


def test_nothing_is_asked_while_all_is_stopped_or_the_bucket_is_empty(
    at: Desk, sandbox: SandboxProcess, out: Share, settings: Any
) -> None:
    settings.BUCKETS = {**settings.BUCKETS, "figures": {"capacity": 1, "per_second": 0.0001}}
    assert take_figures_call("mastodon")
    assert read_due_figures() == 0
    Bucket.objects.filter(pk=figures_scope("mastodon")).delete()
    freeze("network:mastodon", because="test")
    assert read_due_figures() == 0
    assert readings(at) == []


def test_where_figures_cost_money_nothing_is_asked_until_somebody_switched_it_on(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    connection = account(at, sandbox, "x")
    due(at, connection, "For nothing.")
    publish()
    with acting_in(at.organization):
        assert not FigureClock.objects.exists()
    settings.NETWORKS = {**settings.NETWORKS, "x": {"figures": "1"}}
    share = due(at, connection, "For half a cent.")
    publish()
    told(sandbox, aged(at, share), likes=2, views=50)
    assert read_due_figures() == 1
    assert [(one["likes"], one["views"], one["followers"]) for one in readings(at)] == [(2, 50, None)]


def test_figures_go_with_their_time_and_with_their_person(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    read_due_figures()
    with acting_in(at.organization):
        kept = FigureReading.objects.get()
        assert kept.keep_until - kept.at == network("mastodon").keep_figures_for
        assert [one.reading for one in figures_of_posts(at.member)] == readings_of(out) == [kept]
        assert forget_what_is_over(by=None)["figures of posts"] == forget_old_figures(by=None) == 0
        FigureReading.objects.update(keep_until=timezone.now())  # shown no more, from then on and not from the sweep
        assert [one.reading for one in figures_of_posts(at.member)] == [None]
        assert readings_of(out) == []
        assert all(not post["figures"] for post in own_record(at.member)["posts"])  # type: ignore[attr-defined]
        assert [forget_old_figures(by=None) for _ in range(2)] == [1, 0]
        aged(at, out)
        read = FigureReading.objects.create(share=out, at=timezone.now(), keep_until=timezone.now() + HOUR, likes=1)
        assert read.views is None
        leave(at.member, by=at.member)
        assert not FigureReading.objects.exists()
        assert not FigureClock.objects.exists()
