"""What the demo's companies have to tell, in five languages: stories, suggested wordings, and what people made of them.

Content of a company, as curators and people type it; it is not translated.
"""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.models import ItemAbout, ItemKind


@dataclass(frozen=True, slots=True)
class DemoStory:
    """`wordings` are what people wrote in their own words; `suggested` is the curator's."""

    slug: str
    title: str
    summary: str
    topics: tuple[str, ...]
    suggested: str
    wordings: tuple[str, ...]
    language: str = "en"
    kind: str = ItemKind.LINK
    picture: int | None = None
    alt_text: str = ""
    about: str = ItemAbout.KNOWLEDGE
    facts: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


NORTHWIND = (
    DemoStory(
        "calibration-in-half-the-time",
        "Calibration in half the time, and it was the night shift who found it",
        "For years we calibrated every sensor twice. Two colleagues of the night shift asked why, and measured.",
        ("Engineering", "How we work"),
        "Half the calibration time, found by the people who do it every night.",
        (
            "Nobody had asked the night shift. They measured for a week, and half of our calibration time was"
            " gone. What should you ask yours?",
            "My favourite kind of improvement: two people who did not believe a sentence in the manual.",
            "We did it twice for eleven years because it said so somewhere. Read this before you defend your own"
            ' "always".',
        ),
        picture=1,
        alt_text="Hills in morning light, drawn in soft greens",
        facts=("Calibration took 48 minutes before and takes 23 now.", "Two colleagues measured it for one week."),
        limits=("names of customers",),
    ),
    DemoStory(
        "apprentices-build-a-weather-station",
        "Six apprentices built a weather station for the school next door",
        "From the first sketch to the roof in five months, with everything that went wrong.",
        ("People", "Learning"),
        "Six apprentices, one roof and a lot of tape: how a weather station came to be.",
        (
            "I was there when the first one fell off the roof. The second one stands, and thirty pupils read it"
            " every morning.",
            "If you wonder whether an apprenticeship is for you: these six had never soldered before.",
            "What surprised me: the hardest part was not the electronics, it was the permission for the roof.",
        ),
        picture=2,
        alt_text="A pale sun over layered hills",
        about=ItemAbout.PEOPLE,
    ),
    DemoStory(
        "what-we-learned-from-a-recall",
        "What we learned from a recall that went well",
        "A batch was wrong. We told every customer within six hours, and here is what we would do differently.",
        ("Customers", "How we work"),
        "A recall is a bad day. It does not have to be a bad month.",
        (
            "Six hours from the first doubt to the last call. I made forty of those calls, and people were"
            " kinder than I feared.",
            "Worth reading if you sell anything that can break: say it early, say it plainly, say what happens next.",
        ),
        picture=3,
        alt_text="Evening hills in violet and blue",
    ),
    DemoStory(
        "four-day-week-in-the-workshop",
        "A year of the four-day week in the workshop",
        "Output, sick days, mood: the figures of twelve months, the unflattering ones as well.",
        ("People", "How we work"),
        "Twelve months, four days a week, all the figures.",
        (
            "I was against it. A year later I would not go back, and the figures say why better than I can.",
            "The interesting part is what did not work: handovers on Thursdays. We are still at it.",
            "For everybody who asks me about our Fridays: here are the real figures.",
        ),
        picture=4,
        alt_text="Golden fields under a wide sky",
        about=ItemAbout.PEOPLE,
        facts=("Output is 2 % above the year before.", "Sick days fell from 9 to 7 a year."),
        limits=("everybody should do it",),
    ),
    DemoStory(
        "open-measurement-data",
        "We publish two years of measurement data, free to use",
        "Forty sensors, one reading a minute, cleaned and described. Researchers asked; now it is there.",
        ("Engineering", "Community"),
        "Two years of readings, free for everybody.",
        (
            "A student wrote to us in spring and asked for data. Here are two years of it. Tell me what you find!",
            "Forty sensors, a reading a minute, two years. If you teach statistics, your next exercise is here.",
        ),
        about=ItemAbout.COMMUNITY,
    ),
    DemoStory(
        "visitors-day",
        "Doors open on 12 December: come and hold a sensor",
        "One Saturday, four tours, soup at noon. Families welcome.",
        ("Community",),
        "Come by on 12 December. There will be soup.",
        (
            "I will be at the calibration bench all morning. Come and ask me the question you always had about"
            " thermometers.",
            "Bring your children. They ask the best questions, and there is soup.",
        ),
        picture=5,
        alt_text="A friendly landscape in warm colours",
        about=ItemAbout.COMMUNITY,
    ),
    DemoStory(
        "the-new-handheld",
        "The new handheld: smaller, and the battery lasts a week",
        "What changed, what it costs, and which customers asked for it.",
        ("Products",),
        "The new handheld is out: smaller, and its battery lasts a week.",
        (
            "I carried the old one for six years. This one fits into a jacket, and I charged it last Monday.",
            "Three customers told us the same thing about the old battery. We listened.",
        ),
        about=ItemAbout.PRODUCT,
        facts=("The battery lasts seven days at one reading a minute.", "It weighs 210 grams, 90 less than before."),
        limits=("the best on the market", "maintenance-free"),
    ),
    DemoStory(
        "thank-you-note",
        "A thought for Friday: who taught you the most this year?",
        "No link, no product. Name somebody who taught you something, and say what it was.",
        ("People",),
        "Who taught you the most this year?",
        (
            "This year it was Ben, who showed me that a measurement without its uncertainty is an opinion.",
            "Mine is our caretaker. He knows which machine is ill before any sensor does.",
        ),
        kind=ItemKind.TEXT,
        about=ItemAbout.PEOPLE,
    ),
)

AURORA = (
    DemoStory(
        "night-train-across-the-alps",
        "Night trains across the Alps: what a year of running them taught us",
        "Full on weekends, empty on Tuesdays, and quieter than we thought.",
        ("Travel", "Operations"),
        "A year of night trains across the Alps, in figures and stories.",
        (
            "Tuesday nights were empty until somebody asked the choirs. Now we have singing in coach four.",
            "I took it to my sister's wedding. Read why the compartments got quieter this year.",
            "What surprised me: people do not want it faster, they want breakfast later.",
        ),
        picture=4,
        alt_text="Golden fields under a wide sky",
    ),
    DemoStory(
        "repair-instead-of-replace",
        "Repair instead of replace: 41,000 seats saved",
        "Our workshop in Brno upholsters what others throw away.",
        ("Sustainability",),
        "41,000 seats repaired instead of replaced.",
        (
            "My desk is next to the workshop. It smells of glue and it makes me proud.",
            "41,000 seats. I sat on quite a few of them and did not notice, which is the point.",
        ),
        picture=1,
        alt_text="Hills in morning light, drawn in soft greens",
        about=ItemAbout.COMMUNITY,
    ),
    DemoStory(
        "bez-barier-na-peronie",
        "Peron bez barier: jak przebudowaliśmy 120 stacji",
        "Co zmieniły rozmowy z podróżnymi na wózkach i dlaczego zaczęliśmy od najmniejszych stacji.",
        ("Dostępność", "Kolej"),
        "120 stacji bez barier – i czego nauczyli nas podróżni.",
        (
            "Moja babcia pierwszy raz od lat pojechała sama do Krakowa. Warto przeczytać, jak do tego doszło.",
            "Zaczęliśmy od najmniejszych stacji. Zaskoczyło mnie, jak dużo zmienia jedna pochylnia.",
            "Najlepsze pomysły mieli podróżni, nie my. Oto, co z nich wynikło.",
        ),
        language="pl",
        picture=2,
        alt_text="Blade słońce nad wzgórzami",
        about=ItemAbout.COMMUNITY,
    ),
    DemoStory(
        "staz-ktory-zmienil-rozklad",
        "Staż, który zmienił rozkład jazdy",
        "Dwie stażystki znalazły w danych dwanaście minut, których nikt nie szukał.",
        ("Ludzie",),
        "Dwanaście minut znalezionych przez dwie stażystki.",
        (
            "Dwanaście minut! Od dziesięciu lat jeżdżę tą linią i nikt ich nie widział.",
            "Jeśli zastanawiasz się nad stażem: one przyszły na trzy miesiące i zostały.",
        ),
        language="pl",
        about=ItemAbout.JOB,
    ),
    DemoStory(
        "stazioni-che-tornano-a-vivere",
        "Stazioni che tornano a vivere: un anno con i comitati locali",
        "Una libreria, un forno e un doposcuola: che cosa succede quando si chiede a chi abita accanto ai binari.",
        ("Territorio", "Persone"),
        "Una libreria, un forno, un doposcuola: stazioni che tornano a vivere.",
        (
            "Nella stazione del mio paese adesso c'è un forno. Il treno delle 7.12 profuma di pane.",
            "La cosa che mi ha sorpreso: nessuno ha chiesto un bar, tutti hanno chiesto una panchina all'ombra.",
            "Abbiamo smesso di indovinare e abbiamo cominciato a chiedere. Ecco com'è andata.",
        ),
        language="it",
        picture=5,
        alt_text="Un paesaggio dai colori caldi",
        about=ItemAbout.COMMUNITY,
    ),
    DemoStory(
        "la-manutenzione-raccontata-dai-meccanici",
        "La manutenzione raccontata da chi la fa",
        "Quattro meccanici, quattro turni e un solo consiglio: ascoltare i freni.",
        ("Operazioni",),
        "Quattro meccanici raccontano la manutenzione.",
        (
            "Mio padre faceva lo stesso mestiere. Lui ascoltava i freni, io leggo i dati: servono tutti e due.",
            "Se pensate che la manutenzione sia noiosa, leggete la storia del turno di notte.",
        ),
        language="it",
        about=ItemAbout.PEOPLE,
    ),
    DemoStory(
        "tihie-vagony",
        "Тихие вагоны: что изменили пассажиры",
        "Полгода опыта: меньше объявлений, больше доверия и одна неожиданная просьба.",
        ("Пассажиры", "Сервис"),
        "Тихие вагоны: полгода опыта.",
        (
            "Я ездила в таком вагоне всю осень. Никто не шептал нарочно, просто стало спокойно.",
            "Неожиданнее всего оказалась просьба детей. Прочитайте, о чём они попросили.",
            "Мы убрали половину объявлений, и ничего не случилось. А что можно убрать у вас?",
        ),
        language="ru",
        picture=3,
        alt_text="Вечерние холмы в синих тонах",
    ),
    DemoStory(
        "kak-my-uchim-dispetcherov",
        "Как мы учим диспетчеров: ошибки без страха",
        "Учебный пульт, на котором можно ошибаться каждый день.",
        ("Обучение",),
        "Пульт, на котором можно ошибаться.",
        (
            "На этом пульте я ошибся сорок раз. На настоящем пока ни разу.",
            "Хорошее обучение начинается с вопроса «что пошло не так?», а не «кто виноват?».",
        ),
        language="ru",
        about=ItemAbout.PEOPLE,
    ),
    DemoStory(
        "green-power-for-trains",
        "让列车用上绿电：第一年的经验",
        "从一条支线开始，到全年百分之六十三的绿电比例，我们走过的弯路都写在这里。",
        ("可持续", "运营"),
        "第一年：百分之六十三的绿电。",
        (
            "最让我意外的是，节省最多的不是设备，而是司机师傅们自己总结的滑行方法。",
            "从一条支线做起，比写十份方案更有说服力。走过的弯路也都写出来了，值得一看。",
            "我每天坐这条线上班，现在知道它用的是哪里的风了。",
        ),
        language="zh-hans",
        picture=1,
        alt_text="晨光中的绿色山丘",
    ),
    DemoStory(
        "listening-to-passengers",
        "听乘客说：一千封来信之后的十个改变",
        "我们读完了去年收到的每一封信，这里是真正落地的十件事。",
        ("乘客",),
        "一千封来信，十个改变。",
        (
            "第七个改变是我妈妈提的，她自己还不知道。",
            "读信的时候我才发现，大家要的其实很简单：一个准确的时间，一句实在的话。",
        ),
        language="zh-hans",
    ),
)
