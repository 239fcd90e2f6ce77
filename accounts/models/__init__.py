"""The models of people and companies."""

from accounts.models.consent import ConsentEntry, ConsentKind, GuidelinesAcceptance, GuidelinesVersion
from accounts.models.invitations import ImportState, Invitation, InvitationRefusal, PeopleImport
from accounts.models.operations import OperatorAct, OperatorDoor, SignOfLife
from accounts.models.organization import Organization, OrganizationSettings, Purpose, Team, TeamMember
from accounts.models.people import DepartureReceipt, Member, PersonalKey, SignInLink, User
from accounts.models.records import AuditEntry, Errand, ErrandState, IdempotencyRecord, MailboxMessage

__all__ = [
    "AuditEntry",
    "ConsentEntry",
    "ConsentKind",
    "DepartureReceipt",
    "Errand",
    "ErrandState",
    "GuidelinesAcceptance",
    "GuidelinesVersion",
    "IdempotencyRecord",
    "ImportState",
    "Invitation",
    "InvitationRefusal",
    "MailboxMessage",
    "Member",
    "OperatorAct",
    "OperatorDoor",
    "Organization",
    "OrganizationSettings",
    "PeopleImport",
    "PersonalKey",
    "Purpose",
    "SignInLink",
    "SignOfLife",
    "Team",
    "TeamMember",
    "User",
]
