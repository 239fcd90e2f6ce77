"""The owner's first hour: its steps, and which of them are done, skipped or still open."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import GuidelinesVersion, Member, Organization, OrganizationSettings
from accounts.roles import Right, may


@dataclass(frozen=True)
class Step:
    """One step. `page` is the name of the address where it happens."""

    key: str
    title: str | Promise
    words: str | Promise
    page: str
    action: str | Promise


STEPS = (
    Step(
        "purpose",
        _("What is it for?"),
        _("Customers, hiring, partners or something else: it sets the examples and the disclosure."),
        "setup_purpose",
        _("Choose"),
    ),
    Step(
        "told",
        _("What your people will be told"),
        _("The page your people open from the invitation, with your own sentence on it."),
        "setup_told",
        _("Write and look"),
    ),
    Step(
        "networks",
        _("Where people can post today"),
        _("By hand, practice, Mastodon and Bluesky work at once. Others need an app first; each has its guide."),
        "networks",
        _("Choose networks"),
    ),
    Step(
        "guidelines",
        _("Guidelines"),
        _("Five points that stand beside every post. Ours are in place; fill in three blanks."),
        "guidelines",
        _("Fill in"),
    ),
    Step(
        "items",
        _("Three first stories"),
        _("Paste three links. Title, picture and text are fetched for you."),
        "item_new",
        _("Add a story"),
    ),
    Step(
        "rehearse",
        _("Rehearse"),
        _("Walk the whole road yourself on the practice network. It is visible to nobody."),
        "this_week",
        _("Try it"),
    ),
    Step(
        "invite",
        _("Invite a pilot"),
        _("Ten to thirty people are a good start. The announcement is ready for you to send."),
        "people_invite",
        _("Invite"),
    ),
)
KEYS = tuple(step.key for step in STEPS)
SKIPPED = ":skipped"


@dataclass(frozen=True)
class StepLine:
    """A step as the checklist shows it: `state` is done, skipped, now (the first open one) or open.

    `by_itself`: it is done because of what stands there, not because somebody said so.
    """

    step: Step
    state: str
    by_itself: bool = False


def checklist(company_settings: OrganizationSettings, *, of: Member) -> list[StepLine]:
    """As `of` sees it: what a person did for themselves ticks a step for that person alone."""
    said = set(company_settings.setup_done)
    seen = set() if said >= set(KEYS) else _seen(company_settings, of)
    states = {
        step.key: "done" if step.key in said | seen else "skipped" if step.key + SKIPPED in said else "open"
        for step in STEPS
    }
    first = next((key for key, state in states.items() if state == "open"), "")
    return [
        StepLine(step, "now" if step.key == first else states[step.key], by_itself=step.key in seen - said)
        for step in STEPS
    ]


def steps_to_take(company_settings: OrganizationSettings, *, of: Member) -> list[StepLine]:
    """For the home of who runs the programme; nothing once all is done or skipped."""
    if not may(of.role, Right.RUN_PROGRAMME):
        return []
    lines = checklist(company_settings, of=of)
    return [] if is_finished(lines) else lines


def _seen(company_settings: OrganizationSettings, of: Member) -> set[str]:
    """What stands there already, whoever said so; in one query."""
    asked = {
        "guidelines": Exists(GuidelinesVersion.objects.filter(number__gt=1)),
        "invite": Exists(Member.objects.filter(invited=True)),
    }
    for name in settings.SETUP_SEEN:
        asked |= import_string(name)(of)
    here = Organization.objects.filter(pk=company_settings.organization_id)
    answers = dict(zip(asked, here.values_list(*asked.values()).get(), strict=True))
    answers["told"] = bool(company_settings.introduction)
    return {key for key, stands in answers.items() if stands}


def is_finished(lines: list[StepLine]) -> bool:
    """Nothing is open any more; skipped steps stay on the list."""
    return all(line.state in ("done", "skipped") for line in lines)
