"""What the product will not do with a share, each with its sentence for the person.

Nothing was changed when one of these is raised.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.moments import day_and_clock, in_zone, place
from accounts.refusals import BadInput, NotAllowed, Refusal


class NotYours(NotAllowed):
    """Only the owner of a share acts on it, whatever anybody's role."""

    code = "not_yours"

    def __init__(self) -> None:
        super().__init__(_("Only the person whose post this is can do that. Nothing was changed."))


class NotTakingPart(NotAllowed):
    code = "not_taking_part"

    def __init__(self) -> None:
        super().__init__(_("You do not take part at present. Say yes first; your text is safe."))


class DoorClosed(NotAllowed):
    """The company closed this way of approving."""

    code = "door_closed"

    def __init__(self) -> None:
        super().__init__(_("Your company takes no approvals this way. Sign in and approve there; your text is safe."))


class TooLate(Refusal):
    code = "too_late"


class ChangedMeanwhile(Refusal):
    """What the person saw is not what the share is now."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(_("This post changed since you looked at it. Nothing was lost: look again, then approve."))


class DeletedMeanwhile(Refusal, Http404):
    """The draft is gone: its person deleted it in another window. Where nobody says it, there is nothing here."""

    code = "deleted_meanwhile"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("This draft was deleted meanwhile, in another window. Nothing was posted."))


class NotReady(Refusal):
    """Something is missing before this can be approved."""

    code = "not_ready"


class GuidelinesNotAccepted(NotReady):
    code = "guidelines_not_accepted"

    def __init__(self) -> None:
        super().__init__(_("Please read the guidelines and tick the box. Your text is safe."))


class ReviewNeeded(NotReady):
    """The campaign asks that a second person reads these very words first."""

    code = "review_needed"

    def __init__(self) -> None:
        super().__init__(
            _("A colleague reads this text before you can approve it. Your text is safe: ask for that first.")
        )


class NobodyToRead(NotReady):
    code = "nobody_to_read"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Nobody else here may read texts yet. Ask an administrator to make somebody a curator; your text is"
                " safe."
            )
        )


class NotWaitingToBeRead(Refusal):
    """Taken back, read by somebody else, or over."""

    code = "not_waiting_to_be_read"

    def __init__(self) -> None:
        super().__init__(
            _("This text no longer waits: its author took it back, or somebody else has read it. Nothing was changed.")
        )


class ChangedWhileRead(Refusal):
    """What the reader had in sight is not what waits now."""

    code = "changed_while_read"

    def __init__(self) -> None:
        super().__init__(_("This text changed while you were reading it. Please read it again; nothing was answered."))


class OwnText(NotAllowed):
    """A second person is not the first one, whatever anybody's role."""

    code = "own_text"

    def __init__(self) -> None:
        super().__init__(_("This is your own text; somebody else has to read it. Nothing was changed."))


class ApprovalNeeded(Refusal):
    """Only the person's own yes can do this; the page's address is in `details`."""

    code = "approval_needed"

    def __init__(self, **details: Any) -> None:
        super().__init__(_("This needs your own approval. Open the post, look at it and approve it there."), **details)


class StoryEnded(Refusal):
    code = "story_ended"

    def __init__(self) -> None:
        super().__init__(_("This story is not open at that time. What you wrote is kept."))


class EnoughForToday(Refusal):
    """So that curators can read what comes in, nobody suggests without end."""

    code = "enough_for_today"
    status = 429

    def __init__(self) -> None:
        super().__init__(
            _("You suggested ten stories within a day. Thank you! Curators read them first; come back tomorrow.")
        )


class AnsweredAlready(Refusal):
    """A curator answered this suggestion, or its person took it back."""

    code = "answered_already"

    def __init__(self) -> None:
        super().__init__(_("This suggestion has been answered or taken back meanwhile. Nothing was changed."))


class CopiesTooMuch(NotReady):
    """A curator wants no more than so much of a suggested message in a post of this story."""

    code = "copies_too_much"

    def __init__(self, ceiling: int) -> None:
        sentence = _(
            "At most %(ceiling)d %% of a post about this story may be a suggested message's words. Your text is safe:"
            " say more of it your own way."
        )
        super().__init__(sentence % {"ceiling": ceiling})


class StoryEmbargoed(Refusal):
    """Nothing of this story goes out before an instant that the company named."""

    code = "story_embargoed"

    def __init__(self, until: datetime) -> None:
        local = in_zone(until)
        when = {"time": f"{day_and_clock(local)} ({place(local)})"}
        sentence = _("Nothing of this story may go out before %(time)s. Choose a later time; your text is safe.")
        super().__init__(sentence % when, until=until.isoformat())
        self.until = until


class MonthIsSpent(Refusal):
    """The network takes money for a post, and a ceiling of that month would be passed."""

    code = "month_is_spent"

    def __init__(self, network: str) -> None:
        sentence = _(
            "Your company's money for posts to %(network)s is used up for that month. Your text is safe: post it by"
            " hand, or choose a day in the next month."
        )
        super().__init__(sentence % {"network": network})


class NotOpenToYouYet(Refusal):
    """The story asks for more posts than this person has out; the card says so before anybody tries."""

    code = "not_open_to_you_yet"

    def __init__(self, missing: int) -> None:
        sentence = ngettext(
            "This story opens to you after %(count)d more post.",
            "This story opens to you after %(count)d more posts.",
            missing,
        )
        super().__init__(sentence % {"count": missing})


class BadTime(BadInput):
    """A time that cannot be used; `instead` is one that can."""

    code = "bad_time"

    def __init__(self, sentence: str, *, instead: datetime | None = None) -> None:
        super().__init__(sentence, field="wall_time")
        self.instead = instead
