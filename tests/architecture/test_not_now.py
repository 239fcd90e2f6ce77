"""A quiet no (promise 2): whatever Nora answers, everybody else sees the same bytes, on every address.

Owner, administrator, curator, manager and a colleague open every page and every address of the API, at once and when
the reminder and the invitation are over, and do with Nora what administrators do; nothing tells what she chose.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actions.consent import agree_to_network, name_on_boards, take_part, withdraw_consent
from accounts.actions.guidelines import accept_guidelines
from accounts.actions.invitations import accept_invitation, answer_not_now, never_invite_again
from accounts.actions.keys import make_key
from accounts.actions.letters import choose_letters
from accounts.actions.own_name import rename_self
from accounts.actions.people_import import start_import, work_off_batch
from accounts.actions.settings import change_own_locale
from accounts.audit import audit
from accounts.consent_texts import current_version
from accounts.models import AuditEntry, Invitation, Member, OrganizationSettings, PeopleImport, Team, TeamMember
from accounts.selectors.guidelines import current_guidelines
from accounts.tenancy import acting_in
from campaigns.actions.calendar import make_calendar
from campaigns.actions.drafts import choose_connection, edit_draft
from campaigns.actions.own_posts import write_own_post
from campaigns.actions.shares import withdraw_share
from campaigns.actions.skips import note_interest, skip_item
from campaigns.actions.weekly_mail import use_mailed_link
from campaigns.models import Item
from tests.architecture.two_branches import RUNNERS, WATCHERS, Act, Branch, Seen, World, branch, company_with_nora
from tests.campaigns import told
from tests.campaigns import world as product

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300), pytest.mark.long]


# --- what Nora may answer ------------------------------------------------------------------------


def silence(_world: World) -> None:
    """She never opens the mail."""


def not_now(world: World) -> None:
    answer_not_now(Invitation.objects.get(member=world.nora), by=world.nora)


def never_again(world: World) -> None:
    never_invite_again(Invitation.objects.get(member=world.nora), by=world.nora)


def takes_part(world: World) -> None:
    nora = Member.objects.get(pk=world.nora.pk)
    accept_invitation(Invitation.objects.get(member=nora), by=nora)
    nora.refresh_from_db()
    take_part(nora, by=nora, language="en", text_version=current_version("take_part"))


def settles_in(world: World) -> None:
    """Everything that a person can do before a post of theirs is out."""
    takes_part(world)
    nora = Member.objects.get(pk=world.nora.pk)
    change_own_locale(nora, by=nora, language="pl", time_zone="Europe/Warsaw")
    rename_self(nora, by=nora, name="Aaa Aardvark")
    make_key(nora, by=nora, name="script")
    name_on_boards(nora, by=nora, language="en", text_version=current_version("named_on_boards"))
    guidelines = current_guidelines()
    assert guidelines is not None
    accept_guidelines(guidelines, by=nora)
    story = Item.objects.get(public_id=world.acme.objects["values"]["item"])
    note_interest(story, by=nora)
    skip_item(world.posted, by=nora)
    product.approved(product.draft(nora, story, network="mastodon"))
    withdraw_share(product.approved(product.draft_by_hand(nora, world.posted)), by=nora)
    own = choose_connection(write_own_post(by=nora), by=nora, network="mastodon", by_hand=True)
    product.approved(edit_draft(own, by=nora, text="Mondays are for reading."))
    edit_draft(write_own_post(by=nora), by=nora, text="Half a thought.")
    choose_letters(nora, by=nora, weekly=True, reminders=False, weekday=4, hour=17)
    make_calendar(nora, by=nora, shows_titles=True)
    told.device(nora)
    use_mailed_link(told.mailed(nora), by=nora, is_signed_in=False)
    agree_to_network(nora, by=nora, network="x", language="en", text_version=current_version("network"))


def stops(world: World) -> None:
    settles_in(world)
    nora = Member.objects.get(pk=world.nora.pk)
    withdraw_consent(nora, by=nora, kind="take_part")


ANSWERS: dict[str, Act] = {
    "not now": not_now,
    "don't invite me again": never_again,
    "take part": settles_in,
    "take part, and stop": stops,
}


# --- the comparison ------------------------------------------------------------------------------

ABOUT_PEOPLE = (
    "people",
    "person",
    "teams",
    "team_one",
    "people_import",
    "audit",
    "setup",
    "boards",
    "team",
    "api_people",
)
# Who opens every address after this answer; after the others, only what is about people is opened.
LOOKING_ROUND: dict[Act, Collection[str]] = {not_now: WATCHERS, settles_in: ("admin", "curator", "ada")}


@dataclass
class Life:
    """What others see after an answer: everything on its day, then what the company can learn about people."""

    everything: Seen
    of_people: Seen
    rows: dict[str, list[Any]]


def test_what_everybody_sees_is_the_same_whatever_she_answers() -> None:
    world = company_with_nora()  # two seconds: one for the comparison and for what shows that it bites
    _a_leak_is_seen(world)
    quiet = _life(world, silence, of=WATCHERS)
    assert len(quiet.everything) > 300
    assert any("nora@acme.test" in page for page in quiet.everything.values())
    for answer, act in ANSWERS.items():
        life = _life(world, act, of=LOOKING_ROUND.get(act, ()))
        assert (answer, _told(quiet.everything, life.everything)) == (answer, [])
        assert (answer, _told(quiet.of_people, life.of_people)) == (answer, [])
        assert (answer, life.rows) == (answer, quiet.rows)


def _told(quiet: Seen, life: Seen) -> list[str]:
    return [what for what in life if life[what] != quiet[what]]


def _life(world: World, act: Act, *, of: Collection[str]) -> Life:
    with branch(world, act) as later:
        everything = later.everything(of) if of else later.look(ABOUT_PEOPLE, of=RUNNERS)
        later.days_pass(8)
        later.days_pass(53)
        of_people = later.look(ABOUT_PEOPLE, of=("admin",), when="after sixty days") | _deeds(later)
        of_people |= later.look(ABOUT_PEOPLE, of=("owner",), when="after the deeds")
        with acting_in(world.acme.organization):
            return Life(everything, of_people, _rows_behind_the_pages())


def _deeds(later: Branch) -> Seen:
    """What administrators and curators can do that touches her, or a story that she may be writing about."""
    values, slug, nora = later.world.acme.objects["values"], later.world.acme.organization.slug, later.world.nora
    company = {"organization": slug}
    person, team = company | {"public_id": nora.public_id}, company | {"public_id": values["team"]}
    story = company | {"public_id": values["item"]}
    listed = SimpleUploadedFile("people.csv", b"email,name,team\nnora@acme.test,Nora,Sales\nzoe@acme.test,Zoe,Sales\n")
    asked = [{"email": "nora@acme.test"}, {"email": "yan@acme.test"}]
    deeds: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        ("owner", "people_invite", company, {"people": "nora@acme.test"}),
        ("admin", "api_invitations", company, {"people": asked}),
        ("admin", "people_import", company, {"file": listed}),
        ("owner", "team_put", team, {"member": nora.public_id}),
        ("owner", "person_name", person, {"name": "Nora N."}),
        ("owner", "person_role", person, {"role": "curator"}),
        ("admin", "person_address", person, {"email": "nora.n@acme.test"}),
        ("admin", "person_deactivate", person, {}),
        ("owner", "person_reactivate", person, {}),
        ("curator", "item_end", story, {}),
        ("curator", "item_discard", story, {}),
        ("curator", "item_end_links", story, {}),
        ("curator", "item_release", story, {}),
    ]
    seen: Seen = {}
    for who, name, parameters, typed in deeds:
        seen |= later.do(who, name, reverse(name, kwargs=parameters), typed)
    return seen | _work_off_import(later)


def _work_off_import(later: Branch) -> Seen:
    with acting_in(later.world.acme.organization):
        upload = PeopleImport.objects.order_by("-pk")[0]
        start_import(upload, by=later.world.acme.people["admin"])
        work_off_batch({"import": upload.public_id})
        upload.refresh_from_db()
        return {"the import": f"{upload.state} {upload.added} {upload.already_there} {upload.errors}"}


def _rows_behind_the_pages() -> dict[str, list[Any]]:
    """What the company reads, and so also what no page shows today; without numbers that count private rows."""
    seen_of_people = ("public_id", "email", "name", "role", "invited", "undeliverable", "deactivated_at", "left_at")
    acts = ("at", "by", "action", "subject", "details")
    return {
        "people": list(Member.objects.order_by("id").values(*seen_of_people)),
        "teams": list(Team.objects.order_by("id").values("public_id", "name")),
        "places": list(TeamMember.objects.order_by("id").values_list("team__public_id", "member__public_id")),
        "settings": list(OrganizationSettings.objects.values()),
        "audit": list(AuditEntry.objects.filter(private=False).order_by("id").values(*acts)),
    }


# --- it bites ------------------------------------------------------------------------------------


def _a_leak_is_seen(world: World) -> None:
    def a_word(world: World) -> None:
        not_now(world)
        Member.objects.filter(pk=world.nora.pk).update(name="Nora (not now)")

    def an_act(world: World) -> None:
        not_now(world)
        audit("end_setup_step", by=None)

    quiet, word, act = (_glance(world, one) for one in (silence, a_word, an_act))
    assert _names_of(quiet, word) == {"people", "person", "api_people"}
    assert _names_of(quiet, act) == {"audit"}


def _glance(world: World, act: Act) -> Seen:
    with branch(world, act) as later:
        return later.look((*ABOUT_PEOPLE, "queue"), of=("owner",))


def _names_of(one: Seen, other: Seen) -> set[str]:
    """The addresses at which somebody sees something else."""
    return {what.split()[1] for what in _told(one, other)}
