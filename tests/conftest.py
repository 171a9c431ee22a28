"""Fixtures for every test. A test that takes `database_url` runs twice: on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import described
import psycopg
import pytest
from copies import Copies
from databases import PostgresServer, create_database
from desk import PATIENCE, RUNNER, make_folder
from made_once import close_connections, keep_connections_to, keep_what_apps_compile
from redis_server import RedisServer
from sqlalchemy import delete, event, text

from shared import db, rates
from shared.db import Database
from shared.process import loading

SECRET = "a secret for tests alone"
GARBAGE = 20_000  # objects more before what nobody needs any longer is looked for: that of many tests at once
_sqlite_engine = db._sqlite_engine
keep_what_apps_compile()
described.watch()


@pytest.hookimpl(trylast=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """A test may have to wait for a whole desk before it can begin."""
    if "desk" in [one.args[0] for one in item.iter_markers("xdist_group")]:
        item.add_marker(pytest.mark.timeout(3 * PATIENCE))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: at any moment somebody waits for a browser, a database or a desk."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What may take minutes begins first: no runner is at it when the others have ended. What is a group goes to one runner."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
    if getattr(config.option, "loadgroup", False):  # in a runner
        for item in items:
            if groups := sorted({mark.args[0] for mark in item.iter_markers("xdist_group")}):
                _name_group(item, "_".join(groups))


def _name_group(item: pytest.Item, group: str) -> None:
    """At the end of a test's name, where xdist looks for it. Its own way to write it there has no effect since pytest 9.2, which
    reads a name from elsewhere."""
    suffix = f"@{group}"
    if not item.nodeid.endswith(suffix):
        item._id = type(item.id).parse(item.nodeid + suffix)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded and collected is no garbage: it is not looked through again and again, meanwhile or while tests run."""
    with loading():
        collected = yield
    gc.set_threshold(GARBAGE)
    return collected


@pytest.fixture(autouse=True)
def views_are_counted_in_their_own_test() -> Iterator[None]:
    """What a process has seen of readers it writes down some seconds later: in the middle of another test."""
    yield
    reach = sys.modules.get("services.publish.reach")
    if reach is not None and reach.counter._waiting is not None:
        reach.counter._waiting.cancel()
        reach.counter._waiting = None
        reach.counter._seen.clear()


@pytest.fixture
def still(monkeypatch):
    """A minute and an hour that do not end while somebody counts what one may do in them; `still(seconds)` moves on."""
    moment = [1_000_000_040.0]
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: moment[0]))

    def move(seconds):
        moment[0] += seconds

    return move


@pytest.fixture(scope="session")
def postgres_admin_url() -> Iterator[str]:
    """A PostgreSQL server for this run."""
    if url := os.environ.get("TEST_POSTGRESQL_URL"):
        yield url
        close_connections()
        return
    server = PostgresServer()
    yield server.admin_url
    close_connections()
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def prepared() -> dict[str, str]:
    """URLs of the databases that already have a service's tables, by service and kind."""
    return {}


@pytest.fixture(scope="session")
def to_empty(postgres_admin_url) -> Iterator[Callable[[str], psycopg.Connection]]:
    """A connection to each PostgreSQL database, kept: a new one has to learn of all its tables, thirty times as long as to empty
    them."""
    with ExitStack() as kept:
        yield cache(lambda url: kept.enter_context(closing(_connection_to_empty(url))))


@pytest.fixture
def make_database_url(database_kind, prepared, request, tmp_path_factory):
    """`make_database_url("review")`: an empty database with that service's tables, made from its models. A file of SQLite goes with
    its test: what is gone within seconds is never written to the disk."""
    folders = []

    def make(service_name: str) -> str:
        key = f"{database_kind} {service_name}"
        metadata = import_module(f"services.{service_name}.models").Table.metadata
        if is_new := key not in prepared:
            prepared[key] = (
                f"sqlite:///{tmp_path_factory.mktemp('made')}/{service_name}.sqlite3"
                if database_kind == "sqlite"
                else create_database(request.getfixturevalue("postgres_admin_url"), f"test_{service_name}{RUNNER}")
            )
            _create_tables(prepared[key], metadata)
            if database_kind == "postgresql":
                keep_connections_to(prepared[key])
        if database_kind == "sqlite":
            folders.append(tmp_path_factory.mktemp(service_name))
            return _copied(prepared[key], folders[-1])
        if not is_new:
            _empty_tables(request.getfixturevalue("to_empty")(prepared[key]), metadata)
        return prepared[key]

    yield make
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _create_tables(url: str, metadata) -> None:
    database = Database()
    database.connect(url)
    metadata.create_all(database.engine)
    database.close()


def _copied(url: str, folder: Path) -> str:
    """A copy of a SQLite database: it costs a tenth of making its tables."""
    made = Path(url.removeprefix("sqlite:///"))
    return f"sqlite:///{shutil.copy(made, folder)}"


def _connection_to_empty(url: str) -> psycopg.Connection:
    """One for which no references are looked up, where it may say so: all rows go, and with each person's went forty questions."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(
        "SELECT set_config('session_replication_role', 'replica', false) FROM pg_roles WHERE rolname = current_user AND rolsuper"
    )
    return connection


def _empty_tables(connection: psycopg.Connection, metadata) -> None:
    """Rows are deleted: TRUNCATE makes every table's files anew, which takes five times as long for the few that tests store."""
    modelled = [table.name for table in reversed(metadata.sorted_tables)]
    there = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    names = [*(there - set(modelled)), *modelled]  # first those for words, which no model describes
    connection.execute("; ".join(f'DELETE FROM "{name}"' for name in names))
    connection.execute("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")


@pytest.fixture
def start_service(make_database_url, monkeypatch, tmp_path):
    """`start_service("review")`: that service, started in this process on a clean database, with folders of this test alone."""
    monkeypatch.setattr(db, "_sqlite_engine", _hasty_engine)
    started = []

    def start(name: str, **settings):
        service = import_module(f"services.{name}.service").service
        settings_class = import_module(f"services.{name}.settings").Settings
        folders = [field for field in settings_class.model_fields if field.endswith("_folder")]
        values = (
            {field: tmp_path / f"{name}-{field}" for field in folders}
            | {
                "database_url": make_database_url(name),
                "secret_key": SECRET,
                "redis_url": "unix:///nowhere",
            }
            | settings
        )
        service.start(settings_class(**values))
        started.append(service)
        return service

    yield start
    for service in started:
        service.database.close()


@pytest.fixture
def put_back():
    """`put_back(service, model, number)`: a table that is followed is as in a backup made after this number was given."""

    def restore(service, model, number):
        with service.transaction() as session:
            session.execute(delete(model).where(model.seq > number))
            if not service.database.is_sqlite:  # which gives the next number by itself
                table = model.__tablename__
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'seq'), {number + 1}, false)"))

    return restore


def _hasty_engine(*arguments, **options):
    """One that waits for no disk: no test of one process cuts the power; those of whole desks store as a desk does."""
    engine = _sqlite_engine(*arguments, **options)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine


@pytest.fixture(scope="session")
def copies() -> Iterator[Copies]:
    """For commands that need not load what they need."""
    running = Copies()
    yield running
    running.close()


@pytest.fixture(scope="session")
def made_desk(copies, tmp_path_factory) -> Path:
    """What a desk on SQLite begins with unless its first start is what is tested; see `desk.make_folder`."""
    folder = tmp_path_factory.mktemp("made-desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", copies.python)
        make_folder(folder)
    return folder


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for this run. A test that stops it starts it again."""
    server = RedisServer()
    yield server
    server.remove()


@pytest.fixture
def redis(redis_server):
    """A client of an empty Redis."""
    with redis_server.client as client:
        client.flushall()
        yield client
