"""The models of people and companies."""

from accounts.models.consent import (
    ConsentEntry,
    ConsentKind,
    GuidelinesAcceptance,
    GuidelinesText,
    GuidelinesVersion,
)
from accounts.models.invitations import ImportState, Invitation, InvitationRefusal, OpenInvitation, PeopleImport
from accounts.models.operations import OperatorAct, OperatorDoor, SignOfLife
from accounts.models.organization import Organization, OrganizationSettings, Purpose, Team, TeamMember
from accounts.models.people import DepartureReceipt, Member, PersonalKey, SignInLink, User
from accounts.models.records import AuditEntry, Errand, ErrandState, IdempotencyRecord, MailboxMessage
from accounts.models.telling import LetterChoices, LetterKind, Notice, StopLink

__all__ = [
    "AuditEntry",
    "ConsentEntry",
    "ConsentKind",
    "DepartureReceipt",
    "Errand",
    "ErrandState",
    "GuidelinesAcceptance",
    "GuidelinesText",
    "GuidelinesVersion",
    "IdempotencyRecord",
    "ImportState",
    "Invitation",
    "InvitationRefusal",
    "LetterChoices",
    "LetterKind",
    "MailboxMessage",
    "Member",
    "Notice",
    "OpenInvitation",
    "OperatorAct",
    "OperatorDoor",
    "Organization",
    "OrganizationSettings",
    "PeopleImport",
    "PersonalKey",
    "Purpose",
    "SignInLink",
    "SignOfLife",
    "StopLink",
    "Team",
    "TeamMember",
    "User",
]
