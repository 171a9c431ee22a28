"""Cases by the hundred thousand, as rows: so many are written one by one, and the rest are copies of those that are done."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, text
from sqlmodel import select

from services.review import words
from services.review.models import WORDS_TABLE, Case, CaseOutcome, CaseSpan, CaseTag, Desk, Person
from services.review.service import service
from services.review.words import STRETCH, Written
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, Party
from shared.db import row_of, table_of

AT_ONCE, WRITTEN = 5_000, 25_000
FILLED = (Case, CaseTag, CaseSpan, CaseOutcome)
A_PAGE = 30  # so many cases at least are alarmed, among a thousand, too: a full page is to be held against a full one
DAYS = 1_000  # over which the cases came in
TAGS = ("harbour", "budget", "health", "school", "river", "energy")
DESKS = ("politics", "health", "sports")
NOUNS = (
    "bridge", "harbour", "ice", "budget", "vaccine", "school", "train", "river", "mayor", "tax", "storm", "election",
    "hospital", "wage", "border", "coal",
)  # fmt: skip
# A new UUIDv7, a thousand in each millisecond: cases and their texts are written in the order of their ids, as they are at a desk.
MOMENT = "(:moment + row_number() OVER () / 1000)"
NEW_ON_SQLITE = f"printf('%012x', {MOMENT}) || substr(id, 13, 8) || lower(hex(randomblob(6)))"
NEW_ON_POSTGRESQL = (
    f"(lpad(to_hex({MOMENT}), 12, '0') || substr(replace(id::text, '-', ''), 13, 8) || "
    "substr(md5(random()::text || id::text), 1, 12))::uuid"
)


class Filler:
    """Fills the desk that is connected. `checker` has checked what is published."""

    def __init__(self, checker: Person) -> None:
        self._random, self._checker, self._alarmed = random.Random(7), checker, 0
        with service.transaction() as session:
            before = session.exec(select(Desk).order_by(Desk.slug)).all()
            self._desks = list(before) or [Desk(slug=name, name=name.title()) for name in DESKS]
            session.add_all(self._desks)

    def fill(self, count: int, still_open: int) -> None:
        """So many more cases, this many of them open, the rest published or closed. Those that are open came last."""
        done = count - still_open
        with _without_indexes():
            written = min(done, WRITTEN)
            self._write_many(written, are_open=False)
            while written < done:
                written += self._copy(done - written)
            self._write_many(still_open, are_open=True)
        with service.database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))

    def _write_many(self, count: int, are_open: bool) -> None:
        for start in range(0, count, AT_ONCE):
            self._write([self.case(are_open) for _ in range(min(AT_ONCE, count - start))])

    def _write(self, made: list[tuple]) -> None:
        rows = [case for case, *_ in made]
        with service.transaction() as session:
            connection = session.connection()
            connection.execute(table_of(Case).insert(), rows)
            tags = [{"case_id": row["id"], "tag": tag} for row in rows for tag in row["tags"]]
            connection.execute(table_of(CaseTag).insert(), tags)
            connection.execute(table_of(CaseSpan).insert(), [span for _, spans, _, _ in made for span in spans])
            outcomes = [outcome for _, _, outcome, _ in made if outcome]
            if outcomes:
                connection.execute(table_of(CaseOutcome).insert(), outcomes)
            words.keep(session, [written for *_, written in made])

    def _copy(self, most: int) -> int:
        """Copy cases that are done, with all that belongs to them, at most so many. Returns how many."""
        with service.transaction() as session:
            connection = session.connection()
            new_key = NEW_ON_SQLITE if service.database.is_sqlite else NEW_ON_POSTGRESQL
            connection.execute(
                text("CREATE TEMPORARY TABLE copies AS SELECT id AS was, id AS becomes FROM cases LIMIT 0")
            )
            copy = f"INSERT INTO copies SELECT id, {new_key} FROM cases LIMIT {min(most, 100_000)}"
            connection.execute(text(copy), {"moment": int(now().timestamp() * 1000)})
            connection.execute(text("CREATE UNIQUE INDEX copies_was ON copies (was)"))
            copied = connection.execute(text("SELECT count(*) FROM copies")).scalar_one()
            _copy_rows(connection, table_of(Case), "id")
            for model in (CaseTag, CaseSpan, CaseOutcome):
                _copy_rows(connection, table_of(model), "case_id")
            _copy_words(connection)
            connection.execute(text("DROP TABLE copies"))
        return copied

    def case(self, is_open: bool) -> tuple:
        """The rows of a case: itself, its spans, its outcome if it has one, and what was written."""
        pick = self._random
        came = now() - timedelta(days=pick.uniform(0, 20 if is_open else DAYS))
        said = f"The {pick.choice(NOUNS)} shut for {pick.randrange(10**6)} days, said the {' '.join(pick.sample(NOUNS, 4))} office."
        claim = ClaimRecord(
            text=said, claimant=Party(name=f"Person {pick.randrange(500)}", organization=f"Party {pick.randrange(9)}")
        )
        channel, tags = f"Newsroom {pick.randrange(40)}", pick.sample(TAGS, 2)
        state = (
            pick.choice(("unverified",) * 8 + ("checked",) * 2)
            if is_open
            else pick.choice(("published",) * 4 + ("closed",))
        )
        desk = pick.choice((None, *self._desks))
        alarmed = not is_open and (self._alarmed < A_PAGE or pick.random() < 0.01)
        self._alarmed += alarmed
        case = row_of(
            Case, id=new_id(), state=state, claim_revision=1, claim=claim.model_dump(mode="json"), tags=tags, received_at=came,
            submissions=[{"id": str(new_id()), "newsroom": channel, "submitted_at": came.isoformat()}],
            urgency=pick.randrange(1, 10), due_at=came + timedelta(days=2) if pick.random() < 0.3 else None,
            stands_since=came + timedelta(hours=pick.uniform(-40, 10)), desk_id=desk.id if desk else None,
            seen_before=int(is_open and pick.random() < 0.1), alarms=int(alarmed),
            approved_at=came + timedelta(hours=2) if state == "checked" and pick.random() < 0.5 else None,
        )  # fmt: skip
        spans, outcome = self._spans(case, channel, came), self._outcome(case, channel, came)
        return case, spans, outcome, Written(case["id"], "claim", said)

    def _spans(self, case: dict, channel: str, came: datetime) -> list[dict]:
        is_left = case["state"] in ("published", "closed")
        spans = []
        for number, (state, stage) in enumerate(
            (("unverified", "queue"), ("unverified", "work"), ("checked", "approval")), start=1
        ):
            seconds = self._random.uniform(60, 90_000)
            ends = came + timedelta(seconds=seconds)
            leaves = is_left and stage != "queue"
            spans.append(
                row_of(
                    CaseSpan, case_id=case["id"], number=number, state=state, stage=stage, channel=channel, began_at=came,
                    ended_at=ends if is_left else None, ended_by="check" if leaves else None, left_at=ends if leaves else None,
                    waited=seconds, worked=seconds / 3, rating="false" if leaves else None,
                    checker_id=self._checker.id if leaves else None,
                )
            )  # fmt: skip
            if not is_left:
                break
            came = ends
        return spans

    def _outcome(self, case: dict, channel: str, came: datetime) -> dict | None:
        if case["state"] not in ("published", "closed"):
            return None
        took = self._random.uniform(3_600, 300_000)
        at = came + timedelta(seconds=took)
        claimant = case["claim"]["claimant"]
        return row_of(
            CaseOutcome, case_id=case["id"], number=1, kind=case["state"], at=at, first_at=at, channel=channel, took=took,
            claimant=claimant["name"], party=claimant["organization"], rating="false" if case["state"] == "published" else None,
            reason="spam" if case["state"] == "closed" else None, evidence=2,
        )  # fmt: skip


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Many rows are written in half the time if their indexes are made afterwards, of all of them at once."""
    indexes = [index for model in FILLED for index in table_of(model).indexes if not index.unique]
    with service.database.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with service.database.engine.begin() as connection:
        for index in indexes:
            index.create(connection)


def _copy_words(connection: Connection) -> None:
    """As the desk writes them: on SQLite each case's in a stretch of numbers, in the order of the cases."""
    if service.database.is_sqlite:
        last = connection.execute(text(f"SELECT max(id) FROM {WORDS_TABLE}_content")).scalar_one() // STRETCH
        place = "row_number() OVER (PARTITION BY becomes ORDER BY id)"
        number = f"({last} + dense_rank() OVER (ORDER BY becomes)) * {STRETCH} + {place}"
        put = f"INSERT INTO {WORDS_TABLE} (rowid, words, case_id, part) SELECT {number}, c0, becomes, c2 FROM {WORDS_TABLE}_content"
        connection.execute(text(f"{put} CROSS JOIN copies WHERE c1 = was ORDER BY 1"))
    else:
        put = f"INSERT INTO {WORDS_TABLE} (words, case_id, part) SELECT words, becomes, part FROM {WORDS_TABLE}"
        connection.execute(text(f"{put} CROSS JOIN copies WHERE case_id = was ORDER BY becomes"))


def _copy_rows(connection: Connection, table: Table, key: str) -> None:
    names = [column.name for column in table.columns]
    given = ", ".join("becomes" if name == key else f'"{table.name}"."{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = f'SELECT {given} FROM "{table.name}" JOIN copies ON "{table.name}"."{key}" = was'
    connection.execute(text(f'INSERT INTO "{table.name}" ({columns}) {chosen}'))
