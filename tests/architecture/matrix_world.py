"""Two companies with one person of each role and one of everything an address can name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.regex_helper import normalize

from accounts.actions.guidelines import accept_guidelines
from accounts.actions.keys import make_key
from accounts.actions.members import change_role
from accounts.actions.people_import import upload_people
from accounts.actions.sign_in import mail_sign_in_link
from accounts.actions.teams import create_team
from accounts.derived_secrets import invitation_secret
from accounts.models import Member, Organization, PersonalKey
from accounts.selectors.guidelines import current_guidelines
from accounts.tenancy import acting_in
from campaigns.actions.feeds import add_feed
from campaigns.actions.item_import import upload_items
from campaigns.actions.messages import ask_angle, suggest_message
from campaigns.actions.suggestions import suggest_story
from campaigns.actions.task_proofs import finish_task
from campaigns.models import Activity, ItemKind, Proof, Topic
from integrations.feeds import Feed
from tests.accounts.companies import company, invite, joined
from tests.campaigns import told
from tests.campaigns import world as product

ROLES = ("admin", "curator", "manager")


@dataclass
class Company:
    """One company: its people by what they are to the objects, and the objects by the address that names them."""

    organization: Organization
    people: dict[str, Member]
    keys: dict[str, str] = field(default_factory=dict)
    objects: dict[str, dict[str, str]] = field(default_factory=dict)


def build(name: str) -> Company:
    slug = name.lower()
    organization, owner = company(name, owner=f"owner@{slug}.test")
    names = ("ada", "colleague", *ROLES)
    members = joined(organization, owner, *(f"{who}@{slug}.test" for who in names))
    made = Company(organization, {"owner": owner, **dict(zip(names, members, strict=True))})
    with acting_in(organization):
        for role in ROLES:
            change_role(made.people[role], by=owner, role=role)
            made.people[role].refresh_from_db()
        made.keys = {who: make_key(member, by=member, name="matrix")[1] for who, member in made.people.items()}
        PersonalKey.objects.update(last_used_at=timezone.now())
        made.objects = _objects(organization, owner, made.people["ada"], slug)
    return made


def _objects(organization: Organization, owner: Member, ada: Member, slug: str) -> dict[str, dict[str, str]]:
    story = product.item(owner)
    share = product.draft(ada, story)
    guidelines = current_guidelines()
    assert guidelines is not None
    accept_guidelines(guidelines, by=ada)
    planned = product.approved(product.draft(ada, product.item(owner, title="Planned"), network="mastodon"))
    connection = share.connection
    assert connection is not None
    assert planned.link_code is not None
    invited = invite(owner, f"invited@{slug}.test")[0]
    mail_sign_in_link(ada.email, by=None, language="en")
    sign_in = re.search(r"/in/([^/\s]+)/", str(mail.outbox[-1].body))
    assert sign_in is not None
    message = suggest_message(story, by=owner, text="A suggestion", language="en")
    angle = ask_angle(story, by=owner, question="What surprised you here?", language="en")
    upload = upload_people(by=owner, file_name="people.csv", content=f"email\nnew@{slug}.test\n".encode())
    stories = upload_items(by=owner, campaign=story.campaign, file_name="s.csv", content=b"title\nOne\n")
    nowhere = Feed("https://127.0.0.1/feed.xml", "News", "en", ())  # an address that the door does not open
    by_hand = product.item(owner, title="By hand")  # a story of its own: of the other the draft is wanted as it is
    picture = product.picture()
    task = product.item(owner, kind=ItemKind.TEXT, destination="", asks=Activity.TASK, proof=Proof.TICK)
    of = {
        "suggestion": suggest_story(by=ada, title="A thought", note="Why not?").public_id,
        "feed": add_feed(by=owner, feed=nowhere).public_id,
        "item_import": stories.public_id,
        "share": share.public_id,
        "asked": product.asked(ada, owner).public_id,
        "planned": planned.public_id,
        "notice": told.told_of(product.approved(product.draft_by_hand(ada, by_hand))).public_id,
        "device": told.device(ada).public_id,
        "item": story.public_id,
        "campaign": story.campaign.public_id,
        "connection": connection.public_id,
        "key": make_key(ada, by=ada, name="script")[0].public_id,
        "person": ada.public_id,
        "team": create_team(by=owner, name="Sales").public_id,
        "import": upload.public_id,
        "sha256": picture.sha256,
        "message": message.public_id,
        "angle": angle.public_id,
        "announcement": product.item(owner, kind=ItemKind.ANNOUNCEMENT, title="To read").public_id,
        "task": finish_task(task, by=ada).public_id,
        "topic": Topic.objects.create(name="Climate").public_id,
        "invitation": invitation_secret(organization, invited),
        "sign_in": sign_in.group(1),
        "code": planned.link_code.code,
    }
    return {"values": of}


def addresses(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """(name, format, parameters) of everything the resolver knows."""
    for pattern in found:
        regex = before + pattern.pattern.regex.pattern.removeprefix("^").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, regex)
        else:
            format_, parameters = normalize(regex)[0]
            yield pattern.name or format_, format_, parameters


def clients(acme: Company, globex: Company) -> dict[str, Callable[[bool], Client]]:
    """Who asks: a browser's session for pages, a personal key for the API."""
    people: dict[str, tuple[Member, str] | None] = {"anonymous": None}
    people["stranger"] = (globex.people["owner"], globex.keys["owner"])
    people |= {who: (member, acme.keys[who]) for who, member in acme.people.items()}
    return {who: _client(person) for who, person in people.items()}


def _client(person: tuple[Member, str] | None) -> Callable[[bool], Client]:
    page, call = Client(raise_request_exception=False), Client(raise_request_exception=False)
    if person is not None:
        member, secret = person
        assert member.user is not None
        page.force_login(member.user)
        call.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return lambda api: call if api else page
