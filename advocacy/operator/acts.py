"""What an operator does: stop posting, let it go on, release a restored database, name another operator.

The page and the commands call the same functions. Each writes who did it, and why, in the transaction of the act; the
rows themselves belong to `integrations/limits.py` and `campaigns/publishing/restored.py`.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import OperatorAct, OperatorDoor, User
from accounts.refusals import BadInput, Refusal
from campaigns.publishing import restored
from campaigns.publishing.wake import wake_publisher
from integrations import limits
from integrations.networks import NETWORKS

logger = logging.getLogger(__name__)

MOST_ON_THE_PAGE = 500  # posts; each is moved and perhaps written about, and a page does not wait minutes


class NotRestored(Refusal):
    """There is nothing to release."""

    code = "not_restored"


def scopes() -> tuple[str, ...]:
    """Everything that can be stopped: all posting, or one network."""
    return (limits.INSTALLATION, *(limits.network_scope(one.key) for one in NETWORKS))


def stop_posting(scope: str, *, because: str, by: User | None, door: OperatorDoor) -> None:
    """Nothing more is sent there until somebody lets it go on. What is on its way ends by itself."""
    because = because.strip()
    if scope not in scopes():
        raise BadInput(_("There is no such network here."), field="scope")
    if not because:
        raise BadInput(_("Say why: whoever comes after you reads it."), field="because")
    with transaction.atomic():
        limits.freeze(scope, because=because[:200])
        _write("stop_posting", scope, because=because, by=by, door=door)


def let_posting_go_on(scope: str, *, by: User | None, door: OperatorDoor, because: str = "") -> None:
    """What waited two hours or longer asks its person first; the rest goes out."""
    if scope not in scopes():
        raise BadInput(_("There is no such network here."), field="scope")
    with transaction.atomic():
        limits.thaw(scope)
        _write("let_posting_go_on", scope, because=because.strip(), by=by, door=door)
        wake_publisher()


def release_database(*, by: User | None, door: OperatorDoor, because: str = "") -> restored.Release:
    """A restored database goes on: see `campaigns/publishing/restored.py` for what becomes of its posts.

    That takes many transactions. So it is written down before the first of them, and again with the last.
    """
    if not limits.is_of_another_epoch():
        raise NotRestored(_("This database is not a restored one: there is nothing to release."))
    ahead = restored.release_ahead()
    if door == OperatorDoor.PAGE and ahead.touched > MOST_ON_THE_PAGE:
        raise NotRestored(_("These are too many for a page. Run: python manage.py release_restored_database"))
    counts = {"looked_up": ahead.looked_up, "asked": ahead.asked, "confirmed": ahead.confirmed, "goes": ahead.goes}

    def write(act: str) -> None:
        _write(act, limits.INSTALLATION, because=because.strip(), by=by, door=door, **counts)

    write("begin_release")
    restored.bring_into_doubt(ahead.began)
    with transaction.atomic():
        restored.let_go_on()
        write("release_database")
    return ahead


def make_operator(user: User, *, by: User | None, door: OperatorDoor) -> None:
    """This person may open the operator's page from now on."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_staff=True)
        _write("make_operator", f"user {user.pk}", because="", by=by, door=door)


def end_operator(user: User, *, by: User | None, door: OperatorDoor) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_staff=False)
        _write("end_operator", f"user {user.pk}", because="", by=by, door=door)


def _write(act: str, subject: str, *, because: str, by: User | None, door: OperatorDoor, **details: int) -> None:
    OperatorAct.objects.create(act=act, subject=subject, because=because[:200], by=by, door=door, details=details)
    logger.warning("An operator acted: %s, %s.", act, subject, extra={"event": f"operator_{act}"})
