"""One post of one person in every state that stays, so that each screen of the queue can be seen.

Each comes about as it would for a person: the network's own doing, the curator's change, time that went by. Three
states last only a moment (about to go out, going out, being taken down), and reading by a colleague has no road yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from advocacy.demo import clock
from advocacy.demo.posts import Wish, approved, drafted, engine_works, posted
from advocacy.demo.sandbox import happens_elsewhere, misbehave_once
from campaigns.actions.items import Story, edit_item
from campaigns.actions.shares import take_down_share, withdraw_share
from campaigns.models import Item, Share
from campaigns.publishing.service import tick
from integrations.models import Connection

LONG_LATE, TOO_LATE = timedelta(hours=3), timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Stage:
    """Whose queue it is, and what plays there. `accounts` by network."""

    organization: Organization
    member: Member
    curator: Member
    accounts: Mapping[str, Connection]
    items: Sequence[Item]

    def wish(self, number: int, text: str, *, network: str = "", by_hand_on: str = "") -> Wish:
        item = self.items[number % len(self.items)]
        connection = self.accounts[network] if network else None
        return Wish(self.member, item, text, connection=connection, by_hand_on=by_hand_on)


def every_state(stage: Stage) -> None:
    """The order matters: each account carries one unclear post at a time, and what waits goes out last."""
    now = clock.real_now()
    _taken_down(stage, now)
    _refused(stage)
    _signed_out(stage)
    _over_or_late(stage, now)
    _could_not_tell(stage)
    _planned(stage, now)
    _story_changed(stage, now)
    _by_hand(stage, now)
    _drafts(stage)
    _unclear_yet(stage)


def _taken_down(stage: Stage, now: datetime) -> None:
    """The errand that asks the network is owed; the worker does it."""
    wish = stage.wish(5, "Soup, tours and thermometers: see you on the 12th!", network="mastodon")
    (share,) = posted(stage.organization, [wish], at=now - timedelta(days=3, hours=2))
    with acting_in(stage.organization):
        take_down_share(share, by=stage.member)


def _refused(stage: Stage) -> None:
    account = stage.accounts["bluesky"]
    happens_elsewhere(account, "restrict")
    _goes_out(stage, stage.wish(3, "A year ago I would have bet against it. I would have lost.", network="bluesky"))
    happens_elsewhere(account, "release")


def _signed_out(stage: Stage) -> None:
    happens_elsewhere(stage.accounts["x"], "revoke")
    _goes_out(stage, stage.wish(4, "Two years of readings, a minute apart. Somebody will find something.", network="x"))


def _over_or_late(stage: Stage, now: datetime) -> None:
    """As if the workers had been away: a day ago and this morning."""
    wishes = {
        TOO_LATE: stage.wish(1, "The school next door has a weather station now.", network="linkedin"),
        LONG_LATE: stage.wish(6, "It fits into a jacket, and I charged it last Monday.", network="linkedin"),
    }
    for late, wish in wishes.items():
        due_at = now - late
        with clock.at(due_at - timedelta(hours=1)), acting_in(stage.organization):
            approved(wish, due_at=due_at)
        tick()


def _could_not_tell(stage: Stage) -> None:
    """LinkedIn took it and answered unclearly; its posts cannot be read, so the person is asked."""
    misbehave_once("linkedin", "status_500_after")
    share = _goes_out(
        stage, stage.wish(2, "I made forty of those calls. People were kinder than I feared.", network="linkedin")
    )
    with acting_in(stage.organization):  # the settle time, gone by
        Share.objects.filter(pk=share.pk).update(settle_at=clock.real_now())
    tick()


def _planned(stage: Stage, now: datetime) -> None:
    soon = stage.wish(0, "Ask the night shift. They measured for a week, and half of it was gone.", network="mastodon")
    later = stage.wish(4, "A student asked us for data in spring. Here are two years of it.", network="linkedin")
    taken_back = stage.wish(7, "Who taught me the most? I will tell you on Friday.", network="mastodon")
    with acting_in(stage.organization):
        approved(soon, due_at=_morning(now, days=1))
        approved(later, due_at=_morning(now, days=3))
        withdraw_share(approved(taken_back, due_at=_morning(now, days=4)), by=stage.member)


def _story_changed(stage: Stage, now: datetime) -> None:
    item = stage.items[3]
    with acting_in(stage.organization):
        wish = stage.wish(3, "Handovers on Thursdays are the hard part. We are still at it.", network="bluesky")
        approved(wish, due_at=_morning(now, days=2))
        item.refresh_from_db()
        changed = Story(
            title="Fourteen months of the four-day week in the workshop",
            summary=item.summary,
            destination=item.destination,
            source=item.source,
            language=item.language,
            needs_disclosure=item.needs_disclosure,
        )
        edit_item(item, by=stage.curator, campaign=item.campaign, story=changed, picture=item.picture)


def _by_hand(stage: Stage, now: datetime) -> None:
    with clock.at(now - timedelta(minutes=4)), acting_in(stage.organization):
        wish = stage.wish(5, "Bring your children. They ask the best questions.", by_hand_on="linkedin")
        approved(wish, due_at=now - timedelta(minutes=3))
    with acting_in(stage.organization):
        wish = stage.wish(1, "Thirty pupils read it every morning.", by_hand_on="whatsapp")
        approved(wish, due_at=_morning(now, days=1) + timedelta(hours=4))
    tick()


def _drafts(stage: Stage) -> None:
    with acting_in(stage.organization):
        drafted(stage.wish(6, "Three customers told us the same thing.", network="mastodon"))
        drafted(stage.wish(7, ""))


def _unclear_yet(stage: Stage) -> None:
    """Mastodon took it and answered unclearly; the engine asks there in a few minutes and finds it."""
    misbehave_once("mastodon", "status_500_after")
    wish = stage.wish(2, "Say it early, say it plainly, say what happens next.", network="mastodon")
    _goes_out(stage, wish)


def _goes_out(stage: Stage, wish: Wish) -> Share:
    """Approved for this second, and tried by the engine."""
    with acting_in(stage.organization):
        share = approved(wish, due_at=clock.real_now())
    engine_works()
    with acting_in(stage.organization):
        share.refresh_from_db()
    return share


def _morning(now: datetime, *, days: int) -> datetime:
    """Twenty past nine in winter's Warsaw."""
    return (now + timedelta(days=days)).replace(hour=8, minute=20, second=0, microsecond=0)
