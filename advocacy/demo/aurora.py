"""The demo's large company: two thousand people in five languages, who came by a file, and ten weeks since."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.actions.invitations import end_old_invitations
from accounts.actions.organizations import sign_up_company
from accounts.actions.people_import import start_import, upload_people, work_off_batch
from accounts.errands import Done
from accounts.models import Member, Organization
from accounts.roles import Role
from accounts.tenancy import acting_in
from advocacy.demo import LARGE, clock
from advocacy.demo.incoming import Hint, incoming
from advocacy.demo.names import as_csv, colleagues
from advocacy.demo.people import Persona, founder, join, settle_in
from advocacy.demo.posts import Wish, posted
from advocacy.demo.programme import campaign, opened, told
from advocacy.demo.sandbox import connected
from advocacy.demo.stories import AURORA
from campaigns.actions.figures import let_out_figures
from campaigns.models import Item
from integrations.models import Connection

SLUG, NAME = LARGE, "Aurora Rail"
PEOPLE, TAKING_PART, CONNECTED = 2_000, 120, 24
DAYS = 70
ROUNDS, EACH_ROUND = 18, 5
MARTA = Persona(
    "Marta Keller",
    "marta@aurora-rail.example",
    Role.OWNER,
    time_zone="Europe/Rome",
    shows="a company of 2,000 in five languages",
)
# The first names of the file; their rows bring name, team, language and zone.
PARTS = (
    ("grace.miller@ie.aurora-rail.example", Role.ADMIN, "2,000 people, in English"),
    ("zofia.nowak@pl.aurora-rail.example", Role.CURATOR, "the library, in Polish"),
    ("giulia.ferrari@it.aurora-rail.example", Role.MANAGER, "a manager's view, in Italian"),
    ("elena.sokoliuk@kz.aurora-rail.example", Role.ADVOCATE, "this week and posts, in Russian"),
    ("wei.zhang@cn.aurora-rail.example", Role.ADVOCATE, "this week and posts, in Chinese"),
)
NETWORK_OF = {"en": "mastodon", "pl": "linkedin", "it": "mastodon", "ru": "bluesky", "zh-hans": "linkedin"}


def build(now: datetime, password_hash: str) -> None:
    began = now - timedelta(days=DAYS)
    with clock.at(began):
        organization, owner = _company(password_hash)
        _everybody(organization, owner)
        with acting_in(organization):
            members = _come_in(owner, password_hash)
            curator = members[1]
            stories = campaign(curator, "On the rails", "customers")
    days = [began + timedelta(days=2 + 3 * number) for number in range(len(AURORA))]
    items = told(organization, curator, stories, AURORA, days)
    with clock.at(began + timedelta(days=1)):
        accounts = {
            member.pk: connected(member, NETWORK_OF[member.language], member.email.partition("@")[0])
            for member in members[:CONNECTED]
        }
    _history(organization, members, accounts, items, now)
    incoming(organization, curator, _hints(members), now=now)
    with clock.at(now - timedelta(days=DAYS - 61)), acting_in(organization):
        end_old_invitations(by=None)
    with acting_in(organization):
        let_out_figures(by=None)


def _hints(members: Sequence[Member]) -> list[Hint]:
    """By the manager in Italy, and by somebody in China who keeps their name to themselves."""
    return [
        Hint(
            members[2],
            "I capistazione in pensione che raccontano le linee ai bambini",
            "Succede ogni sabato a Sondrio. Vale la pena andarci.",
            address="https://example.com/capistazione",
        ),
        Hint(members[4], "值夜班的检修员一天是怎么过的？", "很多朋友问过我。", shows_name=False),
    ]


def _company(password_hash: str) -> tuple[Organization, Member]:
    user = founder(MARTA, password_hash)
    organization, owner = sign_up_company(
        user=user, name=NAME, purpose="customers", language="en", time_zone="Europe/Rome"
    )
    with acting_in(organization):
        opened(owner, introduction="Twelve thousand journeys a day, and a story in every one of them.", disclosure="")
    return organization, owner


def _everybody(organization: Organization, owner: Member) -> None:
    """The administrator's file, in the same batches as the worker takes."""
    with acting_in(organization):
        upload = upload_people(by=owner, file_name="people.csv", content=as_csv(colleagues(PEOPLE - 1)))
        start_import(upload, by=owner)
    result: object = None
    while not isinstance(result, Done):
        with acting_in(organization):
            result = work_off_batch({"import": upload.public_id})


def _come_in(owner: Member, password_hash: str) -> list[Member]:
    """Those who follow their link, the people with a part first. Every third is named on boards."""
    emails = [one.email for one in colleagues(TAKING_PART)]
    found = {member.email: member for member in Member.objects.filter(email__in=emails)}
    members = [found[email] for email in emails]
    parts = {email: (role, shows) for email, role, shows in PARTS}
    for number, member in enumerate(members):
        if member.email in parts:
            role, shows = parts[member.email]
            persona = Persona(member.name, member.email, role, shows=shows)
            settle_in(member, persona, by=owner, password_hash=password_hash)
        else:
            join(member, is_named=number % 3 == 0)
    return members


def _history(
    organization: Organization,
    members: Sequence[Member],
    accounts: dict[int, Connection],
    items: Sequence[Item],
    now: datetime,
) -> None:
    """Rounds of posts, each person in their own language; some from accounts, some by hand."""
    chance = random.Random(2_000)  # noqa: S311  # the same weeks every time, not a secret
    done: set[tuple[int, int]] = set()
    for number in range(ROUNDS):
        at = _weekday(now - timedelta(days=(ROUNDS - number) * 2.5 - 1.6), chance)
        wishes = []
        for member in [
            *chance.sample(members[:CONNECTED], EACH_ROUND),
            *chance.sample(members[CONNECTED:], EACH_ROUND),
        ]:
            wish = _wish(member, accounts.get(member.pk), items, at, done, chance)
            wishes += [wish] if wish else []
        posted(organization, wishes, at=at)


def _wish(
    member: Member,
    account: Connection | None,
    items: Sequence[Item],
    at: datetime,
    done: set[tuple[int, int]],
    chance: random.Random,
) -> Wish | None:
    """A story of their language (or, for some, English) that they have not posted yet. People with a part keep one."""
    has_part = member.email in {email for email, _role, _shows in PARTS}
    if has_part and any(pk == member.pk for pk, _number in done):
        return None
    languages = {member.language} if has_part or member.pk % 2 else {member.language, "en"}
    fitting = [
        (number, item)
        for number, item in enumerate(items)
        if item.language in languages and item.release_at and item.release_at < at
        if (member.pk, number) not in done
    ]
    if not fitting:
        return None
    number, item = chance.choice(fitting)
    done.add((member.pk, number))
    text = chance.choice(AURORA[number].wordings)
    return Wish(member, item, text, connection=account, by_hand_on="" if account else "linkedin")


def _weekday(at: datetime, chance: random.Random) -> datetime:
    at -= timedelta(days=max(0, at.weekday() - 4))
    return at.replace(hour=chance.randrange(7, 15), minute=chance.randrange(60), second=0, microsecond=0)
