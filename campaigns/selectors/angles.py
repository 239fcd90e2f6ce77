"""The questions a person can start from: the story's own, then those that suit what this person does here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from accounts.models import Member
from campaigns.angle_rules import angles_for_role, own_angles
from campaigns.models import Angle, Share
from campaigns.selectors.this_week import angles_for


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    language: str


def questions_for(share: Share, member: Member, angles: Sequence[Angle]) -> list[Question]:
    """A curator's questions, `angles`, come as they were written; ours in the language of the page."""
    language = get_language() or "en"
    if share.item.own_of_id is not None:
        return [Question(question, language) for question in own_angles(language=language)]
    asked = [Question(angle.question, angle.language) for angle in angles_for(member, angles, share.network)]
    known = {one.question for one in asked}
    ours = [one for one in angles_for_role(member.role, language=language) if one not in known]
    return [*asked, *(Question(question, language) for question in ours)]
