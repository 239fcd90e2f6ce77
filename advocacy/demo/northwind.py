"""The demo's small company: seventeen people, six weeks of posts, and one queue that shows every state."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.actions.invitations import Invitee, invite_people
from accounts.actions.organizations import sign_up_company
from accounts.models import Member, Organization
from accounts.roles import Role
from accounts.tenancy import acting_in
from advocacy.demo import SMALL, activities, clock
from advocacy.demo.incoming import Hint, incoming
from advocacy.demo.people import Persona, arrived, founder
from advocacy.demo.posts import Wish, posted
from advocacy.demo.programme import announced, campaign, opened, to_come, told
from advocacy.demo.sandbox import connected
from advocacy.demo.states import Stage, every_state
from advocacy.demo.stories import NORTHWIND
from campaigns.actions.figures import let_out_figures
from campaigns.actions.weekly_mail import ask_for_weekly_mail
from campaigns.models import Campaign, Item
from integrations.models import Connection

SLUG, NAME = SMALL, "Northwind Instruments"
WEEKS = 6
OLIVIA = Persona(
    "Olivia Hart", "olivia@northwind.example", Role.OWNER, shows="everything about the company; first steps"
)
ADA = "Ada Lis"
COLLEAGUES = (
    Persona("Adam Okafor", "adam@northwind.example", Role.ADMIN, takes_part=False, shows="people, networks, audit"),
    Persona("Clara Jensen", "clara@northwind.example", Role.CURATOR, shows="library and campaigns"),
    Persona("Marek Wolski", "marek@northwind.example", Role.MANAGER, team="Workshop", shows="a manager's view"),
    Persona(ADA, "ada@northwind.example", team="Workshop", shows="posts in every state, four networks"),
    Persona("Ben Novak", "ben@northwind.example", team="Workshop", shows="somebody with a plain week"),
    Persona("Dana Fischer", "dana@northwind.example", team="Sales"),
    Persona("Emil Sund", "emil@northwind.example", team="Sales"),
    Persona("Farah Aziz", "farah@northwind.example", team="Sales"),
    Persona("Gus Moreau", "gus@northwind.example", team="Development", is_named=False),
    Persona("Hana Sato", "hana@northwind.example", team="Development"),
    Persona("Igor Petrov", "igor@northwind.example", team="Development"),
    Persona("Jo Lind", "jo@northwind.example", team="Development", is_named=False),
    Persona("Kim Park", "kim@northwind.example", team="Sales", takes_part=False),
    Persona("Lena Vogt", "lena@northwind.example", team="Workshop", takes_part=False),
)
INVITED = (
    Invitee(email="ivo@northwind.example", name="Ivo Marsh", team="Workshop", language="en", time_zone="Europe/Warsaw"),
    Invitee(email="mia@northwind.example", name="Mia Torres", team="Sales", language="en", time_zone="Europe/Warsaw"),
)
ACCOUNTS = {
    ADA: ("mastodon", "linkedin", "x", "bluesky"),
    "Ben Novak": ("linkedin",),
    "Clara Jensen": ("mastodon", "linkedin"),
    "Dana Fischer": ("linkedin",),
    "Emil Sund": ("x",),
    "Farah Aziz": ("bluesky",),
    "Hana Sato": ("mastodon",),
    "Marek Wolski": ("linkedin",),
}
BY_HAND = ("Gus Moreau", "Igor Petrov", "Jo Lind")
# Servers of the sandbox with other limits than Mastodon's own.
ON_OTHER_SERVERS = {"Clara Jensen": "mastodon-small", "Hana Sato": "mastodon-large"}
JUST_CONNECTED = {"Farah Aziz": ("threads",), "Emil Sund": ("facebook_pages",), "Hana Sato": ("instagram",)}


def build(now: datetime, password_hash: str) -> None:
    began = now - timedelta(weeks=WEEKS)
    with clock.at(began - timedelta(days=3)):
        user = founder(OLIVIA, password_hash)
        organization, owner = sign_up_company(
            user=user, name=NAME, purpose="reputation", language="en", time_zone="Europe/Warsaw"
        )
        with acting_in(organization):
            opened(
                owner,
                introduction=(
                    "We build instruments that measure honestly. You know better than any brochure what that means."
                ),
                disclosure="I work at Northwind.",
            )
            people = arrived(COLLEAGUES, by=owner, password_hash=password_hash)
            stories = campaign(people["Clara Jensen"], "From the workshop", "reputation")
    days = [began + timedelta(days=5 * number) for number in range(len(NORTHWIND))]
    items = told(organization, people["Clara Jensen"], stories, NORTHWIND, days)
    accounts = _accounts(ACCOUNTS, people, began)
    _history(organization, people, items, accounts, now)
    mine = {account.network: account for account in accounts[ADA]}
    small = activities.asked(organization, people["Clara Jensen"], stories, besides=people[ADA], now=now)
    activities.done(organization, people[ADA], small, mine)
    every_state(Stage(organization, people[ADA], people["Clara Jensen"], mine, items))
    _accounts(JUST_CONNECTED, people, now - timedelta(days=2))
    with clock.at(now - timedelta(days=2)):
        for name, server in ON_OTHER_SERVERS.items():
            connected(people[name], "mastodon", _handle(name), server=server)
    incoming(organization, people["Clara Jensen"], _hints(people), now=now)
    with acting_in(organization):
        _around(people["Clara Jensen"], stories, now)
        invite_people(INVITED, by=owner)
        let_out_figures(by=None)
        ask_for_weekly_mail(people[ADA], by=people[ADA])


def _around(curator: Member, stories: Campaign, now: datetime) -> None:
    """What stands beside the stories to share: something to read, and one that is still to come."""
    announced(
        curator,
        stories,
        title="The canteen is closed next week",
        words="The floor is being renewed. Soup and bread are in the workshop, from noon on.",
        until=now + timedelta(days=10),
    )
    to_come(
        curator,
        stories,
        title="The handheld learns to measure humidity",
        opens=now + timedelta(days=3),
        may_go_out=now + timedelta(days=6),
    )


def _hints(people: dict[str, Member]) -> list[Hint]:
    return [
        Hint(
            people["Ben Novak"],
            "How a hospital in Tartu checks 900 thermometers a week",
            "They do what we do on a bench, with a trolley. Our people would like this.",
            address="https://example.com/tartu-thermometers",
        ),
        Hint(
            people["Jo Lind"],
            "Could somebody tell why our casing is grey?",
            "Visitors ask me every time, and the answer is funnier than they think.",
            shows_name=False,
        ),
    ]


def _accounts(of: Mapping[str, Sequence[str]], people: dict[str, Member], at: datetime) -> dict[str, list[Connection]]:
    with clock.at(at):
        return {name: [connected(people[name], key, _handle(name)) for key in keys] for name, keys in of.items()}


def _handle(name: str) -> str:
    return name.lower().replace(" ", ".")


def _history(
    organization: Organization,
    people: dict[str, Member],
    items: Sequence[Item],
    accounts: dict[str, list[Connection]],
    now: datetime,
) -> None:
    """Weekdays in working hours; nobody posts a story twice, and some post more than others."""
    chance = random.Random(17)  # noqa: S311  # the same weeks every time, not a secret
    done: set[tuple[str, int]] = set()
    for at in _moments(now, chance):
        open_now = [number for number, item in enumerate(items) if item.release_at and item.release_at < at]
        free = [(name, number) for name in (*accounts, *BY_HAND) for number in open_now if (name, number) not in done]
        if not free:
            continue
        name, number = chance.choice(free)
        done.add((name, number))
        wordings = NORTHWIND[number].wordings
        text = wordings[(len(name) + number) % len(wordings)]
        if name in accounts:
            wish = Wish(people[name], items[number], text, connection=chance.choice(accounts[name]))
        else:
            wish = Wish(people[name], items[number], text, by_hand_on="linkedin")
        posted(organization, [wish], at=at)


def _moments(now: datetime, chance: random.Random) -> list[datetime]:
    """One or two a working day; the last days, too, so that this week's board is alive."""
    moments = []
    for day in range(WEEKS * 7, 0, -1):
        midnight = (now - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight.weekday() < 5 or day == 1:
            hours = sorted(chance.sample(range(6, 16), chance.choice((1, 1, 2))))
            moments += [midnight + timedelta(hours=hour, minutes=chance.randrange(60)) for hour in hours]
    return moments
