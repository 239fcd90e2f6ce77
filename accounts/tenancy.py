"""Which organization is acting: the first of the two walls between companies.

Every tenant row subclasses `OrganizationModel`; its manager fails closed, so a query without an
acting organization raises when it runs. `acting_in` also tells PostgreSQL, whose row-level security
is the second wall (see `accounts/walls.py`). `across_organizations` is the only crossing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.sql import Query

from accounts.time_limits import SET_LIMITS, limits

if TYPE_CHECKING:
    from django.db.models.sql.compiler import SQLCompiler

    from accounts.models import Organization

ACROSS = -1  # no organization has this id; set only by across_organizations
_acting: ContextVar[int | None] = ContextVar("acting_organization", default=None)


class NoOrganization(RuntimeError):
    """A tenant query was asked for while no organization was acting."""


class ForeignOrganization(RuntimeError):
    """A row or query of one organization was used while another was acting."""


def acting_organization_id() -> int:
    """The acting organization's id; raises `NoOrganization` where there is none."""
    organization_id = _acting.get()
    if organization_id is None or organization_id == ACROSS:
        raise NoOrganization("No organization is acting: open `with acting_in(organization):` first.")
    return organization_id


@contextlib.contextmanager
def acting_in(organization: Organization | int) -> Iterator[None]:
    """Act for one organization in one transaction, and put the previous one back on leaving.

    SET LOCAL outlives this block inside an outer transaction, hence the putting back; an exception
    needs none, since the savepoint's rollback restores the setting.
    """
    organization_id = organization if isinstance(organization, int) else organization.pk
    nested = connection.in_atomic_block
    with transaction.atomic():
        token = _acting.set(organization_id)
        try:
            before = _tell_postgresql(str(organization_id), limited=not nested)
            yield
            if nested:
                _tell_postgresql(before)
        finally:
            _acting.reset(token)


def _tell_postgresql(organization_id: str, *, limited: bool = False) -> str:
    """Set the organization for this transaction and answer what stood there before."""
    asked = (
        "SELECT coalesce(current_setting('advocacy.organization', true), ''),"
        " set_config('advocacy.organization', %s, true)"
    )
    return _ask(asked, [organization_id], limited=limited)


def _ask(asked: str, values: list[str], *, limited: bool) -> str:
    """The first value of a SELECT. A transaction's first one also sets its time limits: no question more."""
    if limited and not settings.RUNS_AS_OWNER:
        asked, values = f"{asked}, {SET_LIMITS}", values + limits()
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        first: str = cursor.fetchone()[0]
    return first


@contextlib.contextmanager
def across_organizations(*, reason: str) -> Iterator[None]:
    """Read across companies as the engine's role, in a short transaction; carry out plain values only.

    `reason` is for the reader and for the allow-list test in tests/architecture.
    """
    if not reason:
        raise ValueError("Say why this crosses organizations.")
    nested = connection.in_atomic_block
    with transaction.atomic():
        token = _acting.set(ACROSS)
        try:
            before = _ask("SELECT current_setting('role')", [], limited=not nested)
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {settings.ENGINE_ROLE}")
            yield
            if nested:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL ROLE {before}")
        finally:
            _acting.reset(token)


class _GuardedQuery(Query):
    """A query that runs only for the organization it was built for."""

    built_for: int | None = None

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        acting = _acting.get()
        if acting is None:
            raise NoOrganization(f"{_name(self)} was queried while no organization was acting.")
        if acting not in (self.built_for, ACROSS):
            raise ForeignOrganization(f"This {_name(self)} query was built for another organization.")
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        return compiler

    def chain(self, klass: type[Query] | None = None) -> Query:
        """Keep the guard where Django turns a query into an update, delete or aggregate one."""
        return super().chain(_guarded(klass) if klass else None)


def _name(query: Query) -> str:
    return query.model.__name__ if query.model else "A row"


_guarded_kinds: dict[type[Query], type[Query]] = {}


def _guarded(kind: type[Query]) -> type[Query]:
    if issubclass(kind, _GuardedQuery):
        return kind
    if kind not in _guarded_kinds:
        _guarded_kinds[kind] = type(f"Guarded{kind.__name__}", (_GuardedQuery, kind), {})
    return _guarded_kinds[kind]


M = TypeVar("M", bound="OrganizationModel")


class OrganizationQuerySet(models.QuerySet[M]):
    """A queryset of one organization's rows; bulk writes stamp it and refuse foreign rows."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            row.stamp()
        return super().bulk_create(rows, *args, **kwargs)


class OrganizationManager(models.Manager[M]):
    """Fails closed: outside `acting_in` the queryset exists (Django needs it), but cannot run."""

    def get_queryset(self) -> OrganizationQuerySet[M]:
        query = _GuardedQuery(self.model)
        query.built_for = _acting.get()
        rows: OrganizationQuerySet[M] = OrganizationQuerySet(self.model, query=query, using=self._db)
        if query.built_for in (None, ACROSS):
            return rows
        return rows.filter(organization_id=query.built_for)


class OrganizationModel(models.Model):
    """A tenant row. The one base class whose `save()` holds a rule: it stamps the acting organization."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    organization_id: int

    objects: ClassVar[OrganizationManager[Self]] = OrganizationManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stamp()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.stamp()
        return super().delete(*args, **kwargs)

    def stamp(self) -> None:
        """Give a new row the acting organization; refuse a row of another one."""
        acting = acting_organization_id()
        if not self.organization_id:
            self.organization_id = acting
        elif self.organization_id != acting:
            raise ForeignOrganization(f"This {type(self).__name__} belongs to another organization.")
