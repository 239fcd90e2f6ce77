"""Whoever asks their people for reviews or ratings is told so, in the five languages; other work is left alone."""

from __future__ import annotations

import pytest

from campaigns.praise_rules import praise_asked_in

ASKS = (
    "Please write a short review of our app",
    "Rate us on the shop page",
    "Give us five stars",
    "Napisz opinię o nas",
    "Wystaw nam ocenę",
    "Scrivi una bella recensione",
    "Lasciate una valutazione",
    "Напишите отзыв о компании",
    "Оцените нас",
    "请写个评价",
    "给我们五星好评",
)
ASKS_NOT = (
    "Take a photo at the fair",
    "Review the draft slides before Friday",
    "Leave a comment on the guide",
    "Add the star photo to the wall",
    "Napisz, co cię zaskoczyło",
    "Scrivi una frase tua",
    "Напишите пару слов от себя",
    "来拍张照片吧",
)


def test_what_asks_for_praise_is_found_and_nothing_else() -> None:
    assert [text for text in ASKS if not praise_asked_in(text)] == []
    assert [text for text in ASKS_NOT if praise_asked_in(text)] == []


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_asks_for_nothing(text: str) -> None:
    assert praise_asked_in(text) == ""
