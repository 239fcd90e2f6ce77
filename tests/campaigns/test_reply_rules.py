"""The person's words alone, as mail programs of five languages send them."""

from __future__ import annotations

import pytest

from campaigns.reply_rules import own_words

OURS = "reply.example.com"
WORDS = "I liked this.\n\nNote: it is new to me - and:\n- one\n- two"
ADDRESS = "reply+abcdefghijkm.aaaa@reply.example.com"

QUOTES = {
    "Apple, English": f"On Tue, 24 Nov 2026 at 09:20, Acme <{ADDRESS}> wrote:\n\n> For you this week\n> Story",
    "Gmail, English, broken line": f"On Tue, Nov 24, 2026 at 9:20 AM Acme stories\n<\n{ADDRESS}> wrote:\n> Story",
    "Gmail, Polish": f"wt., 24 lis 2026 o 09:20 Acme <{ADDRESS}> napisał(a):\n\n> Dla Ciebie",
    "Gmail, Italian": f"Il giorno mar 24 nov 2026 alle ore 09:20 Acme <{ADDRESS}>\nha scritto:\n\n> Per te",
    "Gmail, Russian": f"вт, 24 нояб. 2026 г. в 09:20, Acme <{ADDRESS}>:\n\n> Для вас",
    "Mail.ru": f"Вторник, 24 ноября 2026, 9:20 +03:00 от Acme <{ADDRESS}>:\n>Для вас",
    "QQ, Chinese": f'------------------ 原始邮件 ------------------\n发件人: "Acme" <{ADDRESS}>;\n发送时间: 周二',
    "Gmail, Chinese": f"Acme <{ADDRESS}> 于2026年11月24日周二 09:20写道：\n\n> 给您",
    "Outlook, English": f"________________________________\nFrom: Acme <{ADDRESS}>\nSent: Tuesday\nSubject: For you",
    "Outlook, Polish": f"Od: Acme <{ADDRESS}>\nWysłano: wtorek\nDo: ada@x.test\nTemat: Dla Ciebie\n\nTreść",
    "Outlook, Italian": f"Da: Acme <{ADDRESS}>\nInviato: martedì\nA: ada@x.test\nOggetto: Per te\n\nTesto",
    "Outlook, Russian": f"От: Acme <{ADDRESS}>\nОтправлено: вторник\nКому: ada@x.test\nТема: Для вас\n\nТекст",
    "Outlook, Chinese": f"发件人: Acme <{ADDRESS}>\n发送时间: 2026年11月24日\n收件人: ada@x.test\n主题: 给您\n\n文字",
    "Outlook, original message": "-----Original Message-----\nFrom: Acme\nFor you",
    "by name alone": "On 24.11.2026 09:20, Acme wrote:\n> For you this week",
    "signature": "-- \nAda Lis\nAcme, +48 22 000",
    "phone, English": "Sent from my iPhone",
    "phone, Polish": "Wysłane z iPhone'a",
    "phone, Italian": "Inviato da iPhone",
    "phone, Russian": "Отправлено с iPhone",
    "phone, Chinese": "发自我的iPhone",
    "nothing": "",
}


@pytest.mark.parametrize("name", QUOTES)
def test_what_the_program_added_is_cut_and_every_own_line_stays(name: str) -> None:
    assert own_words(f"{WORDS}\r\n\r\n{QUOTES[name]}\n", our_domain=OURS) == WORDS


@pytest.mark.parametrize("name", QUOTES)
def test_an_answer_without_own_words_is_empty(name: str) -> None:
    assert own_words(f"\n\n{QUOTES[name]}\n", our_domain=OURS) == ""


def test_words_that_look_a_little_like_marks_stay() -> None:
    words = "From what I see: good.\nThanks,\nto the team: you did it\nMeeting at 9:20:\nSee https://acme.test/a-b--c"
    assert own_words(words, our_domain=OURS) == words


def test_it_is_no_longer_than_any_post() -> None:
    assert len(own_words("long " * 10_000, our_domain=OURS)) <= 10_000


@pytest.mark.timeout(20)  # such a line alone was searched for hours
@pytest.mark.parametrize(
    "line", ["-" * 90_000 + "x", "From: " + "a" * 90_000 + "\nTo: x", "a1" * 45_000 + ":\n> quoted"]
)
def test_a_line_of_any_length_is_read_at_once(line: str) -> None:
    assert own_words(f"Mine.\n{line}", our_domain=OURS).startswith("Mine.")


def test_a_long_quoted_line_is_cut_and_a_long_own_line_above_it_stays() -> None:
    own = "In 2026 " + "we learned this " * 30 + "from it:"
    assert own_words(f"{own}\n> {'quoted ' * 100}", our_domain=OURS) == own
