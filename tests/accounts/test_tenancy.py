"""The first wall fails closed, the second stands beneath it, and both are put back in nested blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Subquery

from accounts.models import Member, Organization, Team
from accounts.tenancy import ForeignOrganization, NoOrganization, across_organizations, acting_in

pytestmark = [pytest.mark.django_db, pytest.mark.system_servers]


@pytest.fixture
def acme() -> Organization:
    return Organization.objects.create(slug="acme", name="Acme")


@pytest.fixture
def globex() -> Organization:
    return Organization.objects.create(slug="globex", name="Globex")


def test_connects_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("advocacy_app", False)


FORMS: dict[str, Callable[[], object]] = {
    "iterate": lambda: list(Team.objects.all()),
    "get": lambda: Team.objects.get(pk=1),
    "first": lambda: Team.objects.first(),
    "exists": lambda: Team.objects.exists(),
    "exclude exists": lambda: Team.objects.exclude(pk=1).exists(),
    "count": lambda: Team.objects.count(),
    "distinct count": lambda: Team.objects.distinct().count(),
    "aggregate": lambda: Team.objects.aggregate(n=Count("pk")),
    "explain": lambda: Team.objects.all().explain(),
    "values_list": lambda: list(Team.objects.values_list("name")),
    "in_bulk": lambda: Team.objects.in_bulk([1]),
    "union": lambda: list(Team.objects.all().union(Team.objects.all())),
    "iterator": lambda: list(Team.objects.iterator()),
    "contains": lambda: Team.objects.contains(Team(pk=1)),
    "subquery": lambda: list(Organization.objects.filter(pk__in=Subquery(Team.objects.values("organization_id")))),
    "update": lambda: Team.objects.update(name="x"),
    "update_or_create": lambda: Team.objects.update_or_create(name="x"),
    "bulk_update": lambda: Team.objects.bulk_update([Team(pk=1, name="x")], ["name"]),
    "bulk_create": lambda: Team.objects.bulk_create([Team(name="x")]),
    "create": lambda: Team.objects.create(name="x"),
    "save": lambda: Team(name="x").save(),
    "delete": lambda: Team.objects.all().delete(),
    "delete one": lambda: Team(pk=1, organization_id=1).delete(),
    "reverse relation": lambda: list(Team(pk=1, organization_id=1).places.all()),
}


@pytest.mark.parametrize("form", FORMS)
def test_nothing_runs_without_an_organization(form: str, acme: Organization) -> None:
    with acting_in(acme):
        Team.objects.create(name="Sales")
    with pytest.raises((NoOrganization, DatabaseError)), transaction.atomic():
        FORMS[form]()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_another_organization_is_touched(form: str, acme: Organization, globex: Organization) -> None:
    with acting_in(acme):
        Team.objects.create(name="Sales")
    with acting_in(globex):
        try:
            with transaction.atomic():
                FORMS[form]()
        except (Team.DoesNotExist, ForeignOrganization, DatabaseError):
            pass
    with acting_in(acme):
        assert [team.name for team in Team.objects.all()] == ["Sales"]


def test_a_query_built_elsewhere_does_not_run_here(acme: Organization, globex: Organization) -> None:
    with acting_in(acme):
        teams = Team.objects.all()
    with acting_in(globex), pytest.raises(ForeignOrganization):
        list(teams)


def test_a_foreign_row_is_refused(acme: Organization, globex: Organization) -> None:
    with acting_in(acme):
        for write in (
            lambda: Team(organization=globex, name="x").save(),
            lambda: Team.objects.create(organization=globex, name="x"),
            lambda: Team.objects.bulk_create([Team(organization=globex, name="x")]),
        ):
            with pytest.raises(ForeignOrganization):
                write()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM accounts_team",
        "UPDATE accounts_team SET name = 'x'",
        "DELETE FROM accounts_team",
        "INSERT INTO accounts_team (organization_id, public_id, name, created_at) VALUES (1, 'p', 'x', now())",
    ],
)
def test_raw_sql_meets_the_second_wall(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_cannot_point_into_another_organization(acme: Organization, globex: Organization) -> None:
    with acting_in(acme):
        team = Team.objects.create(name="Sales")
    with acting_in(globex):
        member = Member.objects.create(email="a@globex.test")
    with pytest.raises(DatabaseError), transaction.atomic(), acting_in(globex), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_teammember (organization_id, team_id, member_id, leads) VALUES (%s, %s, %s, false)",
            [globex.pk, team.pk, member.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nested_blocks_put_the_organization_back(acme: Organization, globex: Organization) -> None:
    with acting_in(acme):
        Team.objects.create(name="Sales")
        with acting_in(globex):
            assert not Team.objects.exists()
        assert Team.objects.count() == 1
        with pytest.raises(ForeignOrganization), acting_in(globex):
            Team.objects.create(organization=acme, name="x")
        assert Team.objects.count() == 1
    with pytest.raises(NoOrganization):
        Team.objects.count()


def test_crossing_reads_listed_tables_only_and_gives_the_role_back(acme: Organization, globex: Organization) -> None:
    for organization in (acme, globex):
        with acting_in(organization):
            Member.objects.create(email=f"a@{organization.slug}.test")
            Team.objects.create(name="Sales")
    with across_organizations(reason="a test of the crossing"):
        assert sorted(Member.objects.values_list("email", flat=True)) == ["a@acme.test", "a@globex.test"]
    with pytest.raises(DatabaseError), across_organizations(reason="a test of the crossing"):
        Team.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == ("advocacy_app",)
