"""Writes what people tell about tasks: that one is done, with the proof it wants, and that it was not after all.

Opening a photo and keeping it (`campaigns/picture_decoding.py`, `campaigns/proof_photos.py`) happen before, outside
the transaction.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.models import ConsentKind, Member
from accounts.receipts import ReceiptLine
from accounts.refusals import BadInput, Refusal
from accounts.selectors.consent import takes_part
from campaigns.actions.point_corrections import balance_points_of_task
from campaigns.actions.points import award_for_task
from campaigns.models import Activity, Item, Proof, TaskDone
from campaigns.proof_photos import KeptPhoto, drop_with
from campaigns.refusals import NotOpenToYouYet, NotTakingPart, StoryEnded
from campaigns.selectors.items import is_open, posts_missing

LONGEST_LINK = 600


def finish_task(
    item: Item, *, by: Member, link: str = "", photo: KeptPhoto | None = None, shows_curators: bool = False
) -> TaskDone:
    """*It's done*, on the person's word. A second click answers what was told first."""
    if item.asks != Activity.TASK:
        raise Refusal(_("This is no task. Nothing was changed."))
    told = {"link": _link(link, item), "shows_curators": shows_curators and item.proof != Proof.TICK}
    if item.proof == Proof.PHOTO and photo is None:
        raise BadInput(_("Choose the photo that shows it."), field="photo")
    with transaction.atomic():
        lock_self(by, by=by)  # of two at once the second knows what the first earned
        done = TaskDone.objects.filter(member=by, item=item).first()
        if done is not None:
            return done
        if not takes_part(by):
            raise NotTakingPart
        if not is_open(item, at=timezone.now()):
            raise StoryEnded
        if missing := posts_missing(item, by):
            raise NotOpenToYouYet(missing)
        done = TaskDone(member=by, item=item, **told)
        if photo is not None and item.proof == Proof.PHOTO:
            _show(done, photo)
        done.save(force_insert=True)
        award_for_task(done)
        audit("finish_task", by=by, subject=f"task {done.public_id}", private=True)
    return done


def take_task_back(done: TaskDone, *, by: Member) -> None:
    """It was not done after all: what was told goes, and its points with it."""
    with transaction.atomic():
        lock_self(by, by=by)
        if not TaskDone.objects.filter(pk=done.pk, member=by).exists():
            return
        balance_points_of_task(done)
        drop_with(done)
        done.delete()
        audit("take_task_back", by=by, subject=f"task {done.public_id}", private=True)


def forget_tasks_of_leaver(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: nobody is shown any more what they did; and their photos go."""
    for done in TaskDone.objects.filter(member=member):
        drop_with(done)
        done.delete()
    audit("forget_tasks_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []


def show_no_curator_without_consent(member: Member, *, by: Member, kind: str, network: str) -> None:
    """ON_CONSENT_WITHDRAWN: who stops taking part is shown to nobody. What they told stays theirs."""
    if kind == ConsentKind.TAKE_PART and _show_nobody(member):
        subject = f"member {member.public_id}"
        audit("show_no_curator_without_consent", by=by, subject=subject, private=True, network=network)


def show_no_curator_of_deactivated(member: Member, *, by: None) -> None:
    """ON_DEACTIVATION: who cannot come in cannot take it back."""
    if _show_nobody(member):
        audit("show_no_curator_of_deactivated", by=by, subject=f"member {member.public_id}", private=True)


def _show_nobody(member: Member) -> int:
    return TaskDone.objects.filter(member=member, shows_curators=True).update(shows_curators=False)


def _link(typed: str, item: Item) -> str:
    if item.proof != Proof.LINK:
        return ""
    link = typed.strip()
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or len(link) > LONGEST_LINK:
        raise BadInput(_("This is no address of a page. Copy it from your browser."), field="link")
    return link


def _show(done: TaskDone, photo: KeptPhoto) -> None:
    done.public_id, done.photo_sha256, done.photo_type = photo.public_id, photo.sha256, photo.content_type
    done.photo_width, done.photo_height = photo.width, photo.height
