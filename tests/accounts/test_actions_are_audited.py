"""Every action writes an audit row under its own name, and a person's own acts are private. The list is enumerated.

Of all three apps: the examples of accounts stand here, the others' in `audited_calls.py` of their own tests. A new
function in `actions/` fails this file until it has an example, or a reason why it writes no row of its own.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

import accounts.actions
import campaigns.actions
import integrations.actions
from accounts.actions import (
    consent,
    departures,
    guidelines,
    invitations,
    keys,
    letters,
    members,
    open_invitations,
    organizations,
    own_name,
    people_import,
    sign_in,
    teams,
)
from accounts.actions import settings as settings_actions
from accounts.consent_texts import consent_text, current_version
from accounts.guideline_texts import GuidelinesWords
from accounts.models import AuditEntry, ConsentKind, Invitation, Member
from accounts.selectors.audit import COMPANY_ACTS
from accounts.tenancy import acting_in
from tests.accounts.companies import company, invite, join, person
from tests.campaigns import audited_calls as campaign_calls
from tests.integrations import audited_calls as connection_calls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

# Public functions of accounts/actions that write no row of their own, each with its reason.
NO_ROW = {
    "require_self": "a check that refuses",
    "lock_self": "a check that refuses",
    "require_another_owner": "a check that refuses",
    "locked_after_owners": "a lock, for checks that refuse",
    "withdraw_standing": "a part of leaving and of taking consent back, which write the row",
    "use_sign_in_link": "a sign-in is global and stands in no company's audit",
    "mail_sign_in_link": "a sign-in is global and stands in no company's audit",
    "send_departure_letter": "an errand's letter: the act that owed it wrote the row",
    "send_invitation": "an errand's letter: the act that owed it wrote the row",
    "work_off_batch": "an errand: it calls invite_people, and writes cancel_import or finish_import",
    "preview_rows": "reads a file",
    "row_problem": "reads a row",
    "error_sentence": "words of a kept error",
}
CSV = b"email\nnew@x.test\n"


class World:
    """A company with an owner, a joined member and an invited one; each row of the table starts from it afresh."""

    def __init__(self) -> None:
        self.organization, self.owner = company()
        with acting_in(self.organization):
            self.ada = join(invite(self.owner, "ada@x.test")[0])
            self.ben = invite(self.owner, "ben@x.test")[0]

    def invitation(self) -> Invitation:
        return Invitation.objects.get(member=self.ben)

    def upload(self) -> Any:
        return people_import.upload_people(by=self.owner, file_name="p.csv", content=CSV)

    def undeliverable(self) -> Member:
        invitations.mark_undeliverable(self.ben, by=None)
        return self.ben

    def due(self) -> int:
        return Invitation.objects.update(remind_at=timezone.now(), expires_at=timezone.now())

    def team(self) -> Any:
        return teams.create_team(by=self.owner, name="Sales")

    def version(self) -> Any:
        words = GuidelinesWords(points=("Be kind.",), body="Be kind.")
        return guidelines.publish_guidelines(by=self.owner, texts={"en": words})

    def key(self) -> Any:
        return keys.make_key(self.ada, by=self.ada, name="script")[0]


# What to call, for each action of accounts/actions. A new action fails this file until it stands here.
CALLS: dict[str, Callable[[World], object]] = {
    "take_part": lambda w: consent.take_part(
        w.owner, by=w.owner, language="en", text_version=current_version("take_part")
    ),
    "agree_to_network": lambda w: consent.agree_to_network(
        w.ada, by=w.ada, network="x", language="en", text_version=current_version("network")
    ),
    "name_on_boards": lambda w: consent.name_on_boards(
        w.ada, by=w.ada, language="en", text_version=current_version("named_on_boards")
    ),
    "withdraw_consent": lambda w: consent.withdraw_consent(w.ada, by=w.ada, kind=ConsentKind.TAKE_PART),
    "leave": lambda w: departures.leave(w.ada, by=w.ada),
    "publish_guidelines": lambda w: w.version(),
    "drop_guidelines_language": lambda w: guidelines.drop_guidelines_language("pl", by=w.owner),
    "accept_guidelines": lambda w: guidelines.accept_guidelines(w.version(), by=w.ada),
    "invite_people": lambda w: invitations.invite_people([invitations.Invitee(email="c@x.test")], by=w.owner),
    "open_link": lambda w: open_invitations.open_link(by=w.owner),
    "end_link": lambda w: open_invitations.end_link(open_invitations.open_link(by=w.owner), by=w.owner),
    "ask_for_invitation": lambda w: open_invitations.ask_for_invitation(
        open_invitations.open_link(by=w.owner), email=f"new@{w.owner.email.rpartition('@')[2]}", by=None
    ),
    "correct_address": lambda w: invitations.correct_address(w.undeliverable(), by=w.owner, email="new@x.test"),
    "take_up_invitation": lambda w: sign_in.take_up_invitation(
        w.invitation(), by=w.ben, language="en", text_version=consent_text(ConsentKind.TAKE_PART, language="en").version
    ),
    "choose_letters": lambda w: letters.choose_letters(
        w.ada, by=w.ada, weekly=True, reminders=False, weekday=0, hour=8
    ),
    "stop_letters": lambda w: letters.stop_letters(w.ada, by=w.ada, kind="weekly"),
    "want_letters_again": lambda w: letters.want_letters_again(w.ada, by=w.ada, kind="weekly"),
    "rename_self": lambda w: own_name.rename_self(w.ada, by=w.ada, name="Ada Lis"),
    "accept_invitation": lambda w: invitations.accept_invitation(w.invitation(), by=w.ben),
    "answer_not_now": lambda w: invitations.answer_not_now(w.invitation(), by=w.ben),
    "never_invite_again": lambda w: invitations.never_invite_again(w.invitation(), by=w.ben),
    "remind_unanswered": lambda w: (w.due(), invitations.remind_unanswered(by=None)),
    "end_old_invitations": lambda w: (w.due(), invitations.end_old_invitations(by=None)),
    "mark_undeliverable": lambda w: w.undeliverable(),
    "make_key": lambda w: w.key(),
    "revoke_key": lambda w: keys.revoke_key(w.key(), by=w.ada),
    "change_role": lambda w: members.change_role(w.ada, by=w.owner, role="curator"),
    "rename_member": lambda w: members.rename_member(w.ada, by=w.owner, name="Ada Lis"),
    "deactivate_member": lambda w: members.deactivate_member(w.ada, by=w.owner),
    "reactivate_member": lambda w: members.reactivate_member(w.ada, by=w.owner),
    "upload_people": lambda w: w.upload(),
    "read_import_as": lambda w: people_import.read_import_as(w.upload(), by=w.owner, encoding="cp1252"),
    "start_import": lambda w: people_import.start_import(w.upload(), by=w.owner),
    "cancel_import": lambda w: people_import.cancel_import(w.upload(), by=w.owner),
    "change_settings": lambda w: settings_actions.change_settings(by=w.owner, changes={"purpose": "hiring"}),
    "end_setup_step": lambda w: settings_actions.end_setup_step("told", by=w.owner, how="done"),
    "change_own_locale": lambda w: settings_actions.change_own_locale(
        w.ada, by=w.ada, language="pl", time_zone="Europe/Warsaw"
    ),
    "create_team": lambda w: w.team(),
    "rename_team": lambda w: teams.rename_team(w.team(), by=w.owner, name="Ops"),
    "end_team": lambda w: teams.end_team(w.team(), by=w.owner),
    "put_in_team": lambda w: teams.put_in_team(w.team(), by=w.owner, member=w.ada),
    "take_out_of_team": lambda w: teams.take_out_of_team(w.team(), by=w.owner, member=w.ada),
}
# Acts of running the programme; everything else is a person's own (or the system's) and stays private.
OWN = {
    "take_part",
    "agree_to_network",
    "name_on_boards",
    "withdraw_consent",
    "leave",
    "accept_guidelines",
    "accept_invitation",
    "answer_not_now",
    "never_invite_again",
    "remind_unanswered",
    "end_old_invitations",
    "make_key",
    "revoke_key",
    "change_own_locale",
    "choose_letters",
    "stop_letters",
    "want_letters_again",
    "rename_self",
    "take_up_invitation",
}
# Actions made of others: a part writes the row.
PARTS = {"take_up_invitation": "accept_invitation", **campaign_calls.PARTS, **connection_calls.PARTS}

# app → (its examples, its functions without a row, the package).
APPS: dict[str, tuple[set[str], set[str], ModuleType]] = {
    "accounts": ({*CALLS, "sign_up_company"}, set(NO_ROW), accounts.actions),
    "campaigns": (set(campaign_calls.CALLS), set(campaign_calls.NO_ROW), campaigns.actions),
    "integrations": (set(connection_calls.CALLS), set(connection_calls.NO_ROW), integrations.actions),
}
EVERY_CALL: dict[str, Callable[[Any], object]] = {**CALLS, **campaign_calls.CALLS, **connection_calls.CALLS}
EVERY_OWN = OWN | campaign_calls.OWN | connection_calls.OWN


def _functions(package: ModuleType) -> dict[str, Callable[..., object]]:
    """Every public function that an app's actions define."""
    found: dict[str, Callable[..., object]] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert name not in found, f"two actions are named {name}"
                found[name] = function
    return found


@pytest.mark.parametrize("app", APPS)
def test_the_table_is_whole(app: str) -> None:
    calls, without_row, package = APPS[app]
    assert calls & without_row == set()
    assert set(_functions(package)) == calls | without_row


def test_who_acts_is_always_said() -> None:
    """`by` is keyword-only. Who signs a company up is nobody there yet, and points are awarded by the rules."""
    silent = set()
    for calls, _without_row, package in APPS.values():
        for name, function in _functions(package).items():
            by = inspect.signature(function).parameters.get("by")
            if (by is None and name in calls) or (by and by.kind is not inspect.Parameter.KEYWORD_ONLY):
                silent.add(name)
    by_the_rules = {"award_for_publication", "award_for_task", "balance_points_of_taken_down", "balance_points_of_task"}
    assert silent == {"sign_up_company", *by_the_rules}


@pytest.mark.parametrize("name", EVERY_CALL)
def test_it_writes_its_row(name: str, settings: Any, tmp_path: Path) -> None:
    settings.ON_DEPARTURE = settings.ON_CONSENT_WITHDRAWN = ()
    settings.MEDIA_ROOT = tmp_path
    world = World()
    with acting_in(world.organization):
        newest = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first()
        EVERY_CALL[name](world)
        written = PARTS.get(name, name)
        entries = AuditEntry.objects.filter(id__gt=newest, action=written)
        assert [(entry.action, entry.private) for entry in entries] == [(written, name in EVERY_OWN)]
        assert not any("@" in str(entry.details) + entry.subject for entry in entries)


def test_a_company_begins_with_a_row() -> None:
    user = person("new@x.test")
    organization, owner = organizations.sign_up_company(
        user=user, name="Globex", purpose="hiring", language="en", time_zone="UTC"
    )
    with acting_in(organization):
        actions = AuditEntry.objects.order_by("id").values_list("action", "by")
        assert list(actions) == [("publish_guidelines", owner.pk), ("sign_up_company", owner.pk)]


def test_what_is_not_private_has_words_and_nothing_else_is_shown() -> None:
    """In all three apps: a row without `private=True` must be an act of running the programme, with words."""
    root = Path(django_settings.BASE_DIR)
    unknown = []
    for app in ("accounts", "integrations", "campaigns"):
        for path in sorted((root / app).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "audit":
                    is_private = any(word.arg == "private" for word in call.keywords)
                    name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
                    if not is_private and name not in COMPANY_ACTS:
                        unknown.append(f"{path.relative_to(root)}:{call.lineno} {name!r}")
    assert unknown == []
