"""The base of every refusal: a sentence for the person, and a code for programs.

A refusal is raised by an action and shown by the view or the API as it stands; nothing was changed
when it is raised.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Something the product will not do, and why, in a sentence for the person."""

    code = "refused"
    status = 409

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class NotAllowed(Refusal):
    """The role of this person has no right to it."""

    code = "not_allowed"
    status = 403


class BadInput(Refusal):
    """Something typed cannot be used. `field` names where."""

    code = "bad_input"
    status = 400

    def __init__(self, sentence: str, *, field: str = "", **details: Any) -> None:
        super().__init__(sentence, **details)
        self.field = field
