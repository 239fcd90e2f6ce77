"""An import is an errand: previewed first, killed and cancelled at any point, and the same file again adds nobody."""

from __future__ import annotations

import time
from typing import Any

import pytest

from accounts import errands
from accounts.actions.members import deactivate_member
from accounts.actions.people_import import (
    ROWS_A_BATCH,
    cancel_import,
    preview_rows,
    read_import_as,
    start_import,
    upload_people,
)
from accounts.errands import perform, run_errands, take_errands
from accounts.models import Errand, ImportState, Invitation, Member, Organization, PeopleImport, TeamMember
from accounts.refusals import BadInput, Refusal
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> tuple[Organization, Member]:
    kinds = dict(errands.handlers())
    kinds["invitation_letter"] = lambda _payload: errands.Done()  # letters have their own tests
    monkeypatch.setattr(errands, "handlers", lambda: kinds)
    return company()


def _file(rows: int, first: int = 0) -> bytes:
    lines = [f"person{number}@x.test,Person {number},Team {number % 7}" for number in range(first, first + rows)]
    return "\n".join(["email,name,team", *lines]).encode()


def _import(organization: Organization, owner: Member, content: bytes) -> PeopleImport:
    with acting_in(organization):
        one = upload_people(by=owner, file_name="people.csv", content=content)
        start_import(one, by=owner)
    return one


def _now(organization: Organization, one: PeopleImport) -> PeopleImport:
    with acting_in(organization):
        return PeopleImport.objects.get(pk=one.pk)


def _figures(organization: Organization, one: PeopleImport) -> tuple[str, int, int, int]:
    now = _now(organization, one)
    return now.state, now.rows_done, now.added, now.already_there


@pytest.mark.long
def test_ten_thousand_rows(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    started = time.perf_counter()
    one = _import(organization, owner, _file(10_000))
    assert time.perf_counter() - started < 1
    with acting_in(organization):
        assert Member.objects.count() == 1  # nothing is done before the errand runs
    [errand] = take_errands(1)
    perform(errand)
    assert _figures(organization, one) == (ImportState.RUNNING, ROWS_A_BATCH, ROWS_A_BATCH, 0)
    while _now(organization, one).state == ImportState.RUNNING:
        with acting_in(organization):
            Errand.objects.filter(kind="invitation_letter").delete()
        for errand in take_errands(5):
            perform(errand)
    assert _figures(organization, one) == (ImportState.DONE, 10_000, 10_000, 0)
    assert bytes(_now(organization, one).content) == b""
    with acting_in(organization):
        assert Member.objects.filter(invited=True).count() == 10_000
        assert Invitation.objects.count() == 10_000
        assert TeamMember.objects.count() == 10_000


def test_the_same_file_again_adds_nobody(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    for expected in ((20, 0), (0, 20)):
        one = _import(organization, owner, _file(20))
        run_errands()
        assert _figures(organization, one)[2:] == expected


def test_rows_that_cannot_be_used_are_named_by_their_number(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    content = b"email,name\nada@x.test,Ada\nnot an address,Ben\n,Cy\nada@x.test,Ada again\n"
    with acting_in(organization):
        one = upload_people(by=owner, file_name="p.csv", content=content)
        assert one.errors == [{"row": 3, "address": "not an address"}, {"row": 4, "address": ""}]
        assert [problem for _row, problem in preview_rows(one)] == [
            "",
            "“not an address” is not an e-mail address.",
            "There is no e-mail address in this row.",
            "",
        ]
        start_import(one, by=owner)
    run_errands()
    assert _figures(organization, one) == (ImportState.DONE, 4, 1, 1)


def test_an_address_too_long_for_mail_is_named_and_stops_nobody_else(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    too_long = "a" * 250 + "@x.test"
    one = _import(organization, owner, f"email\n{too_long}\nada@x.test\n".encode())
    assert one.errors == [{"row": 2, "address": too_long[:80]}]
    run_errands()
    assert _figures(organization, one) == (ImportState.DONE, 2, 1, 0)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    acme: tuple[Organization, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    organization, owner = acme
    one = _import(organization, owner, _file(ROWS_A_BATCH + 10))
    [first] = take_errands(1)
    perform(first)
    [second] = take_errands(1)  # taken, and the worker dies here
    with acting_in(organization):
        Errand.objects.filter(pk=second.id).update(lease_until="2020-01-01T00:00:00Z")
        Errand.objects.filter(kind="invitation_letter").delete()
    run_errands()
    perform(second)  # the dead one comes back late
    assert _figures(organization, one) == (ImportState.DONE, ROWS_A_BATCH + 10, ROWS_A_BATCH + 10, 0)


def test_cancelled_between_batches(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    one = _import(organization, owner, _file(ROWS_A_BATCH * 2))
    [first] = take_errands(1)
    perform(first)
    with acting_in(organization):
        cancel_import(one, by=owner)
        Errand.objects.filter(kind="invitation_letter").delete()
    run_errands()
    assert _figures(organization, one) == (ImportState.CANCELLED, ROWS_A_BATCH, ROWS_A_BATCH, 0)
    with acting_in(organization), pytest.raises(Refusal):
        start_import(one, by=owner)


def test_an_import_ends_with_the_right_of_who_started_it(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    [helper] = joined(organization, owner, "helper@x.test")
    with acting_in(organization):
        Member.objects.filter(pk=helper.pk).update(role="admin")
        helper.refresh_from_db()
    one = _import(organization, helper, _file(3))
    with acting_in(organization):
        deactivate_member(helper, by=owner)
    run_errands()
    assert _figures(organization, one) == (ImportState.CANCELLED, 0, 0, 0)


def test_the_preview_can_be_read_in_another_encoding(acme: tuple[Organization, Member]) -> None:
    organization, owner = acme
    with acting_in(organization):
        one = upload_people(by=owner, file_name="p.csv", content="email,имя\na@x.test,Вера".encode("cp1251"))
        read_import_as(one, by=owner, encoding="cp1251")
        one.refresh_from_db()
        assert preview_rows(one)[0][0].name == "Вера"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name\nAda\n", "no column with e-mail addresses"),
        (b"\x00\x01\x02\x03", "could not read this file as text"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_wrong_file_gets_a_sentence_and_adds_nothing(
    acme: tuple[Organization, Member], content: bytes, words: str
) -> None:
    organization, owner = acme
    with acting_in(organization):
        with pytest.raises(BadInput, match=words):
            upload_people(by=owner, file_name="p.csv", content=content)
        assert not PeopleImport.objects.exists()


def test_the_pages_of_an_import(acme: tuple[Organization, Member], client: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    organization, owner = acme
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/o/acme/people/import/", {"file": SimpleUploadedFile("people.csv", _file(3))})
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "person2@x.test" in page.text
    assert client.post(answer.url + "start/").status_code == 302
    run_errands()
    assert "Done." in client.get(answer.url).text
    wrong = client.post("/o/acme/people/import/", {"file": SimpleUploadedFile("people.csv", b"name\nAda")})
    assert "no column with e-mail addresses" in wrong.text
