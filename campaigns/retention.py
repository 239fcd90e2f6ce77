"""How long rows of telling people are kept: this app's lines of the one table in `accounts/retention.py`.

Shares, approvals and what belongs to them are not here: they are the person's record, and the company's ledger.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.retention import Kept
from campaigns.models import WeeklyMail


def _weekly_mails(until: datetime) -> QuerySet[WeeklyMail]:
    return WeeklyMail.objects.filter(created_at__lte=until)


RETENTION: tuple[Kept, ...] = (
    Kept("weekly mails", _("not to tell of the same story twice; their links work for three weeks"), 90, _weekly_mails),
)
