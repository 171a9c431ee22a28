"""Transactions keep what they promise with several processes at one database."""

import contextlib
import subprocess
import sys
from datetime import timedelta

import pytest
from asked import listen, read_whole
from sqlalchemy import Column, MetaData, Table, Text, text
from sqlalchemy.exc import DBAPIError

from shared.db import Database, is_one_of

ADD = """
import sys
from sqlalchemy import text
from shared.db import Database
database = Database()
database.connect(sys.argv[1])
for _ in range(50):
    with database.transaction() as session:
        lock = "" if database.is_sqlite else " FOR UPDATE"
        seen = session.scalar(text("SELECT stays FROM rooms WHERE number = '101'" + lock))
        session.execute(text("UPDATE rooms SET stays = :more WHERE number = '101'"), {"more": seen + 1})
"""


def test_four_processes_that_read_and_write_lose_no_update(service, hotel_url, stays):
    with service.transaction() as session:
        session.execute(text("INSERT INTO rooms (number, guest, stays) VALUES ('101', 'Ada', 0)"))
    processes = [subprocess.Popen([sys.executable, "-c", ADD, hotel_url]) for _ in range(4)]
    assert [process.wait(240) for process in processes] == [0, 0, 0, 0]
    assert stays() == {"101": 200}


def test_an_exception_rolls_all_of_a_transaction_back(service, stays):
    with pytest.raises(KeyError), service.transaction() as session:
        session.execute(text("INSERT INTO rooms (number, guest, stays) VALUES ('101', 'Ada', 0)"))
        raise KeyError
    assert stays() == {}


def test_nothing_changed_while_reading_is_kept(service, stays):
    with service.reading() as session, contextlib.suppress(DBAPIError):  # PostgreSQL refuses at once
        session.execute(text("INSERT INTO rooms (number, guest, stays) VALUES ('101', 'Ada', 0)"))
    assert stays() == {}


def test_a_commit_to_sqlite_is_synced_before_it_is_acknowledged(tmp_path):
    """WAL with NORMAL would lose the last seconds of accepted claims in a power cut."""
    database = Database()
    database.connect(f"sqlite:///{tmp_path}/new.sqlite3")
    with database.transaction() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


def test_what_is_done_again_anyway_does_not_wait_for_the_disk(service, stays):
    set_by = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"  # the server of the tests never waits
    asked, hasty, usual = (
        ("PRAGMA synchronous", 1, 2) if service.database.is_sqlite else (set_by, "session", "command line")
    )
    with service.hasty_transaction() as session:
        session.execute(text("INSERT INTO rooms (number, guest, stays) VALUES ('101', 'Ada', 1)"))
        assert session.scalar(text(asked)) == hasty
    with contextlib.suppress(KeyError), service.hasty_transaction() as session:
        session.execute(text("INSERT INTO rooms (number, guest, stays) VALUES ('102', 'Bea', 1)"))
        raise KeyError
    assert stays() == {"101": 1}
    with service.transaction() as session:  # by a connection that was hasty, it may be
        assert session.scalar(text(asked)) == usual


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_moments_are_apart_as_long_as_they_are_though_the_server_s_clock_was_set_forward(hotel_url, monkeypatch):
    monkeypatch.setenv("PGTZ", "Europe/Berlin")
    database = Database()
    database.connect(hotel_url)
    both = "SELECT '2026-03-28T12:00Z'::timestamptz, '2026-03-29T12:00Z'::timestamptz"
    with database.transaction() as session:
        pairs = [session.execute(text(both)).one(), database.look_up(both)]
    database.close()
    assert [after - before for before, after in pairs] == [timedelta(days=1)] * 2


def test_a_database_that_is_not_connected_says_so():
    with pytest.raises(RuntimeError, match="not connected"), Database().transaction():
        pass


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("fresh", [-1, 3_600], ids=["a while ago", "a moment ago"])
def test_connections_that_the_server_has_dropped_are_replaced_before_they_are_used(service, stays, monkeypatch, fresh):
    monkeypatch.setattr("shared.db.FRESH", fresh)  # as if they had been used then
    with service.transaction() as one, service.transaction() as two:
        for session in (one, two):
            session.execute(text("SELECT 1"))
    others = "datname = current_database() AND pid != pg_backend_pid()"
    with service.transaction() as session:
        session.execute(text(f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE {others}"))
    with service.transaction() as one, service.transaction() as two:
        for session, number in ((one, "101"), (two, "102")):
            session.execute(
                text("INSERT INTO rooms (number, guest, stays) VALUES (:number, 'Ada', 0)"), {"number": number}
            )
    assert set(stays()) == {"101", "102"}


def test_rows_are_found_by_keys_of_two_columns_without_reading_the_whole_table(service, database_kind):
    bills = Table("bills", MetaData(), *(Column(name, Text, primary_key=True) for name in ("room", "night")))
    with service.transaction() as session:
        bills.create(session.connection())
        session.execute(bills.insert(), [{"room": room, "night": night} for room in "abc" for night in "xyz"])
    asked = listen(service.database)
    with service.reading() as session:
        chosen = bills.select().where(is_one_of([bills.c.room, bills.c.night], [("a", "x"), ("b", "z"), ("d", "x")]))
        assert sorted(tuple(row) for row in session.execute(chosen)) == [("a", "x"), ("b", "z")]
        alone = bills.select().where(is_one_of([bills.c.room], [("c",)]))
        assert len(session.execute(alone).all()) == 3
    if database_kind == "sqlite":
        assert read_whole(service.database, asked) == set()
