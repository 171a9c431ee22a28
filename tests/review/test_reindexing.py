"""The index of words is mended from the tables, while others write."""

import threading

import pytest
from click.testing import CliRunner
from conftest import SECRET
from sqlalchemy import text

from services.review import queries, reindexing, workflow
from services.review.cli import cli
from services.review.models import EARLIER_TABLE, OPEN_TABLE, WORDS_TABLE, Case
from services.review.schemas import CloseIn, DescribeIn, NoteIn
from shared.clock import new_id
from shared.contracts import EarlierCheckTaken


@pytest.fixture
def rebuild(review, monkeypatch):
    """`words rebuild`, by command; returns what it said last."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("REVIEW_DATABASE_URL", review.settings.database_url)

    def run():
        done = CliRunner().invoke(cli, ["words", "rebuild"])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()[-1]

    return run


@pytest.fixture
def damage(review):
    """`damage("DELETE FROM …", …)`: what no code of ours does to an index. `{number}` and `{words}` are as the database has it."""

    def harm(*statements, **values):
        of_sqlite = review.database.is_sqlite
        names = {"number": "rowid" if of_sqlite else "number", "words": ":words"}
        names |= {} if of_sqlite else {"words": "to_tsvector('case_search', :words)"}
        bound = {name: one.hex if of_sqlite and hasattr(one, "hex") else one for name, one in values.items()}
        with review.transaction() as session:
            for one in statements:
                used = {name: value for name, value in bound.items() if f":{name}" in one.format(**names)}
                session.execute(text(one.format(**names)), used)

    return harm


@pytest.fixture
def rows(review):
    """`rows(table)`: what an index holds, in the order of its rows; `rows(table, True)` with their numbers."""

    def look(table, with_number=False):
        number = "rowid" if review.database.is_sqlite else "number"
        with review.reading() as session:
            found = session.execute(
                text(f"SELECT {number}, CAST(case_id AS VARCHAR), part, CAST(words AS VARCHAR) FROM {table} ORDER BY 1")
            ).all()
        return [tuple(row) if with_number else tuple(row[1:]) for row in found]

    return look


@pytest.fixture
def found(review, ada):
    """`found(words)`: the cases on which the words stand, the oldest first."""

    def look(asked, state=None):
        with review.reading() as session:
            return [
                row.id for row in queries.list_queue(session, queries.Wanted(state, q=asked, sort="oldest"), 50).rows
            ]

    return look


def test_a_damaged_index_is_right_again(make_case, do, ada, eve, rebuild, damage, rows, found, monkeypatch):
    monkeypatch.setattr(queries.queue, "MOST_TEXTS", 1)
    monkeypatch.setattr(queries.queue, "MOST_OPEN_TEXTS", 1)
    ids = [make_case(f"The harbour was shut on {number} days.") for number in range(5)]
    for case_id in ids:
        do(case_id, "note", ada, NoteIn(text="It grew by 3.14 percent."))
        do(case_id, "note", ada, NoteIn(text="The pilots saw it."))
    do(ids[4], "close", eve, CloseIn(reason="spam", note="x"))
    before, before_open = rows(WORDS_TABLE), rows(OPEN_TABLE)
    assert rebuild() == "5 cases and fact-checks of others were looked at, 0 rows of the index were mended."
    damage(
        "DELETE FROM case_words WHERE case_id = :whole",
        "DELETE FROM open_words WHERE case_id = :opened",
        "DELETE FROM case_words WHERE case_id = :partly AND part = 'claim'",
        # as PostgreSQL kept it before words were taken apart
        "UPDATE case_words SET words = {words} WHERE case_id = :wrong AND part = 'note'",
        "INSERT INTO case_words (case_id, part, words) VALUES (:opened, 'note', {words})",
        "INSERT INTO case_words (case_id, part, words) VALUES (:nobody, 'note', {words})",
        "UPDATE open_words SET words = {words} WHERE case_id = :partly AND part = 'note'",
        whole=ids[1], opened=ids[0], partly=ids[2], wrong=ids[4], nobody=new_id(), words="It sank by 3.14 percent.",
    )  # fmt: skip
    assert found("sank") != []
    assert " 0 rows" not in rebuild()
    assert found("sank") == []
    assert sorted(rows(WORDS_TABLE)) == sorted(before)
    assert sorted(rows(OPEN_TABLE)) == sorted(before_open)
    assert set(rows(OPEN_TABLE, True)) < set(rows(WORDS_TABLE, True)), "the same numbers in both"
    for asked in ("harbour", "14 percent", "pilots"):
        assert found(asked) == ids, asked
        assert found(asked, "unverified") == ids[:4], asked
    assert " 0 rows" in rebuild()
    do(ids[1], "note", ada, NoteIn(text="The harbour froze."))
    assert found("harbour") == ids, "in its place among the others"


def test_rows_that_are_right_stay_and_wrong_ones_keep_their_numbers(make_case, do, ada, rebuild, damage, rows):
    case_id = make_case("The harbour was shut.")
    for note in ("Anchovies.", "Herrings.", "Sturgeon."):
        do(case_id, "note", ada, NoteIn(text=note))
    before = rows(WORDS_TABLE, True)
    damage(f"UPDATE case_words SET words = {{words}} WHERE {{number}} = {before[2][0]}", words="Pike.")
    assert rows(WORDS_TABLE, True) != before
    rebuild()
    assert rows(WORDS_TABLE, True) == rows(OPEN_TABLE, True) == before


def test_what_is_written_in_the_middle_of_the_run_is_found(make_case, do, ada, damage, found, rows, monkeypatch):
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)
    ids = [make_case(f"Shut on {number} days.") for number in range(5)]
    damage("DELETE FROM case_words", "DELETE FROM open_words")

    def write(count):
        for case_id in (ids[0], ids[4]):
            do(case_id, "note", ada, NoteIn(text="The harbour froze."))
        ids.append(make_case("The harbour was opened."))

    made = list(ids)
    reindexing.reindex(write)
    assert set(found("harbour")) == {made[0], made[4], *ids[5:]}
    assert set(found("shut")) == set(made)
    assert len(rows(WORDS_TABLE)) == len(set(rows(WORDS_TABLE))) + len(ids[5:]) * 2 - 2, "each note once"


def test_what_is_being_written_over_while_its_case_is_mended_is_found_as_it_stands_then(
    make_case, do, ada, damage, found, review
):
    case_id = make_case("The harbour was shut.")
    do(case_id, "describe", ada, DescribeIn(wording="Anchovies came."))
    damage("DELETE FROM case_words", "DELETE FROM open_words")
    running = threading.Thread(target=reindexing.reindex, args=(lambda _: None,))
    with review.transaction() as session:
        version = session.get(Case, case_id).version
        workflow.act(session, case_id, "describe", DescribeIn(wording="Herrings came."), ada, version)
        running.start()
        while running.is_alive() and not waits_for_a_lock(review):
            running.join(0.05)
    running.join()
    assert (found("anchovies"), found("herrings"), found("harbour")) == ([], [case_id], [case_id])


def waits_for_a_lock(review):
    """On SQLite it is the file's lock, and nobody can see who waits."""
    if review.database.is_sqlite:
        return True
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with review.reading() as session:
        return session.execute(text(asked)).scalar_one() > 0


def test_the_index_of_others_checks_is_mended_too(review, damage, rebuild, ada, rows):
    told = [
        EarlierCheckTaken(
            check_id=new_id(), revision=1, url="https://other.example/1", text=said, rating="False",
            publisher="Other Desk", removed=said == "Pike swam.",
        )
        for said in ("Anchovies came.", "Herrings came.", "Pike swam.")
    ]  # fmt: skip
    with review.transaction() as session:
        workflow.note_all_earlier(session, told)
    before = rows(EARLIER_TABLE)
    put = "INSERT INTO earlier_words (case_id, part, words) VALUES (:gone, 'earlier', {words})"
    damage(
        "DELETE FROM earlier_words WHERE case_id = :lost",
        put,
        lost=told[0].check_id,
        gone=told[2].check_id,
        words="Pike.",
    )
    assert rebuild() == "3 cases and fact-checks of others were looked at, 2 rows of the index were mended."
    assert sorted(rows(EARLIER_TABLE)) == sorted(before)
