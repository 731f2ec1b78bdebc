"""Settings: all errors at once, tokens never shown, and `.env.example` says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[1]


def test_the_example_names_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    fields = {
        name.upper(): "" if field.is_required() or field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert example == fields
    for field in Settings.model_fields.values():
        assert f"# {field.description}" in lines


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret-but-wrong")
    monkeypatch.setenv("ESCBOT_POLICY", "nowhere.yaml")
    monkeypatch.delenv("SLACK_APP_TOKEN", raising=False)
    with pytest.raises(SettingsError) as error:
        read_settings(None)
    text = str(error.value)
    for words in ("SLACK_BOT_TOKEN must begin with xoxb-", "SLACK_APP_TOKEN is not set", "nowhere"):
        assert words in text
    assert "secret-but-wrong" not in text


def test_tokens_are_never_shown() -> None:
    settings = Settings(
        _env_file=None, slack_bot_token="xoxb-very-secret", slack_app_token="xapp-very-secret"
    )
    assert "very-secret" not in repr(settings)
    assert "very-secret" not in settings.model_dump_json()


def test_http_mode_needs_the_signing_secret_and_no_app_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this folder
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    asked = {(): "SLACK_APP_TOKEN is not set", ("--http",): "SLACK_SIGNING_SECRET is not set"}
    for options, words in asked.items():
        told = CliRunner().invoke(app, ["run", *options])
        assert told.exit_code == 2
        assert words in told.stderr
        assert told.stderr.count("is not set") == 1
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "signed")
    assert read_settings(None, escbot_http=True).slack_app_token is None
