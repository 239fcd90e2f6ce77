"""A restored backup: nothing goes out before the release, and after it nothing of the earlier life goes out unasked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errands import Done, run_errands
from accounts.models import Errand, SignOfLife
from accounts.signs_of_life import Program
from accounts.tenancy import acting_in
from campaigns.actions.shares import withdraw_share
from campaigns.models import HeldReason, Share, ShareState
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.moves import hold
from campaigns.publishing.record import record_outcome
from campaigns.publishing.restored import NothingToRelease, ask_after_restore, release, release_ahead
from campaigns.publishing.service import tick
from campaigns.restore_texts import LOOKED, LOST, MAY_BE_OUT
from campaigns.selectors.share_words import words_of
from integrations import breakers
from integrations.limits import is_of_another_epoch
from integrations.models import Breaker, Connection
from integrations.networks import network
from integrations.networks.base import CannotTell, Grant, Outcome, Post, Published, Unknown, Uploaded
from integrations.networks.mastodon import Mastodon
from integrations.tokens import fresh_grant
from tests.campaigns.publishing.posting import Desk, account, again, desk, due, planned, publish, settled
from tests.campaigns.world import person
from tests.integrations.sandbox.rig import SandboxProcess


def restored(settings: Any) -> None:
    """As if the backup had been made just now, and this environment begun after it."""
    settings.RESTORE_EPOCH = "2"
    SignOfLife.objects.all().delete()
    SignOfLife.objects.create(name=Program.PUBLISHING, epoch="1")
    SignOfLife.objects.create(name=Program.PUBLISHING, epoch="2")


def account_of(name: str, at: Desk, sandbox: SandboxProcess, key: str) -> Connection:
    with acting_in(at.organization):
        member = person(name)
    return account(at, sandbox, key, name.lower(), of=member)


def post_in_the_lost_part(at: Desk, share: Share) -> None:
    """Sent by the network's own file, past our rows: the database is as it was before."""
    with acting_in(at.organization):
        share = Share.objects.select_related("approval").get(pk=share.pk)
        assert share.approval is not None
        post, connection_id = Post.from_canonical(share.approval.canonical), share.connection_id
    assert connection_id is not None
    grant = fresh_grant(at.organization.pk, connection_id)
    assert isinstance(grant, Grant)
    outcome = network(share.network).publish(post, grant, str(share.attempt_key), Uploaded())
    assert isinstance(outcome, Published)


@pytest.mark.django_db(transaction=True)
def test_what_went_out_after_the_backup_is_found_and_never_sent_again(sandbox: SandboxProcess, settings: Any) -> None:
    at = desk()
    keys = ("mastodon", "x", "linkedin", "bluesky")
    shares = {key: due(at, account_of(f"{key}person", at, sandbox, key)) for key in keys}
    for share in shares.values():
        post_in_the_lost_part(at, share)
    sent = len(sandbox.acceptances())
    restored(settings)

    assert publish() == 0
    tick()
    assert {again(at, share).state for share in shares.values()} == {"scheduled"}
    done = release()
    assert (done.looked_up, done.asked, done.confirmed, done.goes, done.late) == (3, 1, 0, 0, 0)
    assert not is_of_another_epoch()
    run_errands()
    publish()
    tick()
    states = {key: again(at, share).state for key, share in shares.items()}
    assert states == {"mastodon": "published", "x": "published", "bluesky": "published", "linkedin": "held"}
    linkedin = again(at, shares["linkedin"])
    assert linkedin.held_reason == HeldReason.COULD_NOT_TELL
    with acting_in(at.organization):
        assert words_of(linkedin, now=timezone.now()).sentence == MAY_BE_OUT
    assert len(sandbox.acceptances()) == sent
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_not_out_waits_for_its_person_who_may_have_taken_it_back(
    sandbox: SandboxProcess, settings: Any
) -> None:
    at = desk()
    share = due(at, account(at, sandbox, "x"))
    later = planned(at, account_of("Carol", at, sandbox, "mastodon"))
    restored(settings)
    assert (release().looked_up, again(at, later).held_reason, again(at, later).held_detail) == (1, "frozen", LOST)
    assert letters(at) == ["frozen"]  # the other one is being looked up
    run_errands()
    looked = again(at, share)
    assert (looked.state, looked.held_reason, looked.held_detail) == ("held", "frozen", LOOKED)
    publish()
    tick()
    assert sandbox.acceptances() == []
    assert differences() == []


def letters(at: Desk) -> list[str]:
    with acting_in(at.organization):
        owed = Errand.objects.filter(kind="letter", state="waiting").order_by("id")
        return [errand.payload["context"]["held_reason"] for errand in owed]


@pytest.mark.django_db(transaction=True)
def test_what_waited_for_its_person_may_have_been_sent_on_their_word(sandbox: SandboxProcess, settings: Any) -> None:
    at = desk()
    share = due(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        hold(share, HeldReason.LATE, because="rule_late")
    restored(settings)
    assert release().looked_up == 1
    assert again(at, share).held_reason == "could_not_tell"
    run_errands()
    assert again(at, share).held_reason == "late"  # it is not there: the old question stands
    assert differences() == []


def sent(at: Desk, share: Share, outcome: Outcome | None) -> Share:
    """Sent by an earlier worker, past the networks; None: it was still on its way."""
    [one] = claim([at.organization.pk], limit=5)
    assert commit_intent(one, picture_hashes=frozenset()) is not None
    if outcome is not None:
        record_outcome(one, outcome)
    return again(at, share)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("outcome", "was"), [(Unknown("?"), "unknown"), (None, "sending")])
@pytest.mark.parametrize("key", ["x", "mastodon", "linkedin"])
def test_a_send_without_an_answer_does_not_go_again_unasked(
    sandbox: SandboxProcess, settings: Any, key: str, outcome: Outcome | None, was: str
) -> None:
    """In the part that was lost its person may have taken it back; settling would send it on the restored approval."""
    at = desk()
    share = due(at, account(at, sandbox, key))
    assert sent(at, share, outcome).state == was
    restored(settings)
    ahead = release()
    assert (ahead.looked_up, ahead.asked) == ((0, 1) if key == "linkedin" else (1, 0))
    run_errands(mail=False)
    settled(at, share)
    publish()
    now = again(at, share)
    if key == "linkedin":
        assert (now.state, now.held_reason, letters(at)) == ("held", "could_not_tell", ["could_not_tell"])
    else:
        assert (now.state, now.held_reason, now.held_detail) == ("held", "frozen", LOOKED)
        assert letters(at) == ["frozen"]
    assert sandbox.acceptances() == []
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_before_the_backup_is_settled_as_always(sandbox: SandboxProcess, settings: Any) -> None:
    at = desk()
    share = due(at, account(at, sandbox, "x"))
    sent(at, share, Unknown("?"))
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    restored(settings)
    assert release().touched == 0
    assert settled(at, share).state == "withdrawn"


def test_who_waits_at_a_network_that_cannot_be_asked_is_told_of_the_new_question(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    share = due(at, account(at, sandbox, "linkedin"))
    with acting_in(at.organization):
        hold(share, HeldReason.LATE, because="rule_late")
    restored(settings)
    assert release().asked == 1
    assert again(at, share).held_reason == "could_not_tell"
    assert letters(at) == ["late", "could_not_tell"]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_does_not_answer_is_left_alone(sandbox: SandboxProcess, settings: Any) -> None:
    at = desk()
    share = due(at, account(at, sandbox, "mastodon"))
    restored(settings)
    release()
    server = again(at, share).connection
    assert server is not None
    place = {"scope": f"mastodon|{server.server}", "network": "mastodon", "server": server.server}
    Breaker.objects.create(**place, state="open", retry_at=timezone.now() + timedelta(minutes=5))
    breakers._watch._looked = float("-inf")
    before = sandbox.get("/sandbox/health")
    run_errands()
    breakers._watch._looked = float("-inf")
    assert sandbox.get("/sandbox/health") == before
    with acting_in(at.organization):
        assert Errand.objects.get(kind="ask_after_restore").state == "waiting"


def test_a_network_that_can_never_tell_is_asked_once(
    at: Desk, sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(at, account(at, sandbox, "mastodon"))
    restored(settings)
    release()
    monkeypatch.setattr(Mastodon, "find", lambda *_: CannotTell("Too many posts since.", for_good=True))
    with acting_in(at.organization):
        errand = Errand.objects.get(kind="ask_after_restore")
    assert ask_after_restore({**errand.payload, "organization_id": at.organization.pk}) == Done()
    assert letters(at) == ["could_not_tell"]


def test_what_was_approved_since_the_restore_goes_as_planned(at: Desk, sandbox: SandboxProcess, settings: Any) -> None:
    restored(settings)
    share = due_since(at, account(at, sandbox, "mastodon"))
    assert publish() == 0
    ahead = release_ahead()
    assert (ahead.touched, ahead.goes, ahead.late) == (0, 1, 0)
    release()
    publish()
    assert again(at, share).state == ShareState.PUBLISHED


def due_since(at: Desk, connection: Connection) -> Share:
    share = planned(at, connection)
    with acting_in(at.organization):
        now = timezone.now()
        share.approvals.update(window_start=now - timedelta(seconds=2))
        Share.objects.filter(pk=share.pk).update(due_at=now - timedelta(seconds=1))
    return share


def test_a_leaver_is_not_asked(at: Desk, sandbox: SandboxProcess, settings: Any) -> None:
    """They left before the backup, and the share somehow stands: it ends."""
    share = due(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        type(share.member).objects.filter(pk=share.member_id).update(left_at=timezone.now())
    restored(settings)
    release()
    assert again(at, share).state == ShareState.WITHDRAWN


def test_only_a_restored_database_is_released(at: Desk) -> None:
    with pytest.raises(NothingToRelease):
        release()


def test_when_the_backup_was_made_is_told_by_the_last_sign_of_life(at: Desk, settings: Any) -> None:
    restored(settings)
    SignOfLife.objects.filter(epoch="1").update(at=timezone.now() - timedelta(hours=3))
    ended = release_ahead().earlier_life_ended
    assert ended is not None
    assert timedelta(hours=2.9) < timezone.now() - ended < timedelta(hours=3.1)
