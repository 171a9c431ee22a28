"""A service's records are moved to PostgreSQL whole, or not at all. (That a desk works on there: `journeys/test_moving.py`.)"""

from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner
from databases import ON_ONE, PostgresServer, create_database, find_programs
from sqlalchemy import create_engine, inspect
from sqlmodel import select

from services.review import reindexing, workflow
from services.review.cli import cli
from services.review.models import Note, Person
from services.review.moving import INDEXES
from services.review.service import service
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, ClaimSubmitted, EarlierCheckTaken, Statement, Submission
from shared.migrations import migrate
from shared.moving import CannotMove, move

pytestmark = ON_ONE


@pytest.fixture
def review(start_service, tmp_path):
    """The review service on a database that its migrations made."""
    service = start_service("review", database_url=f"sqlite:///{tmp_path}/review.sqlite3")
    migrate(service.database, service.migrations)
    return service


@pytest.fixture
def new_url(postgres_admin_url):
    return create_database(postgres_admin_url, "moved_alone")


@pytest.fixture
def tables_there(new_url):
    engine = create_engine(new_url.replace("postgresql://", "postgresql+psycopg://"))
    yield lambda: inspect(engine).get_table_names()
    engine.dispose()


def person(**fields):
    return Person(**{"name": "Ada", "email": "ada@desk.example", "password_hash": "-", "roles": ["checker"]} | fields)


def move_it(review, url):
    return move(review, url, INDEXES, lambda *_: None)


def test_how_far_it_is_is_told(review, new_url):
    with review.transaction() as session:
        session.add_all(person(email=f"p{number}@desk.example") for number in range(1_200))
    told = []
    assert move(review, new_url, INDEXES, lambda *row: told.append(row)) == sum(count for count, _ in told)
    assert len(told) >= 3
    assert {total for _, total in told} == {sum(count for count, _ in told)}


def test_all_that_is_searched_is_there_as_it_would_be_written_there(review, new_url, start_service):
    claim = ClaimRecord(
        text="The Größe of the U.S. harbour is 3.14 km: http://news.example/a-b.",
        statements=(Statement(id="s1", stance="denies", quote="دِلّی, दिल्ली में"),),
    )
    sent_in = (Submission(id=new_id(), newsroom="Courier", submitted_at=now(), reason="Ünlikely"),)
    told = ClaimSubmitted(claim_id=new_id(), revision=1, submitted_at=now(), claim=claim, submissions=sent_in)
    check = EarlierCheckTaken(
        check_id=new_id(),
        revision=1,
        url="https://other.example/1",
        text="It was 3.14 km.",
        rating="True",
        publisher="Other",
    )
    with review.transaction() as session:
        workflow.open_cases(session, [told])
        workflow.note_all_earlier(session, [check])
    move_it(review, new_url)
    start_service("review", database_url=new_url)
    assert reindexing.reindex(lambda _: None) == 0


def test_what_postgresql_does_not_take_leaves_nothing_there_and_the_old_as_it_was(review, new_url, tables_there):
    with review.transaction() as session:
        session.add(person(name="Ada\0Byron"))
    with pytest.raises(CannotMove, match=r"refused a row of people: .*NUL"):
        move_it(review, new_url)
    assert tables_there() == []
    with review.reading() as session:
        assert session.exec(select(Person.name)).one() == "Ada\0Byron"


def test_a_row_that_points_nowhere_is_not_moved(review, new_url, tables_there):
    with review.database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        note = Note(case_id=new_id(), person_id=new_id(), text="Nobody's.", state="unverified")
        connection.execute(Note.__table__.insert(), note.model_dump())
        connection.commit()
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(CannotMove, match="violates foreign key constraint"):
        move_it(review, new_url)
    assert tables_there() == []


def test_a_database_in_which_something_is_is_left_alone(review, new_url, tables_there):
    assert move_it(review, new_url) == 0
    tables = tables_there()
    with pytest.raises(CannotMove, match="has to be empty; it has a table"):
        move_it(review, new_url)
    assert tables_there() == tables


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:////tmp/other.sqlite3", "PostgreSQL alone"),
        ("postgresql://nobody@127.0.0.1:1/nowhere", "PostgreSQL refused: connection failed"),
        ("postgresql://", "PostgreSQL refused"),
        ("postgresql://host:port/desk", "PostgreSQL alone"),
        ("nonsense", "PostgreSQL alone"),
        ("mysql://root@localhost/desk", "PostgreSQL alone"),
    ],
)
def test_an_address_of_no_postgresql_is_told(review, url, why):
    with pytest.raises(CannotMove, match=why):
        move_it(review, url)


def test_a_file_that_is_not_there_is_not_taken_for_a_desk_without_claims(start_service, tmp_path, new_url):
    mistyped = tmp_path / "reveiw.sqlite3"
    with pytest.raises(CannotMove, match=r"There is no .*reveiw\.sqlite3\. Set REVIEW_DATABASE_URL"):
        move_it(start_service("review", database_url=f"sqlite:///{mistyped}"), new_url)
    assert not mistyped.exists()


def test_what_sqlite_cannot_read_is_not_said_of_postgresql(start_service, tmp_path, new_url):
    (tmp_path / "review.sqlite3").write_bytes(b"no database " * 1_000)
    with pytest.raises(CannotMove, match="SQLite refused: file is not a database"):
        move_it(start_service("review", database_url=f"sqlite:///{tmp_path}/review.sqlite3"), new_url)


@pytest.fixture(scope="module")
def guarded():
    """A PostgreSQL that asks for a password; its address, without it."""
    if find_programs() is None:
        pytest.skip("PostgreSQL's programs are elsewhere")
    server = PostgresServer()
    try:
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("CREATE ROLE mover LOGIN PASSWORD 'the pass: word'")
            connection.execute("CREATE DATABASE factdesk_review OWNER mover")
            rules = Path(connection.execute("SHOW hba_file").fetchone()[0])
            rules.write_text("local all mover scram-sha-256\n" + rules.read_text())
            connection.execute("SELECT pg_reload_conf()")
        yield f"postgresql://mover@/factdesk_review?host={quote(str(server.folder))}"
    finally:
        server.stop()


def test_a_password_need_not_stand_in_the_address_where_ps_shows_it(review, guarded, monkeypatch, tmp_path):
    monkeypatch.setattr(service, "start_process", lambda: None)  # it is started already
    asked = ["move-to", guarded]
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    refused = CliRunner().invoke(cli, asked)
    assert refused.exit_code == 1
    assert "no password supplied" in refused.output

    monkeypatch.setenv("PGPASSWORD", "the wrong one")
    assert "password authentication failed" in CliRunner().invoke(cli, asked).output
    monkeypatch.delenv("PGPASSWORD")

    passwords = tmp_path / "pgpass"
    passwords.write_text("*:*:factdesk_review:mover:the pass\\: word\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    moved = CliRunner().invoke(cli, asked)
    assert moved.exit_code == 0, moved.output

    monkeypatch.delenv("PGPASSFILE")
    monkeypatch.setenv("PGPASSWORD", "the pass: word")
    assert "has to be empty" in CliRunner().invoke(cli, asked).output
