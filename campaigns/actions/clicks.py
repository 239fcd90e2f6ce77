"""Writes clicks on tracked links, as numbers; the first that shows a post its person only told of lets it be seen.

Nothing is kept of a reader: that one reader counts once a day is remembered by the cache alone, under a keyed hash.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from accounts.errands import owe
from accounts.tenancy import acting_in
from campaigns.click_rules import fits
from campaigns.models import Evidence, LinkClicks, LinkCode, Share, ShareState
from campaigns.selectors.places import hand_place

_COUNT = f"""
    INSERT INTO {LinkClicks._meta.db_table} AS clicks
           (organization_id, code_id, day, came_from, raw, counted, last_at)
    VALUES (%(organization)s, %(code)s, %(day)s, %(came_from)s, 1, %(counted)s, %(now)s)
    ON CONFLICT (organization_id, code_id, day, came_from) DO UPDATE
       SET raw = clicks.raw + 1, counted = clicks.counted + excluded.counted, last_at = excluded.last_at
"""  # noqa: S608  # built of constants of ours


def count_click(link: LinkCode, *, counted: bool, came_from: str) -> None:
    """One call of an open link; `counted`: a reader's, the first of theirs today."""
    now = timezone.now()
    row: dict[str, str | int] = {"organization": link.organization_id, "code": link.code, "came_from": came_from}
    with acting_in(link.organization_id), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {**row, "day": now.date(), "counted": int(counted), "now": now})
        if counted:
            _let_it_be_seen(link, came_from)


def _let_it_be_seen(link: LinkCode, came_from: str) -> None:
    """Owed and not done here: who reads waits for a page, not for our books."""
    told = Share.objects.filter(link_code=link.code, state=ShareState.PUBLISHED, evidence=Evidence.TOLD)
    for share in told.filter(by_hand=True):
        place = hand_place(share)
        if fits(came_from, place=place.key, place_is_named=place.names_itself):
            owe("see_click", cause=f"see_click:{share.public_id}", payload={"share": share.public_id})
