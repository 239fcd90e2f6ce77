"""The operator's page: there for whom a command named; it shows no person, and every act is written down."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import OperatorAct, OperatorDoor, Organization, SignOfLife, User
from accounts.signs_of_life import Program
from accounts.tenancy import acting_in
from advocacy.operator.acts import release_database
from campaigns.models import Share
from campaigns.publishing import restored
from integrations.limits import is_of_another_epoch
from integrations.models import Breaker, FreezeSwitch
from tests.advocacy.operators import operator
from tests.advocacy.test_metrics import TOKEN
from tests.campaigns.publishing.posting import Desk, again, desk, due, planned, practice_account, publish

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ADDRESSES = ("/operator/", "/operator/stop/", "/operator/go-on/", "/operator/release/")


@pytest.fixture
def at(db: None) -> Desk:
    return desk()


@pytest.fixture
def client() -> Client:
    return operator()[1]


def test_owners_of_companies_are_strangers_here(at: Desk) -> None:
    owner = Client()
    assert at.owner.user is not None
    owner.force_login(at.owner.user, backend=BACKEND)
    for address in ADDRESSES:
        assert (owner.get(address).status_code, owner.post(address).status_code) == (404, 404)
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")
    assert not FreezeSwitch.objects.exists()


def test_only_the_command_makes_an_operator(at: Desk) -> None:
    user = at.owner.user
    assert user is not None
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("make_operator", "nobody@x.test")
    call_command("make_operator", user.email.upper(), stdout=StringIO())
    assert User.objects.get(pk=user.pk).is_staff
    call_command("make_operator", user.email, "--end", stdout=StringIO())
    assert not User.objects.get(pk=user.pk).is_staff
    assert [act.act for act in OperatorAct.objects.order_by("id")] == ["make_operator", "end_operator"]


def test_the_page_says_how_it_stands_and_names_nobody(at: Desk, client: Client) -> None:
    due(at, practice_account(at), "A text that nobody else may read")
    publish()
    planned(at, practice_account(at, "second"))
    page = client.get("/operator/").content.decode()
    assert "All is well" in page
    assert at.organization.public_id in page
    for secret in ("A text that nobody", at.organization.name, at.member.name, at.member.email, at.member.public_id):
        assert secret not in page


def test_what_is_wrong_stands_first(at: Desk, client: Client) -> None:
    due(at, practice_account(at), ago=timedelta(minutes=6))
    now = timezone.now()
    long_ago = now - timedelta(minutes=3)
    for program in Program:
        heard = long_ago if program == Program.PUBLISHING else now
        SignOfLife.objects.create(name=program, epoch="1", first_at=long_ago, at=heard)
    page = client.get("/operator/").content.decode()
    assert "Publishing workers: silent for 3 minutes" in page
    assert "A post is due since 6 minutes" in page
    assert "All is well" not in page
    SignOfLife.objects.filter(name__in=[Program.BEAT, Program.MAIL]).update(at=long_ago)
    page = client.get("/operator/").content.decode()
    assert "3 programs are silent" in page
    assert "Publishing workers (3 minutes), Beat (3 minutes), and Mail workers (3 minutes)." in page
    assert "Publishing workers: silent" not in page, "many at once are one alarm"


def test_the_figures_cost_a_fixed_number_of_queries(at: Desk, client: Client) -> None:
    from django.test.utils import CaptureQueriesContext

    client.get("/operator/")
    with CaptureQueriesContext(connection) as few:
        client.get("/operator/")
    for number in range(5):
        desk(f"Company {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/operator/")
    assert len(many) == len(few)


def test_stopping_needs_a_reason_and_is_written_down(at: Desk, client: Client) -> None:
    share = due(at, practice_account(at))
    client.post("/operator/stop/", {"scope": "network:practice", "because": " "})
    client.post("/operator/stop/", {"scope": "network:nowhere", "because": "why not"})
    assert not FreezeSwitch.objects.exists()
    client.post("/operator/stop/", {"scope": "network:practice", "because": "They post twice."})
    assert publish() == 0
    assert "They post twice." in client.get("/operator/").content.decode()
    client.post("/operator/go-on/", {"scope": "network:practice"})
    publish()
    assert again(at, share).state == "published"
    told = OperatorAct.objects.filter(by__isnull=False).order_by("id").values_list("act", "subject", "because", "door")
    assert list(told) == [
        ("stop_posting", "network:practice", "They post twice.", "page"),
        ("let_posting_go_on", "network:practice", "", "page"),
    ]


def test_commands_do_the_same(at: Desk) -> None:
    call_command("freeze", "--because", "an incident", stdout=StringIO())
    assert FreezeSwitch.objects.get(pk="installation").frozen
    call_command("thaw", stdout=StringIO())
    assert not FreezeSwitch.objects.get(pk="installation").frozen
    with pytest.raises(CommandError):
        call_command("release_restored_database", "--yes", stdout=StringIO())


def test_a_release_says_first_what_it_does(at: Desk, client: Client, settings: Any) -> None:
    due(at, practice_account(at))
    planned(at, practice_account(at, "second"))
    settings.RESTORE_EPOCH = "2"
    assert "This database was restored" in client.get("/operator/").content.decode()
    client.get("/operator/release/")
    client.post("/operator/release/")  # without the tick
    assert is_of_another_epoch()
    told, said = StringIO(), StringIO()
    call_command("release_restored_database", stdout=told, stderr=said)
    line = json.loads(told.getvalue())
    assert (line["released"], line["looked_up"], line["confirmed"]) == (False, 1, 1)
    assert is_of_another_epoch()
    client.post("/operator/release/", {"ended": "yes"})
    assert not is_of_another_epoch()
    with acting_in(at.organization):
        assert set(Share.objects.values_list("state", flat=True)) == {"held"}
    details = OperatorAct.objects.get(act="release_database").details
    assert details == {"looked_up": 1, "asked": 0, "confirmed": 1, "goes": 0}


def test_a_release_is_written_down_before_its_first_step(
    at: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_began: object) -> None:
        raise OperationalError("server closed the connection")

    due(at, practice_account(at))
    settings.RESTORE_EPOCH = "2"
    monkeypatch.setattr(restored, "bring_into_doubt", breaks)
    with pytest.raises(OperationalError):
        release_database(by=None, door=OperatorDoor.COMMAND, because="disk of db1")
    told = OperatorAct.objects.values_list("act", "because")
    assert (list(told), is_of_another_epoch()) == ([("begin_release", "disk of db1")], True)


def test_a_server_of_a_few_is_not_named(at: Desk, client: Client, settings: Any) -> None:
    """Whose own server is silent posts from it: its name would be a person's."""
    settings.METRICS_TOKEN = TOKEN
    for server, accounts in (("https://alice.example", 1), ("https://many.example", 5)):
        for number in range(accounts):
            account = practice_account(at, f"{server}/{number}")
            with acting_in(at.organization):
                type(account).objects.filter(pk=account.pk).update(network="mastodon", server=server)
        place = {"scope": f"mastodon|{server}", "network": "mastodon", "server": server}
        Breaker.objects.create(**place, state="open", retry_at=timezone.now())
    page = client.get("/operator/").content.decode()
    told = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    for text in (page, told):
        assert ("alice.example" in text, "many.example" in text) == (False, True)
    assert "a small server (" in page
    assert len(re.findall(r'circuit_not_closed{network="mastodon",server="small-[0-9a-f]{6}",state="open"}', told)) == 1


def test_what_operators_did_can_only_grow(at: Desk) -> None:
    call_command("freeze", "--because", "an incident", stdout=StringIO())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        OperatorAct.objects.update(because="nothing")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        OperatorAct.objects.all().delete()


def test_a_database_that_answers_too_slowly_leaves_the_buttons(client: Client, settings: Any) -> None:
    Organization.objects.count()
    settings.STATEMENT_TIMEOUT = {"web": 15, "engine": 0.001}
    answer = client.get("/operator/")
    assert answer.status_code == 200
