"""The database's catalogue agrees with the models: every tenant table is walled, every key is composite."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from accounts.tenancy import OrganizationModel
from accounts.walls import APP, ENGINE, is_tenant, tenant_keys

pytestmark = [pytest.mark.django_db, pytest.mark.system_servers]

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, OrganizationModel)]
LEDGERS = {
    "ConsentEntry",
    "GuidelinesAcceptance",
    "GuidelinesText",
    "AuditEntry",
    "ShareMove",
    "PointEntry",
    "Statement",
    "Review",
}

# Global tables, each with its reason (design.md §3.4).
GLOBAL_MODELS = {
    "auth.Group": "Django's, unused: rights are in accounts/roles.py",
    "auth.Permission": "Django's, unused",
    "contenttypes.ContentType": "Django's list of models",
    "sessions.Session": "a browser before a company is known",
    "account.EmailAddress": "allauth: an address belongs to a sign-in, over all companies",
    "account.EmailConfirmation": "allauth: confirming an address",
    "mfa.Authenticator": "allauth: a second factor belongs to a sign-in",
    "accounts.User": "a sign-in, over all companies",
    "accounts.SignInLink": "mailed before a company is known",
    "accounts.Organization": "gives a tenant its address",
    "accounts.MailboxMessage": "the demo's mail; sign-in mails belong to no company",
    "accounts.SignOfLife": "when a kind of program last worked; over all companies",
    "accounts.OperatorAct": "what operators of the installation did",
    "integrations.ServerApp": "our app at one Mastodon server serves every company",
    "integrations.Server": "a host's own limits hold for everybody there",
    "integrations.OAuthState": "the callback's address names no company",
    "integrations.Breaker": "an engine table: a server serves every company",
    "integrations.Bucket": "an engine table: limits hold over all companies",
    "integrations.RefreshTally": "the operator's figures: counts by network and hour",
    "integrations.FreezeSwitch": "the operator's",
    "integrations.Installation": "the operator's",
    "campaigns.LinkCode": "a click names no company",
}


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def test_every_model_is_scoped_or_listed_with_a_reason() -> None:
    unscoped = {model._meta.label for model in apps.get_models() if not issubclass(model, OrganizationModel)}
    assert unscoped == set(GLOBAL_MODELS)
    assert all(is_tenant(model) for model in TENANT_MODELS)


def test_row_level_security_is_forced_on_every_tenant_table() -> None:
    walled = rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert {name for (name,) in walled} == {model._meta.db_table for model in TENANT_MODELS}


def test_every_tenant_table_has_the_tenant_policy() -> None:
    acting = "(organization_id = (current_setting('advocacy.organization'::text))::bigint)"  # as PostgreSQL prints it
    policies = rows("SELECT tablename, roles::text, qual, with_check FROM pg_policies WHERE policyname = 'tenant'")
    assert set(policies) == {(model._meta.db_table, "{public}", acting, acting) for model in TENANT_MODELS}


def test_the_engine_crosses_on_listed_tables_only() -> None:
    crossing = rows("SELECT tablename FROM pg_policies WHERE policyname <> 'tenant'")
    assert {name for (name,) in crossing} == {
        "accounts_errand",
        "accounts_invitation",
        "accounts_member",
        "campaigns_approval",
        "campaigns_attempt",
        "campaigns_campaign",
        "campaigns_destination",
        "campaigns_figureclock",
        "campaigns_followerclock",
        "campaigns_item",
        "campaigns_share",
        "campaigns_sharemove",
        "campaigns_statement",
        "integrations_connection",
        "integrations_feedsource",
        "integrations_storedgrant",
    }
    named = rows("SELECT DISTINCT roles::text FROM pg_policies WHERE policyname = 'engine'")
    assert named == [(f"{{{ENGINE}}}",)]


def test_ledgers_can_only_grow() -> None:
    changeable = rows(
        "SELECT table_name FROM information_schema.role_table_grants"
        f" WHERE grantee = '{APP}' AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')"
    )
    ledgers = {model._meta.db_table for model in TENANT_MODELS if model.__name__ in LEDGERS}
    assert len(ledgers) == len(LEDGERS)
    assert not ledgers & {name for (name,) in changeable}


def test_the_application_has_no_right_beyond_rows() -> None:
    beyond = rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        f" WHERE grantee IN ('{APP}', '{ENGINE}') AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
    )
    assert beyond == []


def test_every_key_between_tenant_tables_carries_the_organization() -> None:
    composite = {
        (table, column, target)
        for table, column, target in rows(
            "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]"
            " JOIN pg_attribute o ON o.attrelid = c.conrelid AND o.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND cardinality(c.conkey) = 2 AND o.attname = 'organization_id'"
        )
    }
    expected = {(model._meta.db_table, *key) for model in TENANT_MODELS for key in tenant_keys(model)}
    assert composite == expected
    assert len(expected) > 40
