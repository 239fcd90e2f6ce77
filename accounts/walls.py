"""Row-level security for tenant tables: the second wall, built in the migration that makes the table.

Owns the SQL of policies, grants and composite keys; a test compares the catalogue with the models.
The roles themselves are made outside migrations (`advocacy/local/roles.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey

APP, ENGINE = "advocacy_app", "advocacy_engine"
ACTING = "organization_id = current_setting('advocacy.organization')::bigint"


@dataclass(frozen=True)
class Wall:
    """How one tenant table is walled.

    `ledger`: the application may only SELECT and INSERT. `engine`: the engine's role may read across
    organizations; `engine_updates` names the columns it may change; `engine_inserts` lets it append.
    """

    ledger: bool = False
    engine: bool = False
    engine_updates: Sequence[str] = ()
    engine_inserts: bool = False


class GrantTables(Operation):
    """The application's role may read and write rows of every table, made already or later; no DDL."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Grants are not part of the models' state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        rights, use = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
        schema_editor.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO {APP}")
        schema_editor.execute(f"GRANT {use} ON ALL SEQUENCES IN SCHEMA public TO {APP}, {ENGINE}")
        schema_editor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON TABLES TO {APP}")
        schema_editor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {use} ON SEQUENCES TO {APP}, {ENGINE}")

    def database_backwards(self, *args: Any) -> None:
        """Grants go with the tables."""

    def describe(self) -> str:
        return "Let the application's role use the tables"


class NobodyActs(Operation):
    """First in every migration that adds foreign keys: PostgreSQL looks for rows that break a new key, and
    does so behind the walls already standing, where asking without an organization is an error."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """A transaction's setting is not part of the models' state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        schema_editor.execute("SELECT set_config('advocacy.organization', '0', true)")

    def database_backwards(self, *args: Any) -> None:
        """Ends with the transaction."""

    def describe(self) -> str:
        return "Let no organization act during this migration"


class GrantEngine(Operation):
    """The engine's role may use these global tables (its buckets, switches and the like)."""

    reversible = True

    def __init__(self, rights: str, models: Sequence[str]) -> None:
        self.rights, self.models = rights, models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Grants are not part of the models' state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in self.models:
            table = to_state.apps.get_model(app_label, name)._meta.db_table
            schema_editor.execute(f'GRANT {self.rights} ON "{table}" TO {ENGINE}')

    def database_backwards(self, *args: Any) -> None:
        """Grants go with the tables."""

    def describe(self) -> str:
        return f"Let the engine's role {self.rights} on {', '.join(self.models)}"


class TenantWalls(Operation):
    """Wall off tenant tables: `UNIQUE (organization_id, id)`, composite foreign keys, policies, grants."""

    reversible = True

    def __init__(self, walls: Mapping[str, Wall]) -> None:
        self.walls = walls

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Walls are not part of the models' state; tests/accounts/test_walls.py compares the catalogue."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        models = {name: to_state.apps.get_model(app_label, name) for name in self.walls}
        for model in models.values():
            table = model._meta.db_table
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (organization_id, id)'
            )
        for name, wall in self.walls.items():
            table = models[name]._meta.db_table
            for statement in [*_composite_keys(models[name]), *_policies(table, wall)]:
                schema_editor.execute(statement)

    def database_backwards(self, *args: Any) -> None:
        """Walls go with the tables."""

    def describe(self) -> str:
        return f"Wall off {', '.join(self.walls)}"


def is_tenant(model: Any) -> bool:
    """Does this model (real or of a migration's state) carry an organization as tenant rows do?"""
    return any(
        isinstance(field, ForeignKey) and field.name == "organization" and field.remote_field.related_name == "+"
        for field in model._meta.local_fields
    )


def tenant_keys(model: Any) -> list[tuple[str, str]]:
    """(column, referred table) of every foreign key from this model to a tenant table."""
    return [
        (field.column, field.remote_field.model._meta.db_table)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and is_tenant(field.remote_field.model)
    ]


def _composite_keys(model: Any) -> list[str]:
    table = model._meta.db_table
    return [
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_same_org" FOREIGN KEY (organization_id, "{column}")'
        f' REFERENCES "{target}" (organization_id, id) DEFERRABLE INITIALLY DEFERRED'
        for column, target in tenant_keys(model)
    ]


def _policies(table: str, wall: Wall) -> list[str]:
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING ({ACTING}) WITH CHECK ({ACTING})',
    ]
    if wall.ledger:
        statements.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP}')
    if wall.engine:
        statements.append(f'CREATE POLICY engine ON "{table}" TO {ENGINE} USING (true) WITH CHECK (true)')
        statements.append(f'GRANT SELECT ON "{table}" TO {ENGINE}')
    if wall.engine_updates:
        columns = ", ".join(f'"{column}"' for column in wall.engine_updates)
        statements.append(f'GRANT UPDATE ({columns}) ON "{table}" TO {ENGINE}')
    if wall.engine_inserts:
        statements.append(f'GRANT INSERT ON "{table}" TO {ENGINE}')
    return statements
