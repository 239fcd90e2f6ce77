"""Checks what an item asks for besides a post of one's own: its target at a network, or a task with its proof.

`actions/items.py` writes it. Which address is one of a network's posts, that network's file says.
"""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _

from accounts.refusals import BadInput
from campaigns.activity_rules import SHARE, TASK, deed_of
from campaigns.models import Activity, ItemKind, Proof
from campaigns.praise_rules import praise_asked_in
from integrations.networks.base import is_web_page
from integrations.places import NoSuchPlace, Place, place

LONGEST_TARGET = 600


class Asked(Protocol):
    """Of `actions/items.py`'s Story, what matters here."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def destination(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def target_at(self) -> str: ...
    @property
    def proof(self) -> str: ...


def asked_columns(story: Asked, *, asks: str, kind: str) -> dict[str, str]:
    """`target`, `target_at` and `proof` as they may stand; refuses with a sentence at its field."""
    if asks not in Activity.values:
        raise BadInput(_("We do not know what is asked for here."), field="asks")
    if asks == SHARE:
        return {"target": "", "target_at": "", "proof": ""}
    if kind != ItemKind.TEXT or story.destination.strip():
        sentence = _("What asks for something else than a post has no link of its own: the address says where it is.")
        raise BadInput(sentence, field="destination")
    _require_no_praise(f"{story.title}\n{story.summary}")
    if asks == TASK:
        return {"target": "", "target_at": "", "proof": _proof(story.proof)}
    return {**_target(story, asks), "proof": ""}


def _require_no_praise(text: str) -> None:
    if found := praise_asked_in(text):
        sentence = _(
            "This asks for a review or a rating (“%(words)s”). People who work here never review or rate their own"
            " company: it misleads readers, and in many countries it is forbidden. Nothing was changed."
        )
        raise BadInput(sentence % {"words": found}, field="summary")


def _proof(proof: str) -> str:
    if proof not in Proof.values or not proof:
        raise BadInput(_("Say how people tell that it is done: with a tick, a link or a photo."), field="proof")
    return proof


def _target(story: Asked, asks: str) -> dict[str, str]:
    target, there = story.target.strip(), _place(story.target_at)
    if not target or len(target) > LONGEST_TARGET:
        raise BadInput(_("Copy the address of the post, or of the account, from your browser."), field="target")
    problem = there.target_problem(deed_of(asks), target)
    if problem is not None:
        raise BadInput(problem.sentence, field="target")
    if not is_web_page(target):  # people are shown it as a link, whatever a network's file lets pass
        raise BadInput(_("Copy the address of the post, or of the account, from your browser."), field="target")
    return {"target": target, "target_at": there.key}


def _place(key: str) -> Place:
    try:
        there = place(key)
    except NoSuchPlace:
        there = None
    if there is None or not there.posts_publicly or not there.gives_address:
        raise BadInput(_("Say at which network this stands."), field="target_at")
    return there
