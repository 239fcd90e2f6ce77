"""What a person agreed to, read from the ledger: the newest entry of its kind and network counts.

For the person's own pages and for rules. Never for a page of the company (design.md, promise 2).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from accounts.models import ConsentEntry, ConsentKind, Member


def takes_part(member: Member) -> bool:
    return _stands(member, ConsentKind.TAKE_PART)


def agreed_to_network(member: Member, network: str) -> bool:
    return _stands(member, ConsentKind.NETWORK, network)


def standing_among(member_ids: Iterable[int]) -> frozenset[tuple[int, str, str]]:
    """(member, kind, network) of every yes that stands, of many people at once: for the engine, never for a screen."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(set(member_ids))])
        rows: list[tuple[int, str, str]] = cursor.fetchall()
    return frozenset(rows)


_STANDING = """
    SELECT member_id, kind, network FROM (
        SELECT DISTINCT ON (member_id, kind, network) member_id, kind, network, given
          FROM accounts_consententry WHERE member_id = ANY(%s)
         ORDER BY member_id, kind, network, id DESC) AS newest
     WHERE given
"""


def is_named(member: Member) -> bool:
    return _stands(member, ConsentKind.NAMED_ON_BOARDS)


def named_member_ids() -> set[int]:
    """Everybody in the acting organization whose name may stand on a board."""
    return _members_who_agreed(ConsentKind.NAMED_ON_BOARDS)


def standing_consent(member: Member) -> list[ConsentEntry]:
    """The member's agreements that stand now."""
    newest = member.consent.order_by("kind", "network", "-id").distinct("kind", "network")
    return [entry for entry in newest if entry.given]


def _stands(member: Member, kind: ConsentKind, network: str = "") -> bool:
    newest = member.consent.filter(kind=kind, network=network).order_by("-id").values_list("given", flat=True).first()
    return bool(newest)


def _members_who_agreed(kind: ConsentKind) -> set[int]:
    newest = ConsentEntry.objects.filter(kind=kind, member__left_at=None, member__deactivated_at=None)
    rows = newest.order_by("member_id", "-id").distinct("member_id").values_list("member_id", "given")
    return {member_id for member_id, given in rows if given}
