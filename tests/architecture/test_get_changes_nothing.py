"""A GET changes nothing: every address of the resolver is opened by everybody, and all tables stay byte for byte.

Mail scanners and link previews open links before their owners do. Give a new address an example in `EXAMPLES`
(by its name), so that it is opened with something real; without one it is opened with made-up values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.regex_helper import normalize

from accounts.actions.keys import make_key
from accounts.actions.people_import import upload_people
from accounts.actions.sign_in import mail_sign_in_link
from accounts.actions.teams import create_team
from accounts.derived_secrets import invitation_secret, receipt_secret
from accounts.identifiers import sha256_of
from accounts.models import DepartureReceipt, Member, Organization
from accounts.tenancy import OrganizationModel, acting_in
from campaigns.actions.calendar import make_calendar
from campaigns.actions.drafts import start_share
from campaigns.actions.replies import draft_secret
from campaigns.models import Campaign, Item, LinkCode
from tests.accounts.companies import company, invite, joined
from tests.campaigns import told

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    """One of everything that an address can name. Add what your pages need."""

    organization: Organization
    owner: Member
    ada: Member  # takes part
    invitation: str
    receipt: str
    sign_in: str
    person: str
    key: str
    team: str
    people_import: str
    campaign: str
    item: str
    share: str
    code: str
    mailed: str
    answered: str
    calendar: str


Example = Callable[[World], str]

# address name → what stands in its parameter (besides the organization).
EXAMPLES: dict[str, Example] = {
    "invitation": lambda world: world.invitation,
    "sign_in_link": lambda world: world.sign_in,
    "departure_receipt": lambda world: world.receipt,
    "revoke_key": lambda world: world.key,
    "person": lambda world: world.person,
    "team_one": lambda world: world.team,
    "people_import_one": lambda world: world.people_import,
    "setup_step": lambda _world: "purpose",
    "connect": lambda _world: "practice",
    "item": lambda world: world.item,
    "item_edit": lambda world: world.item,
    "item_share": lambda world: world.item,
    "item_skip": lambda world: world.item,
    "compose": lambda world: world.share,
    "compose_live": lambda world: world.share,
    "approve": lambda world: world.share,
    "by_hand": lambda world: world.share,
    "plan_step": lambda world: world.share,
    "share_move": lambda world: world.share,
    "campaign_edit": lambda world: world.campaign,
    "tracked_link": lambda world: world.code,
    "mailed_story": lambda world: world.mailed,
    "mailed_not_for_me": lambda world: world.mailed,
    "mailed_draft": lambda world: world.answered,
    "calendar_feed": lambda world: world.calendar,
}
MADE_UP = "madeup234567"

# A session is its visitor's own scratch paper (messages read, a passkey's challenge): no scanner can use it up.
NOT_WATCHED = {"django_session"}


@pytest.fixture
def world() -> World:
    organization, owner = company()
    ada, leaver = joined(organization, owner, "ada@x.test", "lev@x.test")
    mail_sign_in_link(ada.email, by=None, language="en")
    sign_in = re.search(r"/in/([^/\s]+)/", str(mail.outbox[-1].body))
    assert sign_in is not None
    with acting_in(organization):
        ivo = invite(owner, "ivo@x.test")[0]
        receipt = receipt_secret(organization, "left23456789")
        DepartureReceipt.objects.create(
            public_id="left23456789", member=leaver, token_sha256=sha256_of(receipt), left_at=leaver.created_at
        )
        campaign = Campaign.objects.create(name="News", purpose="reputation", created_by=owner)
        link = {"kind": "link", "destination": "https://x.test/news"}
        item = Item.objects.create(campaign=campaign, title="News", state="released", created_by=owner, **link)
        live = {"destination": "https://x.test/news", "live_at": timezone.now()}
        code = LinkCode.objects.create(code="abc234", organization=organization, **live)
        story = told.mailed(ada)
        answer = told.answered(story)
        share = start_share(item, by=ada, network="practice", by_hand=True)
        return World(
            organization=organization,
            owner=owner,
            ada=ada,
            invitation=invitation_secret(organization, ivo),
            receipt=receipt,
            sign_in=sign_in.group(1),
            person=ada.public_id,
            key=make_key(ada, by=ada, name="script")[0].public_id,
            team=create_team(by=owner, name="Sales").public_id,
            people_import=upload_people(by=owner, file_name="a.csv", content=b"email\neve@x.test\n").public_id,
            campaign=campaign.public_id,
            item=item.public_id,
            share=share.public_id,
            code=code.code,
            mailed=told.link_of(story),
            answered=draft_secret(ada, answer.message_sha256),
            calendar=make_calendar(ada, by=ada, shows_titles=True),
        )


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """(name, path) of everything the resolver knows, parameters filled."""
    for name, format_, parameters in _patterns(get_resolver().url_patterns, ""):
        example = EXAMPLES.get(name)
        values = {parameter: example(world) if example else MADE_UP for parameter in parameters}
        if "organization" in values:
            values["organization"] = world.organization.slug
        yield name, "/" + format_ % values


def _patterns(found: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str, list[str]]]:
    for pattern in found:
        regex = before + pattern.pattern.regex.pattern.removeprefix("^").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, regex)
        else:
            format_, parameters = normalize(regex)[0]
            yield pattern.name or format_, format_, parameters


def checksums(organization: Organization) -> dict[str, str]:
    """Every table that the application may read, as one number each."""
    tenant = {model._meta.db_table for model in apps.get_models() if issubclass(model, OrganizationModel)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(oid, 'SELECT') ORDER BY relname"
        )
        every = {str(row[0]) for row in cursor.fetchall()} - NOT_WATCHED
    assert tenant <= every, "the application reads all tenant tables"
    with acting_in(organization):
        return _sums(every & tenant) | _sums(every - tenant)


def _sums(tables: set[str]) -> dict[str, str]:
    one = "SELECT '{0}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM \"{0}\" row"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in sorted(tables)))
        return dict(cursor.fetchall())


class Writes:
    """Whether any statement was sent that could change a row: only then are the tables summed again."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, execute: Callable[..., object], sql: str, *rest: object) -> object:
        self.seen = self.seen or any(word in sql for word in ("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *rest)


def visitors(world: World) -> dict[str, Client]:
    anonymous, member, owner = (Client(raise_request_exception=False) for _ in range(3))
    assert world.ada.user is not None
    assert world.owner.user is not None
    member.force_login(world.ada.user)
    owner.force_login(world.owner.user)
    return {"anonymous": anonymous, "member": member, "owner": owner}


@pytest.mark.long
@pytest.mark.timeout(120, func_only=True)  # it begins a run: making the database, however slow, is not its time
def test_opening_any_address_changes_no_table(world: World) -> None:
    clients, before = visitors(world), checksums(world.organization)
    opened: dict[str, set[int]] = {}
    changed: list[str] = []
    for name, path in addresses(world):
        writes = Writes()
        with connection.execute_wrapper(writes):
            answers = [clients["anonymous"].head(path), *(client.get(path) for client in clients.values())]
            for answer in answers:
                b"".join(answer)  # a streamed answer does its work while it is read
        opened.setdefault(name, set()).update(answer.status_code for answer in answers)
        if writes.seen:
            after = checksums(world.organization)
            changed += [f"{path} ({name}) changed {table}" for table in after if after[table] != before[table]]
            before = after
    assert checksums(world.organization) == before, "something writes and sends no statement that says so"
    assert changed == []
    assert len(opened) > 30
    unreal = [name for name in EXAMPLES if name in opened and opened[name] <= {404, 500}]
    assert unreal == [], "these examples name nothing real"


def test_a_change_by_a_get_would_be_seen(world: World) -> None:
    """The test above bites: one changed letter of one row of one company shows."""
    before = checksums(world.organization)
    with acting_in(world.organization):
        Member.objects.filter(pk=world.ada.pk).update(name="Ada L.")
    after = checksums(world.organization)
    assert [table for table in after if after[table] != before[table]] == ["accounts_member"]
