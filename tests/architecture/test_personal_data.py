"""What we hold about people is named on their page and whole in their record (design.md, promises 2 and 5).

The models are walked, not listed: a new one that points at a person fails until it stands in a `personal_data.py` and
is read for the record, or stands below with a reason.
"""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext

from accounts.personal_data import every_datum
from accounts.retention import every_line
from accounts.selectors.personal_record import whole_record
from accounts.tenancy import acting_in
from campaigns.models import Attempt, MailedStory, WeeklyMail
from tests.campaigns import world

APPS = ("accounts", "integrations", "campaigns")
PEOPLE = {"accounts.Member", "accounts.User"}
# Rows of the company that only say who made or changed them, as its audit does.
NOT_ONES_OWN = {
    "accounts.PeopleImport": "the company's file; says who uploaded it",
    "accounts.OpenInvitation": "the company's link; says who made it",
    "accounts.GuidelinesVersion": "the company's text; says who published it",
    "accounts.OperatorAct": "the installation's ledger; operators are its staff",
    "campaigns.Campaign": "the company's; says who made it",
    "campaigns.Message": "the company's wording; says who wrote and who passed it",
    "campaigns.ItemImport": "the company's file; says who uploaded it",
    "campaigns.MediaUpload": "the company's file on its way; says who sent it, for a week at most",
    "integrations.FeedSource": "the company's; says who added it",
}
# What hangs on one's own rows and tells nothing more of the person.
TELLS_NOTHING_MORE = {"campaigns.LinkCode"}


def test_every_model_about_a_person_is_named_on_their_page() -> None:
    named = {label for datum in every_datum() for label in datum.models}
    known = {model._meta.label for model in apps.get_models()}
    assert named <= known, "a datum names a model that is no more"
    assert not named & set(NOT_ONES_OWN)
    assert _about_people(named) - named == set(), "name it in its app's personal_data.py, and read it for the record"
    assert set(NOT_ONES_OWN) <= _pointing_at(PEOPLE), "this reason is not needed any more"


def test_every_datum_has_words_and_its_own_key() -> None:
    data = list(every_datum())
    assert len({datum.key for datum in data}) == len(data)
    lines = {kept.what for kept in every_line()}
    for datum in data:
        assert bool(datum.page) == bool(str(datum.act)), datum.key
        assert ("%(span)s" in str(datum.until)) == (datum.retention in lines) == bool(datum.retention), datum.key


@pytest.mark.django_db
def test_the_record_reads_every_one_of_them() -> None:
    acme = world.company()
    with acting_in(acme.organization):
        bob = world.person()
        story = world.item(acme.owner)
        share = world.approved(world.draft(bob, story))
        assert share.approval is not None
        mail = WeeklyMail.objects.create(member=bob, week="2026-W48")
        MailedStory.objects.create(
            mail=mail, item=story, position=1, link_sha256="a", reply_sha256="b", expires_at=share.created_at
        )
        sent = Attempt.objects.create(
            share=share,
            approval=share.approval,
            fence=1,
            attempt_key=share.attempt_key,
            post_sha256="f" * 64,
            prepared="container-17",
            intent_at=share.created_at,
            reason="It was busy.",
            external_id="post-18",
            external_url="https://example.com/18",
        )
        with CaptureQueriesContext(connection) as queries:
            record = whole_record(bob)
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    models = [apps.get_model(label) for datum in every_datum() for label in datum.models]
    own_row = {"accounts_member", "accounts_user"}  # at hand already
    assert {model._meta.db_table for model in models} - read - own_row == set()
    assert record["campaigns"]["posts"][0]["own_words"] == "I liked this one."
    assert record["accounts"]["sign_in"]["email"] == bob.email
    kept = record["campaigns"]["posts"][0]["sends"][0].values()
    assert {sent.post_sha256, sent.prepared, sent.reason, sent.external_id, sent.external_url} <= set(kept)


def _about_people(named: set[str]) -> set[str]:
    """Models that point at a person, or at a row of their own, however far away."""
    found, frontier = set[str](), PEOPLE
    while frontier:
        frontier = _pointing_at(frontier) - found - PEOPLE - set(NOT_ONES_OWN) - TELLS_NOTHING_MORE
        found |= frontier
        frontier = frontier - {"campaigns.Item"}  # the company's, but for posts of one's own
    return found


def _pointing_at(labels: set[str]) -> set[str]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {one._meta.label for one in models if any(_target(field) in labels for field in one._meta.local_fields)}


def _target(field: object) -> str:
    return field.remote_field.model._meta.label if isinstance(field, ForeignKey) else ""
