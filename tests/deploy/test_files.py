"""What is in `deploy/` is well-formed, and names only what there is."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from bot.__main__ import _parser
from bot.settings import SettingsError, load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXPOSURE = 20  # tenths, as `systemd-analyze security` counts: 0 is locked up, 96 is unconfined
PINNED = re.compile(r"^([\w.-]+==[^\s;\\]+)", re.MULTILINE)


def instructions() -> list[tuple[str, str]]:
    """(instruction, rest) of the Dockerfile, in order."""
    lines = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text()).splitlines()
    parts = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    return [(name, rest) for name, rest in parts]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def unit() -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for line in (DEPLOY / "dozor.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            settings.setdefault(name, []).append(value)
    return settings


def commands() -> list[list[str]]:
    """Arguments of every `dozor …` that the files name."""
    text = "\n".join(path.read_text() for path in DEPLOY.iterdir() if path.suffix not in (".json", ".lock"))
    named = re.findall(
        r"(?<![\w/.-])(?:/opt/dozor/\.venv/bin/)?dozor ((?:run|login|check|migrate|backup|restore)\b[^`\n;,(]*)", text
    )
    return [shlex.split(arguments) for arguments in named]


def test_the_program_takes_every_command_that_is_named() -> None:
    assert len(commands()) > 10
    for arguments in [*commands(), compose()["services"]["dozor"]["command"], json.loads(dict(instructions())["CMD"])]:
        _parser().parse_args([word.replace("FILE", "file") for word in arguments])


def test_the_image_is_made_of_files_that_there_are_and_is_not_run_by_root() -> None:
    steps = instructions()
    for source in (rest.split()[0] for name, rest in steps if name == "COPY" and "--from" not in rest):
        assert (ROOT / source).exists(), source
        assert f"!{source.rstrip('/')}" in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    names = [name for name, _ in steps]
    assert dict(steps)["USER"] == "dozor"
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_the_image_copies_every_package_of_the_product() -> None:
    copied = {rest.split()[0] for name, rest in instructions() if name == "COPY"}
    assert copied >= {"bot", "monitor", "migrations", "sandbox"}


def test_the_health_check_fails_where_nothing_answers() -> None:
    check = json.loads(dict(instructions())["HEALTHCHECK"].partition("CMD ")[2])
    ran = subprocess.run([sys.executable, *check[1:]], env={**os.environ, "DOZOR_HTTP__PORT": "1"}, capture_output=True)
    assert ran.returncode != 0
    assert b"refused" in ran.stderr
    assert "/healthz" in check[2]


def test_what_the_image_installs_is_what_was_tested() -> None:
    tested = set(PINNED.findall((ROOT / "requirements.lock").read_text()))
    installed = set(PINNED.findall((DEPLOY / "requirements.lock").read_text()))
    assert len(installed) > 40
    assert installed <= tested
    assert not any(line.startswith(("pytest==", "mypy==")) for line in installed)


def test_what_comes_as_source_is_built_by_what_is_pinned() -> None:
    tested = set(PINNED.findall((ROOT / "requirements.lock").read_text()))
    files = {name: (DEPLOY / name).read_text() for name in ("build.lock", "source.lock")}
    (builder,) = PINNED.findall(files["build.lock"])
    assert builder in tested
    assert set(PINNED.findall(files["source.lock"])) < tested
    assert all("--hash=sha256:" in text for text in files.values())
    for way in ((ROOT / "Makefile").read_text(), (DEPLOY / "Dockerfile").read_text()):
        steps = re.findall(r"(?:INSTALL\)|pip install).*-r \S*?(\w+\.lock)", way)
        assert steps == ["build.lock", "source.lock", "requirements.lock"]
        (built,) = re.findall(r".*-r \S*source\.lock", way)
        assert "--no-build-isolation" in built


def test_postgresql_comes_only_by_its_profile() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["dozor"]
    assert services["postgres"]["profiles"] == services["migrate"]["profiles"] == ["postgres"]
    assert services["dozor"]["depends_on"]["migrate"]["required"] is False
    assert services["dozor"]["cap_drop"] == services["migrate"]["cap_drop"] == ["ALL"]
    volumes = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    assert {volume for volume in volumes if "/" not in volume} == compose()["volumes"].keys()


def test_the_bot_gets_no_more_of_postgresql_than_it_needs() -> None:
    services = compose()["services"]
    example = dict(re.findall(r"^(?:# )?(\w+)=(.*)$", (DEPLOY / "env.example").read_text(), re.MULTILINE))
    app = make_url(example["DOZOR_DATABASE__URL"])
    owner = make_url(re.sub(r"\$\{(\w+):-\}", r"\1", services["migrate"]["environment"]["DOZOR_DATABASE__URL"]))
    assert (app.username, app.password) == ("dozor_app", example["POSTGRES_APP_PASSWORD"])
    assert (owner.username, owner.password) == ("dozor_owner", "POSTGRES_OWNER_PASSWORD")
    assert (app.host, app.database) == (owner.host, owner.database)
    passwords = {name for name in example if name.endswith("_PASSWORD")}
    assert len({example[name] for name in passwords}) == 3
    for name in ("dozor", "migrate"):  # .env, which all three are given, has them
        assert {variable for variable, value in services[name]["environment"].items() if value == ""} == passwords
    assert services["postgres"]["environment"].keys() >= passwords


def test_the_database_of_the_container_is_made_with_its_roles() -> None:
    postgres = compose()["services"]["postgres"]
    mounted = [volume.split(":") for volume in postgres["volumes"] if volume.startswith("./")]
    assert [(file, options) for file, _, options in mounted] == [("./postgresql.sql", "ro"), ("./passwords.sql", "ro")]
    places = [place for _, place, _ in mounted]
    assert places == sorted(places)  # so they are run
    assert all(place.startswith("/docker-entrypoint-initdb.d/") and place.endswith(".sql") for place in places)
    asked = re.findall(r"^\\getenv \w+ (\w+)$", (DEPLOY / "passwords.sql").read_text(), re.MULTILINE)
    assert asked
    assert postgres["environment"].keys() >= set(asked)


def test_every_setting_of_the_containers_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    given = re.findall(r"^(?:# )?(DOZOR_\w+)=(.*)$", (DEPLOY / "env.example").read_text(), re.MULTILINE)
    image = re.findall(r"(DOZOR_\w+)=(\S+)", dict(instructions())["ENV"])
    for name, value in [*given, *image]:
        monkeypatch.setenv(name, value.strip("'"))
    settings = load(None)
    assert settings.telegram.accounts[0].session == Path("data/main.session")
    assert settings.database.url.get_secret_value().startswith("postgresql://")
    assert settings.http.metrics
    monkeypatch.setenv("DOZOR_HTTP__PROT", "1")
    with pytest.raises(SettingsError):
        load(None)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_unit_and_finds_it_confined(tmp_path: Path) -> None:
    file = tmp_path / "dozor.service"
    file.write_text((DEPLOY / "dozor.service").read_text().replace("/opt/dozor/.venv/bin/dozor", "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", str(file)], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    looked = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE}", str(file)]
    assert subprocess.run(looked, capture_output=True).returncode == 0


def test_the_unit_gives_the_program_the_time_that_it_may_take_to_end() -> None:
    assert unit()["TimeoutStopSec"] == ["15"]
    assert compose()["services"]["dozor"]["stop_grace_period"] == "15s"
    assert unit()["NoNewPrivileges"] == ["yes"]


def test_no_file_holds_a_registry_or_an_address_of_one() -> None:
    for path in DEPLOY.iterdir():
        for line in path.read_text().splitlines():
            assert not re.search(r"index-url|pypi|docker\.io|ghcr|quay\.io|files\.pythonhosted", line), (
                path.name,
                line,
            )
