from pathlib import Path

import pytest

from bot.settings import Section, Settings, SettingsError, load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_loads() -> None:
    settings = load(EXAMPLE)
    assert settings.telegram.accounts[0].name == "main"
    assert settings.database.url.get_secret_value() == "sqlite:///data/dozor.db"


def test_the_example_names_every_setting() -> None:
    text = EXAMPLE.read_text()
    for section in Settings.model_fields.values():
        assert isinstance(section.annotation, type)
        assert issubclass(section.annotation, Section)
        for name in section.annotation.model_fields:
            assert f"{name} = " in text or f".{name}]]" in text, name


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOZOR_BOT__TOKEN", "7:from-the-environment")
    assert load(EXAMPLE).bot.token.get_secret_value() == "7:from-the-environment"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[bot]\ntokn = 'x'", "there is no setting bot.tokn"),
        ("[bot]\nadmins = 'me'", "bot.admins"),
        ("[database]\nurl = 'mysql://host/name'", "sqlite:/// or postgresql://"),
        ("[bot\n", "not valid TOML"),
        ("[bot]\nwebhook_url = 'https://bot.example.org/x'", "set http.port"),
        ("[bot]\nwebhook_url = 'bot.example.org'", "bot.webhook_url"),
        ("[bot]\nwebhook_secret = 'short'", "bot.webhook_secret: use 16 to 256"),
        (
            "[bot]\nwebhook_networks = ['149.154.160.0/33']",
            "bot.webhook_networks.0: value is not a valid IPv4 or IPv6 network",
        ),
        ("[storage]\nkeep_days = 6", "storage.keep_days: write 0 to keep posts for ever, or 7 days at least"),
        ("[[telegram.accounts]]\nname='a'\n[[telegram.accounts]]\nname='a'", "the same name"),
    ],
)
def test_a_mistake_gets_one_sentence_that_names_it(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_value_is_not_shown_because_it_may_be_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[bot]\ntoken = ['5:very-secret']")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert "very-secret" not in str(caught.value)


def test_a_missing_file_says_where_to_begin(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="copy config"):
        load(tmp_path / "config.toml")
