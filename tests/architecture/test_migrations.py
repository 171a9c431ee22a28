"""Migrated databases and models agree, on SQLite and on PostgreSQL."""

import json
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from databases import create_database
from sqlalchemy import func, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from services.intake.models import Claim
from services.intake.submissions import told_of
from services.review import rank, words
from services.review.models import Case, CommentRequest, Statement, story_key_of
from shared.clock import new_id
from shared.db import Database
from shared.migrations import head, is_current, migrate, modelled

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_database(database_kind, tmp_path, request):
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    if database_kind == "postgresql":
        url = create_database(request.getfixturevalue("postgres_admin_url"), "test_migrations")
    database = Database()
    database.connect(url)
    yield database
    database.close()


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_the_migrated_database_is_what_the_models_say(name, empty_database):
    folder = ROOT / "services" / name / "migrations"
    metadata = import_module(f"services.{name}.models").Table.metadata
    assert not is_current(empty_database, folder)
    migrate(empty_database, folder)
    assert is_current(empty_database, folder)
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": modelled(metadata)}
        )
        assert compare_metadata(context, metadata) == []
        tables = [name for name in inspect(connection).get_table_names() if modelled(metadata)(name, "table", {})]
        assert set(tables) == {*metadata.tables, "alembic_version"}


def _beside_the_models(connection):
    """What a database holds that no model describes: how it was made, by its name."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'earlier@_words%' ESCAPE '@'"
    else:
        found = (
            "SELECT relname, coalesce(pg_get_indexdef(oid), '') FROM pg_class WHERE relname ~ 'earlier_words' "
            "UNION ALL SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = 'earlier_words'::regclass AND attnum > 0 "
            "UNION ALL SELECT cfgname, (SELECT string_agg(DISTINCT dictname, ' ') FROM pg_ts_config_map "
            "JOIN pg_ts_dict ON pg_ts_dict.oid = mapdict WHERE mapcfg = pg_ts_config.oid) "
            "FROM pg_ts_config WHERE cfgname = 'earlier_search'"
        )
    return sorted(map(tuple, connection.execute(text(found))))


def test_what_no_model_describes_is_made_alike_by_migration_and_for_tests(empty_database, make_database_url):
    migrate(empty_database, ROOT / "services/intake/migrations")
    made = Database()
    made.connect(make_database_url("intake"))
    with empty_database.engine.connect() as migrated, made.engine.connect() as from_models:
        assert _beside_the_models(migrated) == _beside_the_models(from_models) != []
    made.close()


@pytest.mark.parametrize("name", ["intake", "review", "publish"])
def test_migrations_are_numbered_in_a_row(name):
    numbers = sorted(path.name[:4] for path in (ROOT / "services" / name / "migrations/versions").glob("[0-9]*.py"))
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert head(ROOT / "services" / name / "migrations") == numbers[-1]


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database, tmp_path):
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(
        "from sqlalchemy import MetaData\nfrom shared.migrations import run_environment\nrun_environment(MetaData())\n"
    )
    (folder / "versions/0001_half.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    op.execute('SELECT nonsense')\n"
    )
    with pytest.raises(Exception, match="nonsense"):
        migrate(empty_database, folder)
    with empty_database.engine.connect() as connection:
        assert not inspect(connection).has_table("half")


def test_a_table_that_rows_point_to_is_changed_and_they_go_on_being_watched(empty_database):
    folder = ROOT / "services/intake/migrations"
    migrate(empty_database, folder, to="0018")
    newsroom = f"'{uuid4().hex}'"
    key = (
        "INSERT INTO api_keys (id, newsroom_id, name, secret_hash, scopes, created_at) "
        "VALUES ('{}', {}, '', '', '[]', '2026-03-01')"
    )
    with empty_database.engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO newsrooms (id, name, created_at) VALUES ({newsroom}, 'Courier', '2026-03-01')")
        )
        connection.exec_driver_sql(key.format("one", newsroom))
    migrate(empty_database, folder)
    with pytest.raises(IntegrityError), empty_database.engine.begin() as connection:
        assert (
            connection.scalar(text("SELECT count(*) FROM api_keys JOIN newsrooms ON newsrooms.id = newsroom_id")) == 1
        )
        connection.exec_driver_sql(key.format("two", f"'{uuid4().hex}'"))


def test_what_claims_brought_along_before_there_were_rows_for_it_becomes_rows(empty_database):
    folder = ROOT / "services/review/migrations"
    migrate(empty_database, folder, to="0004")
    claim = {
        "text": "It was shut.", "tags": ["ice"], "story": {"url": "https://wire.example/a#top"},
        "statements": [{"id": "s1", "stance": "asserts", "speaker": {"name": "Ben"}}],
        "requests_for_comment": [{"id": "r1", "asked": "Mayor", "asked_by": "Courier"}],
    }  # fmt: skip
    ids = [uuid4() for _ in range(1001)]  # more than are moved at once
    as_stored = [one.hex if empty_database.engine.dialect.name == "sqlite" else str(one) for one in ids]
    with empty_database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO cases (id, state, version, moved_version, claim_revision, claim, submissions, urgency, test, "
                "received_at, opened_at, revision, kind, published_revision) VALUES "
                "(:id, 'unverified', 1, 0, 1, :claim, '[]', 5, false, :at, :at, 1, 'first', 0)"
            ),
            [{"id": one, "claim": json.dumps(claim), "at": "2026-01-27 12:00:00.000000"} for one in as_stored],
        )
    migrate(empty_database, folder)
    with Session(empty_database.engine) as session:
        assert session.exec(select(func.count()).select_from(Statement)).one() == len(ids)
        said = session.exec(select(Statement).where(Statement.case_id == ids[-1])).one()
        asked = session.exec(select(CommentRequest).where(CommentRequest.case_id == ids[0])).one()
        case = session.get_one(Case, ids[0])
        assert len(session.execute(words.found_by(session, "shut", 5_000)).all()) == len(ids)
    assert (said.record.speaker.name, said.given_id) == ("Ben", "s1")
    assert asked.record.asked == "Mayor"
    assert case.story_key == story_key_of(case.record)
    assert (case.described, case.planned, case.tags) == ({}, {}, ["ice"])
    assert case.stands_since == rank.stands_since(vars(case))


def test_submissions_of_before_they_were_numbered_are_numbered_as_they_came(empty_database):
    folder = ROOT / "services/intake/migrations"
    migrate(empty_database, folder, to="0026")
    newsroom, once, often = (str(new_id()) for _ in range(3))
    sent = [(str(new_id()), claim) for claim in (often, once, often, often)]
    key = (lambda one: one.replace("-", "")) if empty_database.engine.dialect.name == "sqlite" else str
    at = {"at": "2026-01-27 12:00:00.000000"}
    with empty_database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO newsrooms (id, name, created_at) VALUES (:id, 'Courier', :at)"),
            {"id": key(newsroom), **at},
        )
        connection.execute(
            text(
                "INSERT INTO claims (id, newsroom_id, wording_hash, revision, received, test, submitted_at, changed_at, state, "
                "case_revision, verdict_revision, verdict_kind, published_revision) "
                "VALUES (:id, :of, :is, 1, '{}', false, :at, :at, 'unverified', 0, 1, 'first', 0)"
            ),
            [{"id": key(one), "is": one, "of": key(newsroom), **at} for one in (once, often)],
        )
        connection.execute(
            text(
                "INSERT INTO submissions (id, claim_id, newsroom_id, receipt_hash, submitted_at) VALUES (:id, :to, :of, :is, :at)"
            ),
            [{"id": key(one), "is": one, "to": key(claim), "of": key(newsroom), **at} for one, claim in sent],
        )
    migrate(empty_database, folder)
    with Session(empty_database.engine) as session:
        assert dict(session.exec(select(Claim.id, Claim.submission_count)).all()) == {UUID(once): 1, UUID(often): 3}
        assert [one.number for one in told_of(session, [UUID(often)])] == [1, 2, 3]
        assert [str(one.id) for one in told_of(session, [UUID(often)])] == [
            one for one, claim in sent if claim == often
        ]
