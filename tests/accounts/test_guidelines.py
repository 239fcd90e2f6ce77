"""Guidelines in a company's languages: versions that never change, what a person reads, what an acceptance keeps."""

from __future__ import annotations

import re
import time

import pytest
from django.conf import settings
from django.utils import translation

from accounts.actions.guidelines import (
    NothingToDrop,
    accept_guidelines,
    drop_guidelines_language,
    publish_guidelines,
)
from accounts.actions.settings import change_settings
from accounts.guideline_texts import Blanks, GuidelinesWords, default_words
from accounts.models import AuditEntry, GuidelinesAcceptance, GuidelinesVersion, Member
from accounts.refusals import BadInput
from accounts.selectors.guidelines import current_guidelines, guidelines_in, has_accepted, history, older_languages
from accounts.tenancy import acting_in
from tests.accounts.companies import company, joined
from tests.accounts.views.people_at_screens import Acme, acme, signed_in

__all__ = ["acme"]
pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
KIND = GuidelinesWords(points=("Be kind.",), body="Be kind.\n\nAlways.")


# --- our text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_text_is_whole_in_each_language(language: str) -> None:
    words = default_words(language)
    assert len(words.points) == 5
    assert all(len(point) <= 110 for point in words.points), "they stand beside the composer on a phone"
    paragraphs = words.body.split("\n\n")
    assert len(paragraphs) == 7
    assert all(len(paragraph) <= 520 for paragraph in paragraphs)
    assert not re.search(r"[{}]", words.body), "no blank is left over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_companys_words_stand_in_the_blanks(language: str) -> None:
    blanks = Blanks(contact="Nadia Brandt", never="prices {of} tomorrow.", about_us="We are Acme GmbH")
    body = default_words(language, blanks).body
    assert body.count("Nadia Brandt") == body.count("prices {of} tomorrow") == body.count("We are Acme GmbH") == 1
    assert "tomorrow.." not in body


def test_the_languages_say_the_same_things_in_the_same_order() -> None:
    starts = {
        code: [part.split(".")[0].split("。")[0] for part in default_words(code).body.split("\n\n")]
        for code in LANGUAGES
    }
    assert starts["en"][1:6] == ["Your own opinion", "Be open", "Keep secrets", "Be kind", "Mistakes happen"]
    assert starts["zh-hans"][1:6] == ["自己的看法", "公开身份", "保守秘密", "与人为善", "难免出错"]
    assert {len(parts) for parts in starts.values()} == {7}


# --- versions ------------------------------------------------------------------------------------


@pytest.fixture
def owner() -> Member:
    return company()[1]


def test_a_company_begins_with_our_text_in_every_language(owner: Member) -> None:
    with acting_in(owner.organization):
        read = {code: guidelines_in(code) for code in LANGUAGES}
    assert all(
        one is not None and (one.number, one.language, one.body) == (1, code, default_words(code).body)
        for code, one in read.items()
    )


def test_a_change_in_one_language_is_a_version_that_keeps_the_others(owner: Member) -> None:
    with acting_in(owner.organization):
        version = publish_guidelines(by=owner, texts={"pl": KIND})
        assert publish_guidelines(by=owner, texts={"pl": KIND}) == version, "the same words are no new version"
        english, polish = guidelines_in("en"), guidelines_in("pl")
        assert english is not None
        assert polish is not None
        assert (english.number, english.body) == (2, default_words("en").body)
        assert (polish.number, polish.points, polish.body) == (2, ("Be kind.",), "Be kind.\n\nAlways.")
        assert older_languages(version) == ["en", "it", "ru", "zh-hans"]
        first = guidelines_in("pl", number=1)
        assert first is not None
        assert first.body == default_words("pl").body, "what was accepted stays readable"
        published = AuditEntry.objects.filter(action="publish_guidelines").order_by("pk")
        assert [entry.details["languages"] for entry in published] == [sorted(LANGUAGES), ["pl"]]


def test_history_says_what_changed_in_the_readers_language(owner: Member) -> None:
    ours = default_words("en")
    said = GuidelinesWords(points=(*ours.points[:4], "Ask Nadia."), body=ours.body)
    with acting_in(owner.organization):
        publish_guidelines(by=owner, texts={"en": said})
        english, polish = history("en"), history("pl")
    assert [(line.number, line.languages) for line in english] == [(2, ("en",)), (1, ())]
    assert [(change.added, change.words) for change in english[0].changes] == [
        (False, ours.points[4]),
        (True, "Ask Nadia."),
    ]
    assert (polish[0].changes, polish[0].languages) == ((), ("en",))


def test_long_guidelines_are_compared_at_once_and_the_history_ends_somewhere(owner: Member) -> None:
    def words(number: int) -> GuidelinesWords:
        body = "\n".join(f"Paragraph {line} of the text, as it was worded in spring {number}." for line in range(300))
        return GuidelinesWords(points=("Be kind.",), body=body)

    with acting_in(owner.organization):
        for number in range(2):
            publish_guidelines(by=owner, texts={"en": words(number)})
        began = time.process_time()
        newest = history("en")[0]
        assert time.process_time() - began < 1
        assert [change.added for change in newest.changes] == [False] * 300 + [True] * 300
        GuidelinesVersion.objects.bulk_create(
            [GuidelinesVersion(number=number, published_by=owner) for number in range(4, 60)]
        )
        assert [line.number for line in history("en")] == list(range(59, 9, -1))


def test_who_reads_a_dropped_language_meets_the_main_one_then_english(owner: Member) -> None:
    with acting_in(owner.organization):
        change_settings(by=owner, changes={"language": "it"})
        drop_guidelines_language("ru", by=owner)
        drop_guidelines_language("pl", by=owner)
        first, second = guidelines_in("ru"), guidelines_in("xx")
        assert first is not None
        assert second is not None
        assert (first.language, second.language) == ("it", "it")
        drop_guidelines_language("it", by=owner)
        third = guidelines_in("ru")
        assert third is not None
        assert third.language == "en"
        drop_guidelines_language("en", by=owner)
        fourth = guidelines_in("ru")
        assert fourth is not None
        assert fourth.language == "zh-hans"
        with pytest.raises(NothingToDrop):
            drop_guidelines_language("zh-hans", by=owner)
        assert GuidelinesVersion.objects.count() == 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("xx", KIND),
        ("en", GuidelinesWords(points=("Be kind.",), body=" \n ")),
        ("en", GuidelinesWords(points=(" ",), body="Be kind.")),
        ("en", GuidelinesWords(points=("Be kind.",) * 8, body="Be kind.")),
    ],
)
def test_nonsense_is_refused_and_publishes_nothing(owner: Member, language: str, words: GuidelinesWords) -> None:
    with acting_in(owner.organization):
        with pytest.raises(BadInput):
            publish_guidelines(by=owner, texts={language: words})
        assert GuidelinesVersion.objects.count() == 1


def test_an_acceptance_keeps_version_and_language(owner: Member) -> None:
    ada, ivo = joined(owner.organization, owner, "ada@x.test", "ivo@x.test")
    with acting_in(owner.organization):
        drop_guidelines_language("ru", by=owner)
        now = current_guidelines()
        assert now is not None
        with translation.override("pl"):
            accept_guidelines(now, by=ada)
        with translation.override("ru"):
            accept_guidelines(now, by=ivo)
        kept = GuidelinesAcceptance.objects.order_by("pk").values_list("member_id", "guidelines__number", "language")
        assert list(kept) == [(ada.pk, 2, "pl"), (ivo.pk, 2, "en")], "the words that stood there"
        publish_guidelines(by=owner, texts={"it": KIND})
        newest = current_guidelines()
        assert newest is not None
        assert not has_accepted(ada, newest), "a new version is asked for again"


# --- the pages -----------------------------------------------------------------------------------


def test_everybody_reads_them_with_their_history_and_nobody_reads_who_accepted(acme: Acme) -> None:
    with acting_in(acme.organization):
        publish_guidelines(by=acme.owner, texts={"en": KIND})
        now = current_guidelines()
        assert now is not None
        accept_guidelines(now, by=acme.ada)
    client, address = signed_in(acme.ada), acme.address("our-guidelines/")
    page = client.get(address).content.decode()
    assert "<p>Always.</p>" in page
    assert '<ins lang="en">Be kind.</ins>' in page
    assert "This is an older version." not in page
    older = client.get(address, {"version": "1"}).content.decode()
    assert "This is an older version." in older
    assert "Keep secrets." in older
    for missing in ("9", "0", "999999999"):
        assert client.get(address, {"version": missing}).status_code == 404
    assert client.get(address, {"version": "9" * 5000}).status_code == 200  # no number: the one in force
    for who in ("ada", "ada@x.test", "accepted by"):
        assert who not in signed_in(acme.owner).get(address).content.decode().split("<main")[1].lower()


def test_the_editor_writes_one_language_at_a_time(acme: Acme) -> None:
    client, address = signed_in(acme.owner), acme.address("guidelines/")
    assert "Решаете вы." in client.get(address, {"language": "ru"}).content.decode()
    filled = client.post(acme.address("guidelines/blanks/"), {"language": "ru", "contact": "Надя Брандт"})
    assert "Надя Брандт" in filled.content.decode()
    answer = client.post(address, {"language": "ru", "points": "Раз\nДва", "body": "Будьте добры."})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?language=ru")
    page = client.get(address).content.decode()
    assert "Unchanged at the newest version, so they may say something else:" in page
    with acting_in(acme.organization):
        russian, english = guidelines_in("ru"), guidelines_in("en")
    assert russian is not None
    assert english is not None
    assert (russian.points, russian.body, english.number) == (("Раз", "Два"), "Будьте добры.", 2)
    client.post(acme.address("guidelines/drop/"), {"language": "ru"})
    assert "not written" in client.get(address).content.decode()
