"""What an operator can set is written down."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]
USUAL = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / "deploy/env.example").read_text(), re.M))
LISTED = set(USUAL)
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")]
COMMON = {"secret_key", "redis_url", "log_level", "log_format", "trusted_proxies", "resend_after", "sample_desk"}


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_every_setting_is_listed(name):
    assert variables_of(name).keys() - LISTED == set(), "deploy/env.example lacks some"


def test_every_variable_that_deploy_reads_is_listed():
    for name, variable, usual in read_by_deploy():
        assert variable in LISTED, f"deploy/env.example lacks {variable}, which {name} reads"
        assert usual in ("", USUAL[variable]), f"{name} takes {variable} to be {usual}"


def read_by_deploy():
    """What is read from the environment beside the services' settings: (file, variable, value where it is not set)."""
    for path in (ROOT / "deploy").rglob("*.py"):
        for variable, usual in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"(?:, "([^"]*)")?', path.read_text()):
            yield path.name, variable, usual


def variables_of(name):
    """A service's settings, by the variable that each is read from."""
    fields = import_module(f"services.{name}.settings").Settings.model_fields
    return {field.upper() if field in COMMON else f"{name}_{field}".upper(): field for field in fields}


def test_all_that_is_listed_is_read():
    read = {variable for _, variable, _ in read_by_deploy()}
    for name in ("intake", "review", "publish"):
        read |= variables_of(name).keys()
    assert LISTED - read == set()


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_what_is_listed_as_usual_is_what_holds_where_nothing_is_set(name, monkeypatch):
    settings, listed = import_module(f"services.{name}.settings").Settings, {}
    for variable in variables_of(name):
        monkeypatch.delenv(variable, raising=False)
    usual = settings(secret_key="a secret that is long enough")
    for variable, field in variables_of(name).items():
        if variable != "SECRET_KEY":
            monkeypatch.setenv(variable, USUAL[variable].strip('"'))
            listed[field] = getattr(usual, field)
    told = settings(secret_key="a secret that is long enough")
    assert {field: getattr(told, field) for field in listed} == listed


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_names_no_setting_that_there_is_not(path):
    named = set(re.findall(r"\b(?:INTAKE|REVIEW|PUBLISH)_[A-Z]+(?:_[A-Z]+)*\b(?!_)", path.read_text()))
    assert named - LISTED == set()


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
