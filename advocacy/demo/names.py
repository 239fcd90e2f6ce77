"""Two thousand names for the demo's large company, in five languages, always the same ones."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

DOMAIN = "aurora-rail.example"
TEAMS = ("Operations", "Workshop Brno", "Stations", "Customer care", "Engineering", "People and learning", "Sales")


@dataclass(frozen=True, slots=True)
class Place:
    """One of the company's countries. Names come with how they are written in an address."""

    language: str
    country: str
    time_zone: str
    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]
    family_first: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    email: str
    name: str
    team: str
    language: str
    country: str
    time_zone: str


def _same(words: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, word.lower()) for word in words.split())


def _pairs(words: str) -> tuple[tuple[str, str], ...]:
    pieces = words.split()
    return tuple(zip(pieces[::2], pieces[1::2], strict=True))


PLACES = (
    Place(
        "en",
        "IE",
        "Europe/Dublin",
        _same(
            "Grace Liam Aoife Jack Emma Noah Nora Daniel Ruth Owen Maeve Sean Ella Adam Clara Hugh Ivy Conor Lucy Tom"
        ),
        _same(
            "Miller Byrne Walsh Kelly Carter Doyle Hughes Ward Quinn Nolan Brady Foster Reid Shaw Burke Lynch"
            " Dunne Hayes Boyle Flynn"
        ),
    ),
    Place(
        "pl",
        "PL",
        "Europe/Warsaw",
        _pairs(
            "Zofia zofia Piotr piotr Łucja lucja Jakub jakub Małgorzata malgorzata Paweł pawel Agnieszka"
            " agnieszka Michał michal"
            " Hanna hanna Tomasz tomasz Joanna joanna Rafał rafal Ewa ewa Grzegorz grzegorz Maja maja Wojciech"
            " wojciech"
            " Iga iga Szymon szymon Alicja alicja Łukasz lukasz"
        ),
        _pairs(
            "Nowak nowak Wójcik wojcik Mazur mazur Krawczyk krawczyk Pawlak pawlak Duda duda Król krol Wróbel wrobel"
            " Sikora sikora Baran baran Szulc szulc Głowacki-Żak glowacki-zak Lis lis Gajda gajda Bąk bak Żuk zuk"
            " Pająk pajak Kos kos Cieśla ciesla Błaszczyk blaszczyk"
        ),
    ),
    Place(
        "it",
        "IT",
        "Europe/Rome",
        _same(
            "Giulia Luca Chiara Marco Sara Matteo Elisa Paolo Anna Davide Marta Simone Irene Andrea Silvia Fabio"
            " Laura Nicola Greta Pietro"
        ),
        _pairs(
            "Ferrari ferrari Rossi rossi Russo russo Bianchi bianchi Romano romano Gallo gallo Costa costa"
            " Fontana fontana"
            " Conti conti Esposito esposito Ricci ricci Bruno bruno Moretti moretti Barbieri barbieri Lombardi"
            " lombardi"
            " D'Angelo dangelo Rinaldi rinaldi Caruso caruso Leone leone Longo longo"
        ),
    ),
    Place(
        "ru",
        "KZ",
        "Asia/Almaty",
        _pairs(
            "Елена elena Дмитрий dmitri Анна anna Сергей sergei Ольга olga Иван ivan Мария maria Алексей alexei"
            " Наталья natalia"
            " Павел pavel Ирина irina Никита nikita Татьяна tatiana Андрей andrei Юлия yulia Максим maxim Дарья daria"
            " Илья ilya Светлана svetlana Олег oleg"
        ),
        _pairs(
            "Соколюк sokoliuk Кравец kravets Белых belykh Гончар gonchar Мельник melnik Шевчук shevchuk Долгих"
            " dolgikh"
            " Черных chernykh Бондарь bondar Ткач tkach Лысенко lysenko Зайченко zaichenko Коваль koval Савченко"
            " savchenko"
            " Руденко rudenko Мороз moroz Гриценко gritsenko Петренко petrenko Лунь lun Дымко dymko"
        ),
    ),
    Place(
        "zh-hans",
        "CN",
        "Asia/Shanghai",
        _pairs(
            "伟 wei 娜 na 静 jing 磊 lei 敏 min 洋 yang 丽 li 强 qiang 芳 fang 杰 jie 婷 ting 涛 tao 雪 xue 明 ming"
            " 思远 siyuan 雨晨 yuchen 佳怡 jiayi 子轩 zixuan 文博 wenbo 晓燕 xiaoyan"
        ),
        _pairs(
            "张 zhang 王 wang 李 li 刘 liu 陈 chen 杨 yang 赵 zhao 黄 huang 周 zhou 吴 wu 徐 xu 孙 sun 马 ma 朱 zhu"
            " 胡 hu 林 lin 郭 guo 何 he 高 gao 罗 luo"
        ),
        family_first=True,
    ),
)


def colleagues(count: int) -> list[Colleague]:
    """The languages take turns; every 400 names of a place, addresses get a number."""
    return [_colleague(PLACES[number % len(PLACES)], number // len(PLACES), number) for number in range(count)]


def _colleague(place: Place, index: int, number: int) -> Colleague:
    width = len(place.given)
    given, given_latin = place.given[index % width]
    family, family_latin = place.family[(index // width + index) % len(place.family)]
    name = f"{family}{given}" if place.family_first else f"{given} {family}"
    suffix = "" if index < width * len(place.family) else str(index // (width * len(place.family)) + 1)
    email = f"{given_latin}.{family_latin}{suffix}@{place.country.lower()}.{DOMAIN}"
    return Colleague(email, name, TEAMS[number % len(TEAMS)], place.language, place.country, place.time_zone)


def as_csv(people: list[Colleague]) -> bytes:
    """The file an administrator would upload."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(["email", "name", "team", "language", "country", "time zone"])
    for one in people:
        language = one.language.partition("-")[0]
        writer.writerow([one.email, one.name, one.team, language, one.country, one.time_zone])
    return kept.getvalue().encode()
