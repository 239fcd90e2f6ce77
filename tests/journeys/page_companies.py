"""Three companies for the walk over every page: the demo's small one as it is; *Lighthouse*, the matrix's world of one
of everything, with names and words as long and as foreign as people have them; and *Quiet*, where nothing happened yet.

What an address of the matrix names comes from `tests/architecture/matrix_world.py` by itself.
"""

from __future__ import annotations

from typing import Any

from accounts.actions.members import change_role
from accounts.models import Member, Organization, Team
from accounts.tenancy import acting_in
from advocacy.demo import SMALL
from campaigns.models import Angle, Campaign, Item, ItemState, Message, Share, ShareState
from integrations.models import Connection
from tests.accounts.companies import company, joined
from tests.architecture import matrix_world
from tests.journeys.page_sessions import session_of
from tests.journeys.page_states import Company, states

LONG, QUIET, RICH = "lighthouse", "quiet", SMALL
PERSONAS = {
    "owner": "olivia",
    "admin": "adam",
    "curator": "clara",
    "manager": "marek",
    "ada": "ada",
    "colleague": "ben",
}
NAMES = {
    "owner": "Александра Константинопольская-Преображенская",
    "admin": "欧阳娜娜·司马相如",
    "curator": "Grzegorz Brzęczyszczykiewicz-Konstantynopolitańczykowianeczka",
    "manager": "Ng",
    "ada": "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley of Saint Leonards",
    "colleague": "Мария",
}
COMPANY = "Lighthouse and Daughters Measuring, Weighing and Navigation Instruments of the Northern Islands GmbH & Co."
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TITLES = (
    f"{UNBROKEN}: what two hundred years of a single word can teach a measuring company about patience",
    "我们把测量误差减少了一半，而发现办法的是上夜班的两位同事：他们不相信说明书里的一句话，于是自己动手量了整整一个星期",
    "Как мы за одну ночь перепроверили четырнадцать тысяч показаний и почему достопримечательностью стала ошибка",
    "Szczęśliwi ci, którzy mierzą dwa razy: źdźbło, gżegżółka i przepięknie skalibrowany współczynnik",
)
WORDS = (
    "Я не верил. 我也不相信。 Then I measured it myself, and https://example.com/a/very/long/address/that/nobody/would/"
    f"ever/type?{'reading=12345&' * 6}end=yes says why. {UNBROKEN}! 🙂🌊"
)


def built() -> dict[str, Any]:
    long = matrix_world.build(LONG.title())
    _lengthen(long.organization, long.people)
    rich = Organization.objects.get(slug=RICH)
    companies = {
        LONG: Company(long.organization, long.people),
        QUIET: _quiet(),
        RICH: Company(rich, _personas(rich)),
    }
    return {
        "people": {
            name: {who: session_of(member.user) for who, member in one.people.items() if member.user}
            for name, one in companies.items()
        },
        "objects": {LONG: long.objects["values"], RICH: _objects_of(rich, companies[RICH].people["ada"])},
        "states": [state.told() for state in states(companies[LONG], companies[RICH])],
    }


def _lengthen(organization: Organization, people: dict[str, Member]) -> None:
    """Written straight into the rows: only how they look matters here."""
    organization.name = COMPANY
    organization.save(update_fields=["name"])
    with acting_in(organization):
        for who, name in NAMES.items():
            people[who].name = name
            people[who].save(update_fields=["name"])
        for number, item in enumerate(Item.objects.order_by("pk")):
            item.title = TITLES[number % len(TITLES)]
            item.summary = f"{TITLES[(number + 1) % len(TITLES)]}. {WORDS}"
            item.source = "Zeitschrift für Vermessungswesen und Landmanagement"
            item.save(update_fields=["title", "summary", "source"])
        Campaign.objects.update(name=f"{UNBROKEN} 2026")
        Team.objects.update(name="Отдел измерений и достопримечательностей Северо-Западного региона")
        Message.objects.update(text=WORDS)
        Angle.objects.update(question=f"{TITLES[1]}？")
        Share.objects.filter(state=ShareState.DRAFT).update(text=WORDS)


def _quiet() -> Company:
    """A company of today: its people came in, and nothing else happened."""
    organization, owner = company(QUIET.title())
    names = ("ada", "colleague", *matrix_world.ROLES)
    people = dict(zip(names, joined(organization, owner, *(f"{who}@quiet.test" for who in names)), strict=True))
    with acting_in(organization):
        for role in matrix_world.ROLES:
            change_role(people[role], by=owner, role=role)
    return Company(organization, {"owner": owner, **people})


def _personas(organization: Organization) -> dict[str, Member]:
    with acting_in(organization):
        members = {member.email: member for member in Member.objects.select_related("user")}
    return {who: members[f"{name}@northwind.example"] for who, name in PERSONAS.items()}


def _objects_of(organization: Organization, ada: Member) -> dict[str, str]:
    """Of the demo's company, what its own screens would lead to: with pictures, history and results."""
    with acting_in(organization):
        drafts = Share.objects.filter(member=ada, state=ShareState.DRAFT).exclude(text="")
        items = Item.objects.filter(state=ItemState.RELEASED).exclude(picture=None)
        return {
            "share": drafts.latest("pk").public_id,
            "item": items.earliest("pk").public_id,
            "campaign": Campaign.objects.earliest("pk").public_id,
            "person": ada.public_id,
            "team": Team.objects.earliest("pk").public_id,
            "connection": Connection.objects.filter(member=ada).earliest("pk").public_id,
        }
