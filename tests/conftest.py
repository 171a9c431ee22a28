"""Fixtures for every test. A test that takes `database_url` runs twice: on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from importlib import import_module

import pytest
from databases import PostgresServer, create_database
from redis_server import RedisServer
from sqlalchemy import text

from shared.db import Database

SECRET = "a secret for tests alone"


@pytest.fixture(scope="session")
def postgres_admin_url() -> Iterator[str]:
    """A PostgreSQL server for this run."""
    if url := os.environ.get("TEST_POSTGRESQL_URL"):
        yield url
        return
    server = PostgresServer()
    yield server.admin_url
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def prepared() -> dict[str, str]:
    """URLs of the databases that already have a service's tables, by service and kind."""
    return {}


@pytest.fixture
def make_database_url(database_kind, prepared, request, tmp_path_factory):
    """`make_database_url("review")`: an empty database with that service's tables, made from its models."""

    def make(service_name: str) -> str:
        table = import_module(f"services.{service_name}.models").Table
        if database_kind == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp(service_name)}/{service_name}.sqlite3"
            _create_tables(url, table.metadata)
            return url
        key = f"postgresql {service_name}"
        if key not in prepared:
            prepared[key] = create_database(request.getfixturevalue("postgres_admin_url"), f"test_{service_name}")
            _create_tables(prepared[key], table.metadata)
        else:
            _empty_tables(prepared[key], table.metadata)
        return prepared[key]

    return make


def _create_tables(url: str, metadata) -> None:
    database = Database()
    database.connect(url)
    metadata.create_all(database.engine)
    database.close()


def _empty_tables(url: str, metadata) -> None:
    database = Database()
    database.connect(url)
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    database.close()


@pytest.fixture
def start_service(make_database_url):
    """`start_service("review")`: that service, started in this process on a clean database."""
    started = []

    def start(name: str, **settings):
        service = import_module(f"services.{name}.service").service
        settings_class = import_module(f"services.{name}.settings").Settings
        values = {
            "database_url": make_database_url(name),
            "secret_key": SECRET,
            "redis_url": "unix:///nowhere",
        } | settings
        service.start(settings_class(**values))
        started.append(service)
        return service

    yield start
    for service in started:
        service.database.close()


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
