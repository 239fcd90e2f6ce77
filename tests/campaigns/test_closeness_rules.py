"""Closeness of two texts, in five languages: what is copied is found and marked, what is not stays unmarked."""

from __future__ import annotations

import pytest

from campaigns.closeness_rules import (
    closeness,
    is_close_to_colleagues,
    marked_parts,
    merged,
    shingles_of,
    tokens_of,
)
from campaigns.wording_rules import said_in

EN = "What helped us most was surprisingly simple: we stopped rebuilding everything, every time, for everybody."
ZH = "最让我惊讶的是方法其实很简单,我们不再每次都为所有人重新构建所有东西。"
PL = "Najbardziej pomogło nam coś prostego: przestaliśmy za każdym razem budować wszystko od nowa dla wszystkich."
IT = "Quello che ci ha aiutato di più è semplice: non ricostruiamo più tutto, ogni volta, per tutti quanti."
RU = "Больше всего нам помогла простая вещь: мы перестали каждый раз собирать всё заново для всех сразу."


@pytest.mark.parametrize("text", [EN, ZH, PL, IT, RU])
def test_a_copy_is_a_copy_in_every_language(text: str) -> None:
    found = closeness(text, [shingles_of(text)])
    assert found.percent == 100
    assert marked_parts(text, found.phrases)[0] == (text[:-1], True)


@pytest.mark.parametrize(("text", "other"), [(EN, PL), (ZH, EN), (PL, RU), (IT, EN), (RU, ZH)])
def test_different_texts_have_nothing_in_common(text: str, other: str) -> None:
    assert closeness(text, [shingles_of(other)]).percent == 0
    assert closeness(text, [shingles_of(other)]).phrases == ()


def test_capitals_punctuation_addresses_and_typographic_marks_make_no_difference() -> None:
    dressed = EN.upper().replace(":", " —").replace(",", ";") + " https://example.com/what/helped/us/most"
    assert closeness(dressed, [shingles_of(EN)]).percent == 100
    assert shingles_of("We don’t rebuild it") == shingles_of("we don't rebuild IT!")


@pytest.mark.parametrize(
    "text",
    [
        "We love Acme™ tools. Our Acme™ team ships. Why Acme™ matters? Ask Acme™ now. See Acme™ live.",
        "Дом № 5 ждёт. Зал № 7 готов. Стол № 9 занят. Час № 3 прошёл. Дело № 1 сделано.",
        "It takes ½ a day, 10² tries… and İstanbul’s ① best café to find the № of Acme™ in it.",
    ],
)
def test_signs_that_stand_for_letters_do_not_hide_a_copy(text: str) -> None:
    """Words are found before they are made plain, in whichever way a text is read."""
    assert closeness(text, [shingles_of(text)]).percent == 100


def test_a_borrowed_phrase_is_marked_where_it_stands() -> None:
    text = "I was not there. Still, we stopped rebuilding everything, and my afternoons came back to me."
    found = closeness(text, [shingles_of(EN)])
    assert [part for part, marked in marked_parts(text, found.phrases) if marked] == [
        "we stopped rebuilding everything"
    ]
    assert found.percent == 25  # four words of sixteen
    assert not found.is_close


def test_a_borrowed_phrase_is_marked_in_chinese() -> None:
    text = "上周我不在公司。最让我惊讶的是方法其实很简单,下午的时间又回来了。"
    marked = [part for part, is_marked in marked_parts(text, closeness(text, [shingles_of(ZH)]).phrases) if is_marked]
    assert marked == ["最让我惊讶的是方法其实很简单"]


def test_three_words_of_grammar_are_not_marked() -> None:
    text = "One of the things I keep from this week is how quiet the room became."
    assert closeness(text, [shingles_of("One of the best teams anywhere built this thing.")]).phrases == ()


def test_the_story_s_own_title_is_nobody_s_wording() -> None:
    title = "How we cut build times by half"
    text = f"{title}: my favourite part is what they threw away, and how late they did."
    other = f"{title}. Read it, it is worth every minute."
    assert closeness(text, [shingles_of(other)], of_the_story=shingles_of(title)).phrases == ()
    assert closeness(text, [shingles_of(other)]).phrases != ()


def test_it_is_as_close_as_to_the_closest_one_and_marks_all() -> None:
    text = "We stopped rebuilding everything every time. My afternoons are quiet, and nobody misses the old way of it."
    halves = ["We stopped rebuilding everything every time", "nobody misses the old way of it"]
    found = closeness(text, [shingles_of(half) for half in halves])
    assert found.percent == closeness(text, [shingles_of(halves[1])]).percent
    assert [part for part, marked in marked_parts(text, found.phrases) if marked] == halves


@pytest.mark.parametrize("text", ["", "Congratulations to the whole team!", "好", "https://example.com", "🎉🎉🎉"])
def test_a_text_too_short_to_be_anybody_s_wording_is_close_to_nothing(text: str) -> None:
    assert closeness(text, [shingles_of(text)]).percent == 0


def test_phrases_that_overlap_become_one() -> None:
    assert merged([(5, 9), (0, 6), (12, 14)]) == [(0, 9), (12, 14)]
    assert marked_parts("abcdef", [(1, 3)]) == [("a", False), ("bc", True), ("def", False)]


def test_a_sign_of_a_script_without_spaces_is_a_token_beside_words() -> None:
    assert [token.word for token in tokens_of("AI让build更快")] == ["ai", "让", "build", "更", "快"]


# --- what is queued ----------------------------------------------------------------------------------

OWN = frozenset(range(20))
ALIKE = list(range(18))


def test_three_colleagues_who_wrote_roughly_this_are_told_of() -> None:
    assert is_close_to_colleagues(OWN, {1: [ALIKE], 2: [ALIKE], 3: [ALIKE]}) is True


def test_two_are_not_nor_three_texts_of_two() -> None:
    assert is_close_to_colleagues(OWN, {1: [ALIKE], 2: [ALIKE]}) is False
    assert is_close_to_colleagues(OWN, {1: [ALIKE, ALIKE], 2: [ALIKE]}) is False


def test_three_who_wait_of_whom_two_are_close_are_not_told_of() -> None:
    assert is_close_to_colleagues(OWN, {1: [ALIKE], 2: [ALIKE], 3: [list(range(90, 110))]}) is False


def test_a_phrase_tried_against_longer_texts_finds_nothing() -> None:
    """Whole texts are compared: guessing a sentence of one that waits answers nothing."""
    longer = list(range(60))
    assert is_close_to_colleagues(OWN, {1: [longer], 2: [longer], 3: [longer]}) is False


# --- what the company does not say ---------------------------------------------------------------


def test_a_phrase_the_company_does_not_say_is_found_by_its_words() -> None:
    limits = ["market leader", "30 %", "唯一"]
    assert said_in("As the Market-Leader, we grew 30%.", limits) == ["market leader", "30 %"]
    assert said_in("Marketing leaders liked it.", limits) == []
    assert said_in("这是唯一的办法", limits) == ["唯一"]
