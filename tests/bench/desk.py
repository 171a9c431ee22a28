"""Whether the desk's pages cost the same however many cases there are: every list, a deep page, search, a case that is full.

`BENCH_ROWS=1000000 make bench BENCH=desk` for a million; the usual hundred thousand takes some minutes. Ten thousand
of them are open.
`BENCH_DATABASE_URL=postgresql://…` measures there; usually it is SQLite.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from gzip import compress
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import event, text

from bench.figures import Figure
from services.review import queries, words
from services.review.app import create_app
from services.review.auth import open_session
from services.review.models import Case, CaseOutcome, CaseSpan, CaseTag, Evidence, Note, Person
from services.review.queries import Wanted
from services.review.service import service
from services.review.settings import Settings
from services.review.words import Written
from shared import cursor
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, Party
from shared.db import row_of, table_of
from shared.migrations import migrate

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
FEW, OPEN, AT_ONCE = 1_000, 10_000, 5_000
ASKED = 15  # times for each page
DAYS = 1_000  # over which the cases came in
TAGS = ("harbour", "budget", "health", "school", "river", "energy")
NOUNS = (
    "bridge", "harbour", "ice", "budget", "vaccine", "school", "train", "river", "mayor", "tax", "storm", "election",
    "hospital", "wage", "border", "coal",
)  # fmt: skip
STATIC = Path(__file__).parents[2] / "services/review/static"
PAGES = {
    "open": "/?view=open",
    "open, by due time": "/?view=open&sort=due",
    "open with a tag": "/?view=open&tag=harbour",
    "open, with words": "/?view=open&q=harbour",
    "to approve": "/?view=approve",
    "published": "/?view=published",
    "all": "/?view=all",
    "all with a tag": "/?view=all&tag=harbour",
    "all, with words": "/?view=all&q=harbour+budget",
}


class Look(NamedTuple):
    """What a page cost: the median in milliseconds, its statements, its bytes."""

    ms: float
    statements: int
    size: int


def measure(folder: Path) -> Iterator[Figure]:
    """Fill a desk with a thousand cases, look; fill it with all, and look again."""
    desk = Desk(folder)
    desk.fill(FEW, still_open=FEW // 10)
    few = {name: desk.look(path) for name, path in PAGES.items()}
    desk.fill(ROWS - FEW, still_open=min(OPEN, ROWS // 10) - FEW // 10)
    for name, path in PAGES.items():
        many = desk.look(path)
        note = f"{many.statements} statements, {many.size / 1000:.0f} kB"
        yield _at_most(f"queue: {name}, {ROWS:,} cases", many.ms, few[name].ms, f"with {FEW:,}", "ms", 1.5, note)
        yield _at_most(f"queue: {name}, statements", many.statements, 11, "limit", "")
        yield _at_most(f"queue: {name}, HTML", many.size / 1000, 60, "limit", "kB")
    deep = desk.look(desk.page_in_the_middle())
    yield _at_most("queue: a page in the middle of all", deep.ms, desk.look(PAGES["all"]).ms, "its first", "ms", 1.5)
    yield _at_most(f"search over {ROWS:,} cases, median", desk.search(), 100, "limit", "ms")
    full = desk.look(f"/cases/{desk.full_case()}")
    note = f"{full.ms:.0f} ms, {full.size / 1000:.0f} kB"
    yield _at_most(
        "a case with 200 notes, 50 pieces of evidence", full.statements, 14, "limit", "statements", note=note
    )
    figures = desk.look("/stats?by=channel", times=3)
    yield _at_most(f"figures of four weeks, {ROWS:,} cases", figures.ms, 1_000, "limit", "ms")
    script = sum(len(compress(path.read_bytes())) for path in STATIC.glob("*.js")) / 1000
    yield _at_most("the desk's JavaScript, compressed", script, 60, "limit", "kB")


def _at_most(name: str, ours: float, beside: float, what: str, unit: str, bar: float = 1.0, note: str = "") -> Figure:
    return Figure(name, ours, beside, what, unit, bar, at_most=True, note=note)


class Desk:
    """The desk in this process, with somebody signed in."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            database_url=os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/review.sqlite3"),
            secret_key="only for measuring, not for use",
            public_base_url="http://127.0.0.1:8002",
            redis_url=f"unix://{folder}/none.sock",
            log_level="ERROR",
        )
        service.start(settings)
        migrate(service.database, service.migrations)
        app = create_app(settings)
        self._random, self._statements, self._ids = random.Random(7), 0, []
        for engine in {service.database._reader, service.database.engine}:
            event.listen(engine, "before_cursor_execute", self._count)
        self._person = Person(name="Bench", email="bench@desk.example", password_hash="-", roles=["editor"])
        with service.transaction() as session:
            session.add(self._person)
        app.add_url_rule("/bench-sign-in", view_func=self._sign_in)
        self._client = app.test_client()
        self._client.get("/bench-sign-in")

    def fill(self, count: int, still_open: int) -> None:
        """So many more cases, this many of them open, the rest published or closed."""
        for start in range(0, count, AT_ONCE):
            made = [self._case(number < still_open) for number in range(start, min(start + AT_ONCE, count))]
            rows = [case for case, _, _, _ in made]
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
            self._ids += [row["id"] for row in rows[:: AT_ONCE // 5]]
        with service.database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))

    def look(self, path: str, times: int = ASKED) -> Look:
        """A page, asked for so many times."""
        self._client.get(path)
        taken = []
        for _ in range(times):
            self._statements, began = 0, time.perf_counter()
            answer = self._client.get(path)
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.status
        return Look(statistics.median(taken) * 1000, self._statements, len(answer.data))

    def page_in_the_middle(self) -> str:
        """The address of a page that is as far from the beginning as from the end."""
        return f"/?view=all&cursor={cursor.write(str(sorted(self._ids)[len(self._ids) // 2]))}"

    def search(self) -> float:
        """Milliseconds of a search for two words, at the median of many different ones."""
        taken = []
        for _ in range(40):
            asked = " ".join(self._random.sample(NOUNS, 2))
            with service.reading() as session:
                began = time.perf_counter()
                queries.list_queue(session, Wanted(q=asked, sort="newest"), 30)
                taken.append(time.perf_counter() - began)
        return statistics.median(taken) * 1000

    def full_case(self) -> UUID:
        """A case on which much was written."""
        case, spans, _, _ = self._case(is_open=True)
        mine = {"case_id": case["id"], "person_id": self._person.id}
        notes = [row_of(Note, **mine, text=f"Called them for the {n}th time.", state="unverified") for n in range(200)]
        evidence = [
            row_of(Evidence, **mine, kind="document", title=f"Log {n}", stance="refutes", quote="It was shut.")
            for n in range(50)
        ]
        with service.transaction() as session:
            for model, rows in ((Case, [case]), (CaseSpan, spans), (Note, notes), (Evidence, evidence)):
                session.connection().execute(table_of(model).insert(), rows)
        return case["id"]

    def _case(self, is_open: bool) -> tuple:
        """The rows of a case: itself, its spans, its outcome if it has one, and what was written."""
        pick = self._random
        came = now() - timedelta(days=pick.uniform(0, 20 if is_open else DAYS))
        said = f"The {pick.choice(NOUNS)} shut for {pick.randrange(10**6)} days, said the {' '.join(pick.sample(NOUNS, 3))} office."
        claim = ClaimRecord(
            text=said, claimant=Party(name=f"Person {pick.randrange(500)}", organization=f"Party {pick.randrange(9)}")
        )
        channel, tags = f"Newsroom {pick.randrange(40)}", pick.sample(TAGS, 2)
        state = (
            pick.choice(("unverified",) * 9 + ("checked",))
            if is_open
            else pick.choice(("published",) * 4 + ("closed",))
        )
        case = row_of(
            Case, id=new_id(), state=state, claim_revision=1, claim=claim.model_dump(mode="json"), tags=tags, received_at=came,
            submissions=[{"id": str(new_id()), "newsroom": channel, "submitted_at": came.isoformat()}],
            urgency=pick.randrange(1, 10), due_at=came + timedelta(days=2) if pick.random() < 0.3 else None,
            stands_since=came + timedelta(hours=pick.uniform(-40, 10)),
        )  # fmt: skip
        return (
            case,
            self._spans(case, channel, came),
            self._outcome(case, channel, came),
            Written(case["id"], "claim", said),
        )

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
                    checker_id=self._person.id if leaves else None,
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

    def _sign_in(self) -> str:
        with service.transaction() as session:
            open_session(session, self._person, "password")
        return "in"

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._statements += not statement.startswith("BEGIN")
