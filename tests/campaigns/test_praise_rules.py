"""Whoever asks their people for reviews or ratings is told so, in the five languages; other work is left alone."""

from __future__ import annotations

import pytest

from campaigns.praise_rules import praise_asked_in

ASKS = (
    "Please write a short review of our app",
    "Rate us on the shop page",
    "Please review us on Glassdoor",
    "Recommend us on Kununu",
    "Share a review of us on G2",
    "Review our product on G2",
    "Rate your experience on Capterra",
    "Oceń naszą firmę",
    "Recensisci la nostra azienda",
    "Порекомендуйте нас знакомым",
    "给我们评价",
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
    "Post about code reviews",
    "Post about our rising stars",
    "Take a picture of the five-star hotel",
    "Tell us about your five-star hotel visit",
    "Review our draft guide before it goes out",
    "Share our story of the new bridge",
    "Odwiedź nasze stoisko",
    "评论一下这条新闻",
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
