"""/export: files of found posts, made beside the handlers."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot import exports
from bot.exports import Export, ExportTooLargeError
from bot.i18n import translator
from monitor import jsonl
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel
from monitor.topics import StandingTopics
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
EVIL = ['=HYPERLINK("http://evil") Баку', "+1 Баку", "-1 Баку", "@SUM(1) Баку", "\t=1 Баку", "＝1 Баку", "\n=1 Баку"]


async def fill(sessions: Sessions, texts: list[str]) -> None:
    posts = [IncomingPost(10, n, NOW - timedelta(minutes=n), text, views=n) for n, text in enumerate(texts, 1)]
    async with sessions.begin() as session:
        session.add(Channel(id=10, username="news", title="News", added_at=NOW))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)


async def exported(telegram: ScriptedTelegram, reader: Chat, form: str) -> tuple[str, bytes]:
    (asked,) = await reader.say("/export Баку")
    await reader.press(asked.buttons()[form])
    sent = await telegram.until_asked("sendDocument", len(telegram.of("sendDocument")) + 1)
    ((name, content),) = sent.files
    return name, content


async def test_posts_come_as_csv_that_runs_no_formula(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions, [*EVIL, 'Баку, "кавычки"\nи строка'])
    name, content = await exported(telegram, reader, "CSV")
    assert name == "dozor-2025-07-01-Баку.csv"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == ["channel", "id", "date", "text", "views", "link"]
    assert [row[3] for row in rows] == [*(f"'{text}" for text in EVIL), 'Баку, "кавычки"\nи строка']
    assert rows[-1][4:] == ["8", "https://t.me/news/8"]


async def test_posts_come_as_json_lines_that_can_be_imported(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions, EVIL)
    name, content = await exported(telegram, reader, "JSONL")
    assert name.endswith(".jsonl")
    assert [line.text for line in jsonl.read(content.splitlines())] == EVIL
    assert json.loads(content.splitlines()[0])["views"] == 1


async def test_posts_come_as_a_workbook_without_formulas(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions, [*EVIL, "Баку https://example.org \x02"])
    name, content = await exported(telegram, reader, "XLSX")
    assert name.endswith(".xlsx")
    with ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        texts = re.findall(r"<t[^>]*>([^<]*)</t>", sheet)
        assert "=HYPERLINK(&quot;http://evil&quot;) Баку".replace("&quot;", '"') in [
            text.replace("&quot;", '"') for text in texts
        ]
        assert sheet.count("<row ") == len(EVIL) + 2


async def test_the_message_tells_of_the_end_and_of_nothing_found(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions, ["Баку"] * 3)
    await exported(telegram, reader, "CSV")
    last = await telegram.until_asked("editMessageText", 2)
    assert last.text.endswith(f"✅ {EN('search-count', count=3)}")
    (asked,) = await reader.say("/export динозавр")
    await reader.press(asked.buttons()["CSV"])
    last = await telegram.until_asked("editMessageText", 4)
    assert last.text == EN("search-nothing", query="динозавр")
    assert len(telegram.of("sendDocument")) == 1
    (usage,) = await reader.say("/export")
    assert usage.text == EN("export-usage")


@pytest.mark.parametrize("query", ["Баку", "/бак[уи]/"])
async def test_every_post_is_exported_once_however_many_pages_there_are(
    sessions: Sessions, tmp_path: Path, query: str
) -> None:
    await fill(sessions, [f"Баку {number}" for number in range(250)])
    told: list[tuple[int, int | None]] = []

    async def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    ticks = iter(range(0, 1000, 4))
    path, count = await Export(query, "jsonl", NOW).write(sessions, tmp_path, tell, clock=lambda: next(ticks))
    texts = [json.loads(line)["text"] for line in path.read_text().splitlines()]
    assert texts == [f"Баку {number}" for number in range(250)]
    assert count == 250
    assert [done for done, _ in told] == [100, 200, 250]
    assert {total for _, total in told} == {250 if query == "Баку" else None}


async def test_a_large_file_is_packed_and_one_that_stays_too_large_is_refused(
    sqlite_sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sqlite_sessions, ["Баку " + "а" * 1000] * 20)

    async def tell(done: int, total: int | None) -> None:
        pass

    monkeypatch.setattr(exports, "UPLOAD_LIMIT", 5_000)
    path, _ = await Export("Баку", "csv", NOW).write(sqlite_sessions, tmp_path, tell)
    assert path.name.endswith(".csv.zip")
    monkeypatch.setattr(exports, "UPLOAD_LIMIT", 50)
    with pytest.raises(ExportTooLargeError):
        await Export("Баку", "csv", NOW).write(sqlite_sessions, tmp_path, tell)


async def test_an_export_that_the_end_of_the_program_interrupts_says_so(
    running: Running, sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(sqlite_sessions, ["Баку"])
    monkeypatch.setattr("bot.workshop.PATIENCE_S", 0.01)
    async with running() as telegram:
        telegram.hold("sendDocument")
        reader = Chat(telegram)
        (asked,) = await reader.say("/export Баку")
        await reader.press(asked.buttons()["CSV"])
        await telegram.until_asked("sendDocument")
    assert telegram.of("editMessageText")[-1].text == EN("export-interrupted")
