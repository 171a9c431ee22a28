"""An index of a guestbook, on both databases."""

from uuid import UUID, uuid5

import guestbook
import pytest
from databases import create_database

from shared.db import Database
from shared.matching import Asked, Entry, Matcher, encoder, indexing

OURS = UUID(int=7)


@pytest.fixture
def database(database_kind, tmp_path, request):
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path}/notes.sqlite3"
    else:
        url = create_database(request.getfixturevalue("postgres_admin_url"), "test_guestbook")
    database = Database()
    database.connect(url)
    guestbook.Table.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def write(database):
    """Index notes, and make their vectors unless there is no model."""

    def index(*notes, by=None, **more):
        entries = [Entry("note", uuid5(OURS, note), note, **more) for note in notes]
        with database.transaction() as session:
            changed = indexing.put(session, guestbook.TABLES, entries)
        if by:
            encode(database, by)
        return changed

    return index


def encode(database, by):
    with database.reading() as session:
        made = indexing.encode(indexing.missing(session, guestbook.TABLES, by.tag, 1_000), by)
    with database.transaction() as session:
        indexing.keep(session, guestbook.TABLES, made)


@pytest.fixture
def find(database):
    """The answer to what is asked."""

    def match(text, by=None, most=10, **more):
        matcher = Matcher(guestbook.TABLES, by or encoder((), "off"))
        with database.reading() as session:
            return matcher.match(session, Asked(text, **more), most)

    return match


@pytest.fixture(scope="session")
def ranked():
    """What the first database found, for the second to be compared with."""
    return {}
