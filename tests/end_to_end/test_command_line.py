import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

POSTS = [
    {"channel": "a", "id": 1, "date": "2025-07-24T10:00:00+00:00", "text": "🔥 Ибрагимова лишили гражданства"},
    {"channel": "a", "id": 2, "date": "2025-07-24T11:00:00+00:00", "text": "Погода в Сочи"},
]


def dozor(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)


def lines(posts: list[dict[str, object]]) -> str:
    return "".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts)


def test_explain_says_for_each_post_whether_and_where() -> None:
    ran = dozor("explain", "ибрагимов гражданство", "--json", stdin=lines(POSTS))
    first, second = map(json.loads, ran.stdout.splitlines())
    text = str(POSTS[0]["text"])
    assert (first["channel"], first["id"], first["matched"]) == ("a", 1, True)
    assert [text[start:end] for start, end in first["spans"]] == ["Ибрагимова", "гражданства"]
    assert second == {"channel": "a", "id": 2, "matched": False, "spans": []}


def test_a_wrong_query_is_one_sentence_and_exit_code_one() -> None:
    ran = dozor("explain", '"незакрытая', stdin="")
    assert ran.returncode == 1
    assert "quote" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_wrong_line_is_named_by_its_number() -> None:
    ran = dozor("explain", "погода", stdin=lines(POSTS) + "not json\n")
    assert ran.returncode == 1
    assert "Line 3" in ran.stderr


def test_wrong_usage_is_exit_code_two() -> None:
    assert dozor("dance").returncode == 2
    assert dozor().returncode == 2


def test_what_was_imported_is_searched_and_exported_once(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "archive.db"}"\n')
    posts = tmp_path / "posts.jsonl"
    posts.write_text(lines(POSTS), encoding="utf-8")
    assert "2 new" in dozor("import", str(posts), "--config", str(config)).stdout
    assert "2 known already" in dozor("import", str(posts), "--config", str(config)).stdout
    found = dozor("search", "гражданство", "--json", "--config", str(config)).stdout.splitlines()
    assert [json.loads(line)["id"] for line in found] == [1]
    exported = dozor("export", "сочи", "--format", "csv", "--config", str(config)).stdout.splitlines()
    assert exported[0].startswith("channel,id,date")
    assert "Погода в Сочи" in exported[1]
    book = tmp_path / "posts.xlsx"
    wanted = ("export", "сочи", "--format", "xlsx", "--config", str(config))
    assert dozor(*wanted, "--output", str(book)).stdout == ""
    piped = subprocess.run([sys.executable, "-m", "bot", *wanted], capture_output=True, timeout=60).stdout
    for workbook in (book.read_bytes(), piped):
        with ZipFile(BytesIO(workbook)) as parts:
            assert "Погода в Сочи" in parts.read("xl/worksheets/sheet1.xml").decode()
    refused = dozor(*wanted, "--output", str(tmp_path / "no" / "posts.xlsx"))
    assert (refused.returncode, "cannot be written" in refused.stderr) == (1, True)


def test_a_telegram_desktop_export_is_known_by_what_it_holds(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "archive.db"}"\n')
    export = tmp_path / "posts.jsonl"
    export.write_bytes((Path(__file__).parents[1] / "data" / "channel_export.json").read_bytes())
    said = dozor("import", str(export), "--config", str(config)).stdout
    assert (
        "9 new, 0 edited, 0 known already; left out: 1 service messages, 1 messages that Telegram Desktop does not show"
        in said
    )
    found = dozor("search", "порт", "--json", "--config", str(config)).stdout.splitlines()
    assert [json.loads(line)["id"] for line in found] == [4]


def test_an_export_that_breaks_off_is_stored_up_to_there_and_fails(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "archive.db"}"\n')
    data = (Path(__file__).parents[1] / "data" / "channel_export.json").read_bytes()
    export = tmp_path / "result.json"
    export.write_bytes(data[:2000])
    ran = dozor("import", str(export), "--config", str(config))
    assert ran.returncode == 1
    assert "3 new" in ran.stdout
    assert "breaks at byte 2000" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_what_is_no_post_is_left_out_and_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    config, posts, windows, export = (
        tmp_path / name for name in ("config.toml", "posts.jsonl", "utf16.jsonl", "result.json")
    )
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "archive.db"}"\n')
    bad = '{"channel": "a", "id": 3}\nnonsense\n' + '{"channel": "a", "id": "x", "text": ""}\n' * 2
    windows.write_text(lines(POSTS), encoding="utf-16")
    posts.write_bytes(
        b"\xef\xbb\xbf" + (bad + lines(POSTS)).encode() + "Привет\n".encode("cp1251") + b'{"channel": "a", "i'
    )
    export.write_bytes((Path(__file__).parents[1] / "data" / "channel_export.json").read_bytes())
    ran = dozor("import", *map(str, (windows, posts, export)), "--config", str(config))
    assert ran.returncode == 1
    assert f"{posts}: 2 new" in ran.stdout
    assert f"{export}: 9 new" in ran.stdout
    first, second = ran.stderr.splitlines()
    assert first.startswith(f"dozor: {windows}: 3 of its lines cannot be read")  # the third is half of a line's end
    assert "line 1: it is in UTF-16, not in UTF-8" in first
    assert second == (
        f"dozor: {posts}: 6 of its lines cannot be read and were left out (line 1: 'text' is missing; line 2: its JSON breaks off or"
        " goes wrong at character 1; line 3: 'id' is not a number from 0 to 9223372036854775807; …). Everything else is stored."
    )


def test_check_names_what_is_wrong_and_shows_no_secret(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[bot]\ntoken = "very-secret"\n[database]\nurl = "postgresql://u:hidden@127.0.0.1:1/x"\n')
    ran = dozor("check", "--config", str(config))
    assert ran.returncode == 1
    assert "very-secret" not in ran.stdout + ran.stderr
    assert "hidden" not in ran.stdout + ran.stderr


def test_check_finds_nothing_wrong_with_a_database_that_no_run_has_set_up_yet(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[bot]\ntoken = "nonsense"\n[database]\nurl = "sqlite:///{tmp_path / "x.db"}"\n')
    said = " ".join(dozor("check", "--config", str(config)).stdout.split())
    assert "✓ database: sqlite, empty: the first `dozor run` sets it up" in said
    assert "! admins: none, so nobody may watch a channel" in said


def test_running_without_a_session_says_what_to_do(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[bot]\ntoken = "nonsense"\n[database]\nurl = "sqlite:///{tmp_path / "x.db"}"\n')
    ran = dozor("run", "--config", str(config))
    assert ran.returncode == 1
    assert "BotFather" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_settings_that_everybody_can_read_are_named_but_used(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[bot]\ntoken = "nonsense"\n[database]\nurl = "sqlite:///{tmp_path / "x.db"}"\n')
    config.chmod(0o644)
    for command in ("run", "check"):
        ran = dozor(command, "--config", str(config))
        said = " ".join((ran.stdout + ran.stderr).split())
        assert f"chmod 600 {config}" in said
        assert "BotFather" in said
