"""Plans shares of which each meets an act of somebody's within 200 ms of its time, and writes down who does what when.

`python -m tests.chaos.consent_world --pairs 500 --sandbox URL --seed 1 --span 15 --plan FILE`, in an installation's
environment. It signs everybody in once; `consent_racers.py` then acts through the real web, by what the plan says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402  # after the set-up
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actions.keys import make_key  # noqa: E402
from accounts.models import Member, Organization  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.drafts import edit_draft, start_share  # noqa: E402
from campaigns.actions.media import keep_picture  # noqa: E402
from campaigns.models import Item, ItemKind, Share  # noqa: E402
from campaigns.picture_decoding import decode_picture  # noqa: E402
from integrations.models import Connection  # noqa: E402
from tests.campaigns import pictures, world  # noqa: E402
from tests.campaigns.publishing.posting import Desk, account  # noqa: E402
from tests.chaos.copies import Wish, copies_of  # noqa: E402
from tests.chaos.waves import bring_forward, company, reach  # noqa: E402

COMPANIES, PAIRS_EACH = 6, 250  # at least so many companies, and so many pairs in one of a large run
AHEAD, HEAD_START = timedelta(days=1), timedelta(seconds=3)
AROUND = 0.2  # seconds before or after its time
ON_ITS_WAY = 0.1  # seconds a request takes until it is done
EACH = 8  # shares of one person, where the act is about a single share; an account may post ten at once
NETWORKS = ("mastodon", "x", "linkedin")
CSRF = hashlib.sha256(b"chaos").hexdigest()[:32]

# Of forty pairs. Those above act on one share; those below on everything that their person has planned, or their story.
KINDS = (
    *["withdraw_api"] * 16,
    *["withdraw_web"] * 4,
    *["edit_text_api"] * 12,
    *["edit_text_web"] * 3,
    "edit_media_web",
    "edit_link_web",
    "disconnect_web",
    "leave_web",
    "deactivate_web",
)
READS_ON = ("withdraw_web", "edit_text_web", "edit_media_web")
FORM = {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
ALONE = ("edit_link_web", "disconnect_web", "leave_web", "deactivate_web")


@dataclass
class Act:
    """One request, and the share that it is about. `at` is filled in when the times are known."""

    kind: str
    share: int
    organization: int
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)
    reads_at: str = ""  # the page on which the person then reads what came of it
    at: str = ""


@dataclass(frozen=True)
class Company:
    number: int
    organization: Organization
    owner: Member
    story: Item
    cookies: str  # of its owner, who curates and runs the programme


def cookies_of(member: Member) -> str:
    """A session as signing in leaves it."""
    assert member.user is not None
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.save()
    return f"session={session.session_key}; csrf={CSRF}"


def companies(number: int) -> list[Company]:
    made = []
    for place in range(number):
        organization, owner = company(f"race-{place}")
        with acting_in(organization):
            made.append(Company(place, organization, owner, world.item(owner), cookies_of(owner)))
    return made


class Races:
    """One company's part of the pairs."""

    def __init__(
        self, of: Company, numbers: Iterable[int], sandbox: str, begin: datetime, span: float, seed: int
    ) -> None:
        self.of, self.begin, self.span = of, begin, span
        self.chance = random.Random(seed * 1000 + of.number)
        self.sandbox = reach(sandbox)
        self.acts: list[Act] = []
        kinds = [KINDS[number % len(KINDS)] for number in numbers]
        self._groups([kind for kind in kinds if kind not in ALONE and "media" not in kind], self._link_story)
        self._groups([kind for kind in kinds if "media" in kind], self._picture_story)
        for kind in kinds:
            if kind in ALONE:
                self._alone(kind)

    def _groups(self, kinds: list[str], story: Callable[[], Item]) -> None:
        self.chance.shuffle(kinds)
        for first in range(0, len(kinds), EACH):
            with acting_in(self.of.organization):
                self._one_person(kinds[first : first + EACH], story())

    def _link_story(self) -> Item:
        return self.of.story

    def _picture_story(self) -> Item:
        picture = keep_picture(decode_picture(pictures.picture("JPEG")), by=self.of.owner, alt_text="A lighthouse")
        return world.item(
            self.of.owner, of=self.of.story.campaign, kind=ItemKind.PICTURE, picture=picture, destination=""
        )

    def _alone(self, kind: str) -> None:
        with acting_in(self.of.organization):
            story = self.of.story
            if kind == "edit_link_web":
                story = world.item(self.of.owner, of=story.campaign, destination="https://example.com/before")
            self._one_person([kind], story)

    def _one_person(self, kinds: list[str], story: Item) -> None:
        place = f"r{self.of.number}x{len(self.acts)}"
        member = world.person(f"{place}x")
        at = Desk(self.of.organization, self.of.owner, member, story)
        mine = account(at, self.sandbox, self.chance.choice(NETWORKS), place, of=member)
        shares = self._planned(
            mine, story, [f"What surprised me, part {place}.{n}: it held. 🙂" for n in range(len(kinds))]
        )
        _, key = make_key(member, by=member, name="racer")
        self.acts += [self._act(kind, share, mine, key) for kind, share in zip(kinds, shares, strict=True)]

    def _planned(self, mine: Connection, story: Item, texts: list[str]) -> list[Share]:
        wishes = [Wish(text, self.begin + timedelta(seconds=self.chance.uniform(0, self.span))) for text in texts]
        share = start_share(story, by=mine.member, connection=mine)
        first = world.approved(edit_draft(share, by=mine.member, text=texts[0]), due_at=wishes[0].due_at)
        return [first, *copies_of(first, wishes[1:])]

    # --- what is asked of the web -------------------------------------------------------------------

    def _act(self, kind: str, share: Share, mine: Connection, key: str) -> Act:
        slug, is_api = self.of.organization.slug, kind.endswith("_api")
        who = mine.member if kind not in ("deactivate_web", "edit_link_web") else None
        path, body = self._request(kind, share, mine, f"/api/v1/o/{slug}" if is_api else f"/o/{slug}")
        if is_api:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        else:
            headers = {"Cookie": cookies_of(who) if who else self.of.cookies, **FORM}
        method = "PATCH" if kind == "edit_text_api" else "POST"
        reads_at = f"/o/{slug}/me/keys/" if kind in READS_ON else ""  # any page says it; this one is short
        return Act(kind, share.pk, share.organization_id, method, path, headers, body, reads_at)

    def _request(self, kind: str, share: Share, mine: Connection, root: str) -> tuple[str, dict[str, str]]:
        this, text = f"{root}/shares/{share.public_id}/", f"{share.text} Or did it?"
        composer = {"account": f"account-{mine.public_id}", "version": str(share.draft_version)}
        requests: dict[str, tuple[str, dict[str, str]]] = {
            "withdraw_api": (f"{this}withdraw/", {}),
            "withdraw_web": (f"{this}withdraw/", {}),
            "edit_text_api": (this, {"text": text}),
            "edit_text_web": (this, {"text": text, **composer}),
            "edit_media_web": (this, {"text": share.text, "alt_0": "A lighthouse at night", **composer}),
            "disconnect_web": (f"{root}/connections/{mine.public_id}/disconnect/", {}),
            "leave_web": (f"{root}/me/leave/", {}),
            "deactivate_web": (f"{root}/people/{mine.member.public_id}/deactivate/", {}),
            "edit_link_web": (f"{root}/library/{share.item.public_id}/", self._story(share.item)),
        }
        return requests[kind]

    @staticmethod
    def _story(item: Item) -> dict[str, str]:
        """The editor's form as a curator sends it back, with another address."""
        kept = {"title": item.title, "summary": item.summary, "language": item.language}
        return {**kept, "campaign": item.campaign.public_id, "destination": "https://example.com/after", "topics": ""}


def plan_of(of: Company, wanted: argparse.Namespace, number_of_companies: int, begin: datetime) -> list[Act]:
    numbers = range(of.number, wanted.pairs, number_of_companies)
    return Races(of, numbers, wanted.sandbox, begin, wanted.span, wanted.seed).acts


def build(wanted: argparse.Namespace, begin: datetime) -> list[Act]:
    made = companies(max(COMPANIES, wanted.pairs // PAIRS_EACH))
    connections.close_all()  # a forked process must not share its parent's
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as crew:
        planned = [crew.submit(plan_of, of, wanted, len(made), begin) for of in made]
        return [act for one in planned for act in one.result()]


def set_times(acts: list[Act], base: datetime, chance: random.Random) -> datetime:
    """All times are brought forward together; each act gets its moment around that of its share."""
    begin = timezone.now() + HEAD_START
    by_company: dict[int, list[Act]] = {}
    for act in acts:
        by_company.setdefault(act.organization, []).append(act)
    for organization, mine in by_company.items():
        bring_forward(organization, [act.share for act in mine], base=base, begin=begin, scale=1.0)
        with acting_in(organization):
            due = {share: due_at for share, due_at in Share.objects.values_list("id", "due_at") if due_at}
        for act in mine:
            at: datetime = due[act.share] + timedelta(seconds=chance.uniform(-AROUND, AROUND) - ON_ITS_WAY)
            act.at = at.isoformat()
    return begin


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.consent_world", description=__doc__)
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--span", type=float, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    wanted, began, base = parser.parse_args(words), time.monotonic(), timezone.now() + AHEAD
    acts = build(wanted, base)
    made_in = round(time.monotonic() - began, 1)
    begin = set_times(acts, base, random.Random(wanted.seed))
    wanted.plan.write_text("".join(json.dumps(asdict(act)) + "\n" for act in sorted(acts, key=lambda act: act.at)))
    begin_in = max((begin - timezone.now()).total_seconds(), 0.0)
    sys.stdout.write(json.dumps({"pairs": len(acts), "made_in": made_in, "begin_in": begin_in}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
