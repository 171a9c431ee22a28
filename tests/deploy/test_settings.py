"""What an operator can set is written down."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]
LISTED = set(re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/env.example").read_text(), re.M))
COMMON = {"secret_key", "redis_url", "log_level", "log_format", "trusted_proxies", "resend_after", "sample_desk"}


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_every_setting_is_listed(name):
    fields = import_module(f"services.{name}.settings").Settings.model_fields
    for field in fields:
        variable = field.upper() if field in COMMON else f"{name}_{field}".upper()
        assert variable in LISTED, f"deploy/env.example lacks {variable}"


def test_every_variable_that_deploy_reads_is_listed():
    for path in (ROOT / "deploy").rglob("*.py"):
        for variable in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text()):
            assert variable in LISTED, f"deploy/env.example lacks {variable}, which {path.name} reads"


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_settings_are_read_from_the_environment(name, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a secret for tests alone")
    monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", "postgresql://db/x")
    monkeypatch.setenv(f"{name.upper()}_PUBLIC_BASE_URL", "https://x.example")
    monkeypatch.setenv("REDIS_URL", "unix:///run/redis.sock")
    settings = import_module(f"services.{name}.settings").Settings()
    assert settings.database_url == "postgresql://db/x"
    assert settings.public_base_url == "https://x.example"
    assert settings.redis_url == "unix:///run/redis.sock"


def test_a_secret_that_is_missing_or_short_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ValueError, match=r"SECRET_KEY: .*16 characters") as refused:
        import_module("services.review.settings").Settings()
    assert "short" not in str(refused.value), "a secret is never repeated"


def test_a_command_names_each_setting_that_is_wrong_and_shows_no_code(monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("REVIEW_DISPUTE_DAYS", "soon")
    refused = CliRunner().invoke(import_module("services.review.cli").cli, ["migrate"])
    assert refused.exit_code == 2
    assert "SECRET_KEY: Field required" in refused.output
    assert "REVIEW_DISPUTE_DAYS: Input should be a valid number" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("given", ['["127.0.0.1:9001"]', "cms.internal", "https://cms.internal:8080", "cms.internal:0"])
@pytest.mark.parametrize("name", ["intake", "publish"])
def test_a_private_host_that_no_address_would_ever_name_is_refused_at_the_start(name, given, monkeypatch):
    settings = import_module(f"services.{name}.settings").Settings
    for variable, value in (("DATABASE_URL", "sqlite://"), ("PUBLIC_BASE_URL", "https://desk.example")):
        monkeypatch.setenv(f"{name}_{variable}".upper(), value)
    monkeypatch.setenv("SECRET_KEY", "a secret that is long enough")
    variable = f"{name}_private_hosts".upper()
    monkeypatch.setenv(variable, given)
    with pytest.raises(ValueError, match=f"{variable}: .* is no host with its port"):
        settings()
    monkeypatch.setenv(variable, "CMS.internal:8080, 10.0.0.7:443")
    assert settings().private_hosts == {"cms.internal:8080", "10.0.0.7:443"}


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_help_on_any_command_needs_no_settings(name, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    cli = import_module(f"services.{name}.cli").cli

    def walk(group, before):
        for word, command in group.commands.items():
            asked = CliRunner().invoke(cli, [*before, word, "--help"])
            assert (asked.exit_code, "Usage:" in asked.output) == (0, True), asked.output
            walk(command, [*before, word]) if hasattr(command, "commands") else None

    walk(cli, [])
    assert "SECRET_KEY" in CliRunner().invoke(cli, ["outbox", "parked"]).output
