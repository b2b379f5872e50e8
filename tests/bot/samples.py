"""Something to fill every sentence and every view with. A test says what is missing here.

Names and texts are Cyrillic, so that a Latin word in a Russian or Ukrainian message can only be one that nobody translated.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from aiogram.types import User

from bot import views
from bot.callbacks import DrawStats
from bot.i18n import Translator
from bot.timings import Timing
from bot.topic_callbacks import Tab
from bot.views import Rendered, Shown
from bot.views.inline import share_card
from monitor.awaiting import Wanted
from monitor.coverage import Covered
from monitor.dead_letters import DeadLetter
from monitor.estimates import Estimate
from monitor.health import Health, People, Queue
from monitor.messages import Shared
from monitor.models import (
    Account,
    AdminAction,
    Broadcast,
    Channel,
    Delivery,
    DeliveryKind,
    DigestEvery,
    Editor,
    History,
    Invite,
    Member,
    Mode,
    Post,
    Search,
    Standing,
    Subscriber,
    Subscription,
    Theme,
    Topic,
    Translation,
)
from monitor.search import FoundPost, Page
from monitor.suggestions import How, Suggestion
from monitor.trends import Rising
from monitor.volume import Volume

MOMENT = datetime(2025, 7, 1, 9, 5, tzinfo=UTC)
WORDS = "посольство Баку"
LONG = "Чрезвычайное происшествие на железной дороге Баку – Тбилиси – Карс " * 2  # as long as names may be

ARGUMENTS: dict[str, list[str | int]] = {
    "version": ["0019"],
    "pid": ["4711"],
    "newest": ["0018"],
    "active": [1200],
    "byte": [123456],
    "channel": ["@novosti"],
    "command": ["watch"],
    "count": [1, 2, 5, 21, 1000],
    "names": ["@ostorozhno, @o_n"],
    "dead": [2],
    "due": [3],
    "days": [1, 3, 30, 21],
    "host": ["127.0.0.1"],
    "hours": [14],
    "port": ["8080"],
    "depth": ["30"],
    "done": [1200],
    "found": [12],
    "gone": [3],
    "later": [40],
    "new": [21],
    "folder": ["/srv"],
    "language": ["русский"],
    "limit": [200],
    "line": [7],
    "name": ["@novosti"],
    "number": [2],
    "origin": ["Новости"],
    "orphans": [0, 2],
    "path": ["/srv/key.pem"],
    "position": [7],
    "pushed": [1000],
    "room": [500],
    "seconds": [90],
    "query": [WORDS],
    "target": ["@novosti"],
    "times": [8],
    "title": ["Осторожно, новости"],
    "topic": [WORDS],
    "zone": ["UTC"],
    "time": ["12:00"],
    "begin": ["23:00"],
    "end": ["07:00"],
    "total": [2001],
    "usual": [12],
    "what": ["Не получилось"],
    "where": ["7"],
    "worst": [480],
    "words": [WORDS],
}
"""Values for each argument of the sentences; an argument that only chooses among words needs none."""


def channel(title: str = "Осторожно, новости", username: str | None = "novosti") -> Channel:
    return Channel(id=10, username=username, title=title, added_at=MOMENT, cursor=0, top=0, pushed=0, found=0)


def post(text: str = "Взрыв в Баку", **fields: object) -> Post:
    known = {
        "id": 1,
        "message_id": 5,
        "date": MOMENT,
        "media": [],
        "forward": None,
        "edited_at": None,
        "entities": [],
        "stored_at": MOMENT,
        "album_id": fields.get("id", 1),
    }
    return Post(**{**known, **fields}, text=text)


def covered(**fields: object) -> Covered:
    known = {"cursor": 0, "top": 0, "pushed": 17, "found": 4}
    return Covered(
        Channel(**{"id": 10, "username": "novosti", "title": "Осторожно, новости", **known, **fields}),
        MOMENT,
        "main",
        history=History(),
    )


def topic(name: str = WORDS, number: int = 1) -> Topic:
    return Topic(id=number, name=name, query=name)


def shown(
    text: str = "Взрыв в Баку", channel_title: str = "Осторожно, новости", name: str = WORDS, **fields: object
) -> Shown:
    return Shown(post(text, **fields), channel(channel_title), [(0, 5)], [topic(name)])


def changed(text: str = "Взрыв в Баку", number: int = 1) -> Shown:
    """One that was edited, no longer matches, and was deleted."""
    one = shown(text, edited_at=MOMENT + timedelta(minutes=5), deleted_at=MOMENT + timedelta(minutes=14), id=number)
    return replace(
        one, topics=[], spans=[], since=views.Since(text[:-9] + "тревога", matches=False, repeats=repeats(2))
    )


def kept(query: str = WORDS, number: int = 1, filters: dict[str, str] | None = None) -> Search:
    return Search(id=number, query=query, filters=filters or {})


def member(standing: Standing, name: str = "Лейла") -> Member:
    return Member(user_id=7, name=name, standing=standing)


def editor(user: int, name: str) -> Editor:
    return Editor(chat_id=-100500, user_id=user, name=name)


def whole(**fields: object) -> Health:
    known: dict[str, object] = {"accounts": [], "channels": 1, "orphans": 0, "pushed": 0, "found": 0}
    calm = {"queue": Queue(0, 0, None, 0), "people": People(1, 0, 0, 0)}
    return Health(**{**known, **calm, **fields})  # type: ignore[arg-type]


def account(name: str = "7", problem: str | None = None) -> Account:
    return Account(name=name, seen_at=MOMENT, problem=problem, room=500)


def letter(
    number: int, error: str | None = "429", kind: DeliveryKind = DeliveryKind.ALERT, title: str = "Осторожно, новости"
) -> DeadLetter:
    notice = {"key": "hint", "params": {}} if kind == DeliveryKind.NOTICE else None
    delivery = Delivery(id=number, error=error, settled_at=MOMENT, kind=kind, notice=notice)
    about = (post(LONG), channel(title)) if kind in (DeliveryKind.ALERT, DeliveryKind.UPDATE) else (None, None)
    return DeadLetter(delivery, Subscriber(chat_id=-1001234567890), *about)


def action(name: str, person: int | None = None, **details: object) -> AdminAction:
    return AdminAction(admin_id=1, action=name, person_id=person, details=details, done_at=MOMENT)


def told(text: str = "Сегодня вечером перерыв") -> Broadcast:
    bold = [{"type": "bold", "offset": 0, "length": 7}]
    return Broadcast(id=5, text=text, entities=bold)


BUSY = Health(
    [(account(), 120), (account("8", "session_revoked"), 3), (account("9", "77"), 0)],
    channels=1200,
    orphans=2,
    pushed=100_000,
    found=321,
    queue=Queue(12_000, 40, MOMENT, 1500),
    people=People(1200, 3, 21, 1500),
)
SLOW = [Timing("7.7", 120, 480), Timing("8.8", 1, 2)]


def invite(uses: int = 10, used: int = 3) -> Invite:
    return Invite(code="0123456789012345", uses=uses, used=used, made_by=1, made_at=MOMENT, ends_at=MOMENT)


def page(count: int, following: int | None = None, language: str | None = None) -> Page:
    return Page([FoundPost(post(language=language), channel(), [(0, 5)]) for _ in range(count)], following)


def gatherer(every: DigestEvery, **fields: object) -> Subscriber:
    days = {"digest_minute": 540, "digest_days": 127, "rich_digests": False}
    return Subscriber(digest_every=every, digest_at=MOMENT, timezone="UTC", **days | fields)


def subscription(**fields: object) -> Subscription:
    known = {"subscriber_id": 1, "topic_id": 1, "mode": Mode.INSTANT, "paused": False, "priority": False}
    return Subscription(**{**known, **fields})


def estimate(*days: int, examples: int = 3, is_exact: bool = True, is_least: bool = False) -> Estimate:
    found = tuple(FoundPost(post(id=number), channel(), [(0, 5)]) for number in range(1, examples + 1))
    return Estimate(days, is_exact, is_least, found)


PUBLIC = Topic(
    id=10**9,
    name="Посольства",
    emoji="🏛",
    description="Что происходит в посольствах",
    query="посольство | консульство | амбасада",
    queries={"ru": "посольство | консульство", "uk": "амбасада"},
)
WIDE, NARROW = estimate(*range(30, 60)), estimate(*[0] * 29, 1, examples=1)
NOISE = Suggestion(How.WITHOUT, "подписаться", "", 800)
MORE = [
    Suggestion(How.NAME, "Ибрагимов", "", 21),
    Suggestion(How.PREFIX, "арест", "", 3),
    Suggestion(How.DROP, "ы" * 40, "", 2),
]


def volume(*, cut: bool = False) -> Volume:
    return Volume([date(2025, 7, 1), date(2025, 7, 2)], [("Новости", [2, 3]), (None, [0, 16])], cut)


FILTERS = {"channel": "novosti", "language": "uk", "period": "365d", "media": "photo|video"}


def retold(channels: int, text: str = WORDS, title: str = "Новости", **fields: object) -> Shared:
    """A story that so many channels have told."""
    return Shared(post(text, album_id=10**12, **fields), channels, (post(), channel(title)))


def repeats(count: int) -> list[views.Repeat]:
    """By so many channels, the first of them before the post itself."""
    return [
        views.Repeat(
            post(id=100 + n, message_id=n, date=MOMENT + timedelta(minutes=n - 2)),
            Channel(id=100 + n, username=f"k{n}", title=f"Канал {n}"),
        )
        for n in range(1, count + 1)
    ]


VIEWS: dict[str, list[Callable[[Translator], Rendered]]] = {
    "actions": [
        lambda l10n: views.actions([], l10n),
        lambda l10n: views.actions(
            [
                action("admitted", 7),
                action("declined", 7),
                action("invited", uses=10),
                action("invite_ended"),
                action("resent", count=2),
                action("broadcast"),
                action("watch", target="@novosti"),
                action("unwatch", target="@novosti"),
                action("published", target="Баку", query="баку"),
                action("removed", target="Баку"),
                action("restored", target="Баку"),
                action("put_first", target="Баку"),
                action("renamed", old="Баку", new="🔥 Баку"),
                action("described", target="Баку", old=None, new="Город"),
                action("rewritten", target="Баку", old="баку", new="баку | бакинский"),
            ],
            l10n,
        ),
        lambda l10n: views.actions([action("rewritten", target=LONG, old=LONG, new=LONG)] * 20, l10n),
    ],
    "broadcast": [lambda l10n: views.broadcast({"text": told().text, "entities": told().entities})],
    "broadcast_preview": [
        lambda l10n: views.broadcast_preview(told(), 1, l10n),
        lambda l10n: views.broadcast_preview(told(LONG * 26), 123_456, l10n),
    ],
    "dead_letters": [
        lambda l10n: views.dead_letters([], l10n),
        lambda l10n: views.dead_letters(
            [
                *(letter(5, kind=kind) for kind in (DeliveryKind.ALERT, DeliveryKind.UPDATE, DeliveryKind.DIGEST)),
                letter(10**9, None),
                letter(6, LONG * 9, title=LONG),
            ],
            l10n,
        ),
    ],
    "health": [
        lambda l10n: views.health(whole(), [], MOMENT, l10n),
        lambda l10n: views.health(BUSY, SLOW, MOMENT + timedelta(seconds=90), l10n),
    ],
    "people": [
        lambda l10n: views.people([], [], l10n),
        lambda l10n: views.people(
            [member(Standing.ASKED)], [member(Standing.ADMITTED), member(Standing.ADMITTED, LONG)], l10n
        ),
    ],
    "admission": [lambda l10n, standing=standing: views.admission(member(standing), l10n) for standing in Standing],
    "alert": [
        lambda l10n: views.alert(post(), channel(), [(0, 5)], [topic()], l10n),
        lambda l10n: views.alert(
            post(media=["photo"], edited_at=MOMENT, forward={"name": "Новости"}), channel(), [], [topic(LONG)] * 7, l10n
        ),
        lambda l10n: views.alert(
            post(media=["video", "file", "poll"], forward={}), channel(username=None), [], [], l10n
        ),
        lambda l10n: views.alert(post("", media=["photo"]), channel(LONG), [], [topic()], l10n, album=3),
        lambda l10n: views.alert(post(language="kk"), channel(), [], [topic()], l10n, translatable=True),
        lambda l10n: views.alert(
            post(media=["photo"]), channel(username=None), [], [topic()], l10n, album=3, hidden=True
        ),
        lambda l10n: views.alert(post(), channel(), [(0, 5)], [topic()], l10n, again=True),
        lambda l10n: views.alert(
            post(edited_at=MOMENT, deleted_at=MOMENT + timedelta(minutes=14)),
            channel(),
            [(0, 5)],
            [topic()],
            l10n,
            since=views.Since("Взрыв на рынке в Баку", matches=False, repeats=repeats(3)),
        ),
        lambda l10n: views.alert(
            post("слово " * 700 + "эвакуация", edited_at=MOMENT),
            channel(),
            [],
            [],
            l10n,
            since=views.Since("слово " * 700),
        ),
        lambda l10n: views.alert(
            post(edited_at=MOMENT), channel(), [], [], l10n, since=views.Since("Музей маяка закрыт на ремонт")
        ),
        lambda l10n: views.alert(
            post(deleted_at=MOMENT + timedelta(days=3)), channel(), [], [], l10n, since=views.Since(repeats=repeats(40))
        ),
        lambda l10n: views.alert(post(deleted_at=MOMENT + timedelta(hours=5)), channel(), [], [], l10n),
    ],
    "channels": [
        lambda l10n: views.channels([], l10n),
        lambda l10n: views.channels([covered()], l10n),
        lambda l10n: views.channels([covered(), Covered(channel(LONG))], l10n, muted={covered().channel.id}),
        lambda l10n: views.channels([Covered(channel(LONG), MOMENT)] * 200, l10n),
        lambda l10n: views.channels(
            [covered(aliases=["ostorozhno", "o_n"]), covered(top=5, silent_since=MOMENT), Covered(channel())],
            l10n,
            details=True,
        ),
        lambda l10n: views.channels([Covered(channel(LONG), MOMENT, "main", polled=True)] * 200, l10n, details=True),
    ],
    "cheat_sheet": [views.cheat_sheet],
    "editors": [
        lambda l10n: views.editors([], l10n),
        lambda l10n: views.editors([editor(7, "Лейла"), editor(10**12, LONG)], l10n),
    ],
    "export_formats": [lambda l10n: views.export_formats(kept(), l10n)],
    "exported": [
        lambda l10n: views.exported(WORDS, 0, False, l10n),
        lambda l10n: views.exported(WORDS, 21, False, l10n),
        lambda l10n: views.exported(LONG * 7, 100_000, True, l10n),
    ],
    "exporting": [
        lambda l10n: views.exporting(WORDS, 1200, None, l10n),
        lambda l10n: views.exporting(LONG * 7, 1200, 5400, l10n),
    ],
    "feed": [
        lambda l10n: views.feed(topic(LONG), None, l10n),
        lambda l10n: views.feed(topic(), "https://example.org/feeds/secret.atom", l10n),
    ],
    "feeds": [lambda l10n: views.feeds([], l10n), lambda l10n: views.feeds([topic(), topic(LONG, 10**9)], l10n)],
    "decided": [
        lambda l10n: views.decided(member(Standing.ADMITTED), l10n),
        lambda l10n: views.decided(member(Standing.DECLINED, LONG), l10n),
    ],
    "forgetting": [views.forgetting],
    "invited": [lambda l10n: views.invited(invite(), "https://t.me/dozor_bot?start=i_0123456789012345", l10n)],
    "invites": [
        lambda l10n: views.invites([], l10n),
        lambda l10n: views.invites([invite(1, 0), invite()], l10n),
        lambda l10n: views.invites([invite()] * 60, l10n),
    ],
    "join_request": [
        lambda l10n: views.join_request({"name": "Лейла", "user": 7}, l10n),
        lambda l10n: views.join_request({"name": LONG, "user": 10**12}, l10n),
    ],
    "joined": [
        lambda l10n: views.joined([shown(), shown("Взрыв в Баку " * 100, LONG)] * 2, l10n),
        lambda l10n: views.joined([shown("Взрыв в Баку " * 100, LONG, LONG)] * 20, l10n, again=True),
        lambda l10n: views.joined([shown(), changed(), changed("Взрыв в Баку " * 30 + "эвакуация")], l10n),
    ],
    "digest_since": [
        lambda l10n: views.digest_since([shown(), changed("Взрыв в Баку " * 30 + "эвакуация")], l10n),
        lambda l10n: views.digest_since([changed("Взрыв в Баку " * 100 + "эвакуация", n) for n in range(60)], l10n),
    ],
    "digest": [
        lambda l10n: views.digest([shown(), shown("Взрыв в Баку " * 100, LONG, id=2)], l10n)[0],
        lambda l10n: views.digest(
            [shown("Взрыв в Баку " * 100, LONG, LONG, id=n) for n in range(60)], l10n, again=True
        )[0],
        lambda l10n: views.digest([*(shown(id=n, story_id=1) for n in range(1, 6)), shown(id=9)], l10n)[0],
    ],
    "gathering": [
        lambda l10n: views.gathering(Subscriber(digest_at=None, timezone="UTC"), l10n),
        lambda l10n: views.gathering(Subscriber(digest_at=None, rich_digests=True, timezone="UTC"), l10n),
        lambda l10n: views.gathering(Subscriber(digest_at=MOMENT, timezone="UTC"), l10n),
        lambda l10n: views.gathering(gatherer(DigestEvery.HOURLY), l10n),
        lambda l10n: views.gathering(gatherer(DigestEvery.DAILY, rich_digests=True), l10n),
        lambda l10n: views.gathering(gatherer(DigestEvery.WEEKLY, digest_days=9), l10n),
    ],
    "quiet": [
        lambda l10n: views.quiet(Subscriber(quiet_from=None, quiet_to=None), l10n),
        lambda l10n: views.quiet(Subscriber(quiet_from=1380, quiet_to=420, timezone="UTC"), l10n),
    ],
    "snoozed": [
        lambda l10n: views.snoozed(Subscriber(snoozed_until=None), MOMENT, l10n),
        lambda l10n: views.snoozed(Subscriber(snoozed_until=MOMENT + timedelta(hours=2)), MOMENT, l10n),
    ],
    "languages": [views.languages],
    "mistake": [lambda l10n: views.mistake(l10n("error-query_syntax", reason="empty", position=1), '"взрыв', 0)],
    "notice": [
        lambda l10n: views.notice("watch_joined", {"title": "Новости"}, l10n),
        lambda l10n: views.notice("channel_private", {}, l10n),
        lambda l10n: views.notice("nobody knows this", {}, l10n),
    ],
    "pictures": [lambda l10n: views.pictures(post(), channel(), l10n)],
    "results": [
        lambda l10n: views.results(page(0), kept(), 1, l10n),
        lambda l10n: views.results(page(0), kept(filters=FILTERS), 1, l10n),
        lambda l10n: views.results(page(0, 77), kept(), 1, l10n),
        lambda l10n: views.results(page(2, 77), kept(), 1, l10n, 1001),
        lambda l10n: views.results(page(5, language="kk"), kept(), 1, l10n, 5, translatable=True),
        lambda l10n: views.results(page(5, 77), kept(LONG * 7, 10**9, FILTERS), 10**6, l10n),
    ],
    "sentence": [lambda l10n: views.sentence("start", {}, l10n), lambda l10n: views.sentence("help-admin", {}, l10n)],
    "share_card": [
        lambda l10n: share_card(FoundPost(post(media=["photo"]), channel(), [(0, 5)]), l10n),
        lambda l10n: share_card(FoundPost(post(LONG * 20), channel(LONG, None), []), l10n),
    ],
    "asking": [
        lambda l10n: views.asking(Wanted.NAME, topic(), l10n),
        lambda l10n: views.asking(Wanted.QUERY, PUBLIC, l10n),
        lambda l10n: views.asking(Wanted.DESCRIPTION, PUBLIC, l10n),
        lambda l10n: views.asking(Wanted.FIND, None, l10n),
        lambda l10n: views.asking(Wanted.PUBLISH, None, l10n),
    ],
    "asking_in_group": [
        lambda l10n: views.asking_in_group(Wanted.QUERY, topic(), User(id=7, is_bot=False, first_name="Лейла"), l10n)
    ],
    "channel_picker": [
        lambda l10n: views.channel_picker(subscription(), [channel(LONG)] * 20, 2, l10n),
        lambda l10n: views.channel_picker(subscription(channels=["10"]), [channel()], 1, l10n),
    ],
    "language_picker": [
        lambda l10n: views.language_picker(subscription(), ["uk", "ru", "be"], l10n),
        lambda l10n: views.language_picker(subscription(languages=["bg"]), ["uk"], l10n),
    ],
    "proposal": [
        lambda l10n: views.proposal(WORDS, 1, estimate(0, examples=0), [], l10n),
        lambda l10n: views.proposal(WORDS, 10**9, WIDE, [NOISE], l10n, before=10**9),
        lambda l10n: views.proposal(WORDS, 10**9, NARROW, MORE, l10n),
        lambda l10n: views.proposal(LONG * 7, 1, estimate(400, 500, is_least=True), [], l10n),
        lambda l10n: views.proposal(WORDS, 1, estimate(3, 0, 7, 21, is_exact=False), [], l10n),
        lambda l10n: views.proposal(WORDS, 1, estimate(5), [], l10n),
        lambda l10n: views.proposal("Баку, Ибрагимов", 1, estimate(5), [], l10n),
        lambda l10n: views.proposal(WORDS, 1, estimate(0, examples=0), [], l10n, unwatched=["@novostii"]),
    ],
    "subscribed": [
        lambda l10n: views.subscribed(topic(), l10n, new=True),
        lambda l10n: views.subscribed(topic(LONG), l10n, new=False),
        lambda l10n: views.subscribed(PUBLIC, l10n, new=True, known=NARROW),
        lambda l10n: views.subscribed(topic(), l10n, new=True, unwatched=["@novostii", "@nobody"]),
    ],
    "ended": [lambda l10n: views.ended(topic(), l10n)],
    "removed": [lambda l10n: views.removed(PUBLIC, l10n)],
    "share": [lambda l10n: views.share(PUBLIC, "https://t.me/dozor_bot?start=t1", l10n)],
    "start": [
        lambda l10n: views.start([], l10n),
        lambda l10n: views.start([PUBLIC, topic(LONG, 10**9), topic()], l10n),
    ],
    "topic_card": [
        lambda l10n: views.topic_card(topic(), subscription(), l10n, is_owner=True),
        lambda l10n: views.topic_card(
            PUBLIC,
            subscription(paused=True, priority=True, channels=["1", "2"], languages=["ru", "uk"]),
            l10n,
            is_admin=True,
            headline=l10n("topic-saved"),
        ),
        lambda l10n: views.topic_card(PUBLIC, None, l10n, known=NARROW),
        lambda l10n: views.topic_card(topic(LONG), subscription(mode=Mode.DIGEST, languages=["uk"]), l10n, known=WIDE),
        lambda l10n: views.topic_card(topic(), subscription(mode=Mode.SILENT, channels=["1"]), l10n),
        lambda l10n: views.topic_card(topic(), subscription(hourly_limit=6), l10n),
        lambda l10n: views.topic_card(topic(), subscription(), l10n, is_owner=True, muted=MOMENT),
    ],
    "shared": [
        lambda l10n: views.shared([], l10n),
        lambda l10n: views.shared([retold(2), retold(5, "", media=["photo"])], l10n),
        lambda l10n: views.shared([retold(2, LONG * 3, LONG)] * 21, l10n),
    ],
    "showing": [lambda l10n: views.showing(True, l10n), lambda l10n: views.showing(False, l10n)],
    "telling": [lambda l10n: views.telling(True, l10n), lambda l10n: views.telling(False, l10n)],
    "timeline": [
        lambda l10n: views.timeline(repeats(1), l10n),
        lambda l10n: views.timeline(
            [
                *repeats(2),
                views.Repeat(post(forward={"name": "Новости"}, edited_at=MOMENT, deleted_at=MOMENT), channel()),
                views.Repeat(post(forward={}), channel(LONG)),
            ],
            l10n,
        ),
        lambda l10n: views.timeline(repeats(200), l10n),
        lambda l10n: views.timeline(repeats(1), l10n, repeats(3)[1:]),
    ],
    "topic_list": [
        lambda l10n: views.topic_list([], Tab.MINE, 1, l10n, MOMENT),
        lambda l10n: views.topic_list([], Tab.PUBLIC, 1, l10n, MOMENT, is_admin=True),
        lambda l10n: views.topic_list([(subscription(), topic(LONG, 10**9))] * 20, Tab.MINE, 2, l10n, MOMENT),
        lambda l10n: views.topic_list(
            [(None, PUBLIC), (subscription(paused=True), topic())], Tab.PUBLIC, 9, l10n, MOMENT
        ),
        lambda l10n: views.topic_list(
            [(subscription(muted_until=MOMENT + timedelta(hours=1)), topic())], Tab.MINE, 1, l10n, MOMENT
        ),
    ],
    "topics_found": [
        lambda l10n: views.topics_found([], WORDS, l10n, MOMENT),
        lambda l10n: views.topics_found([(None, PUBLIC)], LONG, l10n, MOMENT, is_admin=True),
    ],
    "stats_caption": [
        lambda l10n: views.stats_caption(volume(), WORDS, DrawStats(search=1), Theme.LIGHT, l10n),
        lambda l10n: views.stats_caption(volume(cut=True), LONG, DrawStats(topic=10**9), Theme.DARK, l10n),
    ],
    "stats_topics": [
        lambda l10n: views.stats_topics([], l10n),
        lambda l10n: views.stats_topics([topic(), topic(LONG, 10**9)], l10n),
    ],
    "translation": [
        lambda l10n: views.translation(
            post(language="uk"), channel(), Translation(text="Взрыв в Баку", post_id=1, language="ru"), l10n
        ),
        lambda l10n: views.translation(
            post(LONG * 50, language="uk"), channel(LONG), Translation(text=LONG * 50, post_id=1, language="ru"), l10n
        ),
    ],
    "trends": [
        lambda l10n: views.trends(None, l10n),
        lambda l10n: views.trends([], l10n),
        lambda l10n: views.trends([Rising("Ибрагимов", 34, 12.4), Rising("а" * 60, 1, 3.0)] * 5, l10n),
    ],
    "unsubscribing": [
        lambda l10n: views.unsubscribing([], l10n),
        lambda l10n: views.unsubscribing([topic(), topic(LONG, 10**9)], l10n),
    ],
    "welcome": [views.welcome],
}
"""Every function of `bot.views` that makes a message, called in every way that looks different."""
