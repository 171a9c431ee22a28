"""Whether the desk's pages cost the same however many cases there are: every list, by every order and filter, pages in the middle,
search, a case that is full; on SQLite and on PostgreSQL.

`BENCH_ROWS=1000000 make bench BENCH=desk` for a million; usually there are a hundred thousand. Ten thousand of them are open.
`BENCH_DATABASES=sqlite` leaves PostgreSQL out. `BENCH_FOLDER=…` keeps what was filled on SQLite for the next run. Two desks are
asked in turns, one of a thousand cases and one of all. What a page costs is processor time, the database server's too, and the
best of many: what else the machine does is in the others.
"""

import os
import random
import statistics
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from gzip import compress
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from databases import PostgresServer, create_database
from sqlalchemy import Engine, event, func
from sqlmodel import select

from bench.cases import DAYS, NOUNS, Filler
from bench.figures import Figure
from bench.processor import Processor
from services.review import figures, queries
from services.review.app import create_app
from services.review.auth import open_session
from services.review.models import Case, CaseSpan, Evidence, Note, Person
from services.review.places import write_place
from services.review.queries import SORTS, Wanted
from services.review.service import service
from services.review.settings import Settings
from shared.clock import now
from shared.db import row_of, table_of
from shared.migrations import migrate

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
DATABASES = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()
FEW, FEW_OPEN, OPEN = 1_000, 400, 10_000
ROUNDS, ASKED = 4, 6  # for each page: turns, and times in each
LONG_AGO = (now() - timedelta(days=DAYS)).date()
STATIC = Path(__file__).parents[2] / "services/review/static"
PAGES = {
    "open": "/?view=open",
    "open, by due time": "/?view=open&sort=due",
    "open, the most urgent": "/?view=open&sort=urgency",
    "open, the newest": "/?view=open&sort=newest",
    "open with a tag": "/?view=open&tag=harbour",
    "open of a desk": "/?view=open&desk=health",
    "open of a desk with a tag": "/?view=open&desk=health&tag=harbour",
    "open, with words": "/?view=open&q=harbour",
    "all unverified": "/?view=work",
    "seen before": "/?view=seen",
    "to approve": "/?view=approve",
    "waiting for the site": "/?view=site",
    "published": "/?view=published",
    "published with a tag": "/?view=published&tag=harbour",
    "published of a desk": "/?view=published&desk=health",
    "published, with a word": "/?view=published&q=harbour",
    "published, with words": "/?view=published&q=harbour+budget",
    "published by rank, with a word": "/?view=published&sort=rank&q=harbour",
    "to be looked at": "/?view=alarms",
    "closed": "/?view=closed",
    "all": "/?view=all",
    "all, by rank": "/?view=all&sort=rank",
    "all, by due time": "/?view=all&sort=due",
    "all with a tag": "/?view=all&tag=harbour",
    "all of a desk": "/?view=all&desk=health",
    "all, with words": "/?view=all&q=harbour+budget",
    "all with a tag, with words": "/?view=all&tag=river&q=harbour",
}
RARE = {  # what few cases or none have among a thousand, so that a page of them is held against a limit
    "three words": "harbour+budget+river",
    "four words": "harbour+budget+river+coal",
    "a number that few have": "123456",
    "words that follow one another": "%22harbour+budget%22",
    "a beginning that many have": "har",
    "a beginning that some have": "123",
}
OTHERS = {  # to be done within a second
    "figures of four weeks": "/stats?by=channel",
    "figures of all years": f"/stats?by=channel&since={LONG_AGO}",
    "reports of four weeks": "/reports",
    "reports of all years": f"/reports?since={LONG_AGO}",
    "the search": "/search?q=harbour+budget",
    "the directory": "/directory",
    "the stories": "/stories",
    "the disputes": "/disputes",
    "the operations": "/operations",
}


class Look(NamedTuple):
    """What a page cost: milliseconds of processor time and of the clock, its statements, its bytes."""

    ms: float
    clock: float
    statements: int
    size: int


def measure(folder: Path) -> Iterator[Figure]:
    """On each database: fill a desk with a thousand cases and one with all, and look at both."""
    if "sqlite" in DATABASES:
        kept = Path(os.environ.get("BENCH_FOLDER", folder)).absolute()
        urls = [f"sqlite:///{kept}/{name}.sqlite3" for name in ("few", "many")]
        yield from _measure("SQLite", *(Desk(folder, url, Processor()) for url in urls))
    if "postgresql" in DATABASES:
        server = PostgresServer(durable=True)
        try:
            urls = [create_database(server.admin_url, name) for name in ("few", "many")]
            yield from _measure("PostgreSQL", *(Desk(folder, url, Processor(server)) for url in urls))
        finally:
            service.database.close()
            server.stop()
    script = sum(len(compress(path.read_bytes())) for path in STATIC.glob("*.js")) / 1000
    yield _at_most("the desk's JavaScript, compressed", script, 60, "limit", "kB")


def _measure(where: str, small: "Desk", desk: "Desk") -> Iterator[Figure]:
    small.fill(FEW, FEW_OPEN)
    desk.fill(ROWS, min(OPEN, ROWS // 10))
    for name, path in PAGES.items():
        few, many = _in_turns((small, path), (desk, path))
        note = f"{many.clock:.0f} ms by the clock, {many.statements} statements, {many.size / 1000:.0f} kB"
        yield _at_most(f"{where}: {name}, {ROWS:,} cases", many.ms, few.ms, f"with {FEW:,}", "ms", 1.5, note)
        yield _at_most(f"{where}: {name}, statements", many.statements, 11, "limit", "")
        yield _at_most(f"{where}: {name}, HTML", many.size / 1000, 60, "limit", "kB")
    for name, first, path in desk.pages_in_the_middle():
        before, middle = _in_turns((desk, first), (desk, path))
        yield _at_most(f"{where}: a page in the middle, {name}", middle.ms, before.ms, "its first", "ms", 1.5)
    for name, asked in RARE.items():
        for order in ("newest", "rank"):
            look = desk.look(f"/?view=all&sort={order}&q={asked}")
            yield _at_most(f"{where}: all by {order}, with {name}", look.ms, 100, "limit", "ms")
    for count in (1, 2, 3, 4):
        median = desk.search(count)
        yield _at_most(
            f"{where}: search for {count} of the words of {ROWS:,} cases, median", median, 100, "limit", "ms"
        )
    full = desk.look(f"/cases/{desk.full_case()}")
    note = f"{full.ms:.0f} ms, {full.size / 1000:.0f} kB"
    with_much = f"{where}: a case with 200 notes, 50 pieces of evidence"
    yield _at_most(with_much, full.statements, 14, "limit", "statements", note=note)
    for name, path in OTHERS.items():
        other = desk.look(path, times=2)
        yield _at_most(f"{where}: {name}, {ROWS:,} cases", other.ms, 1_000, "limit", "ms")


def _in_turns(*asked: tuple["Desk", str]) -> list[Look]:
    """What pages cost, each the best of all its turns."""
    looks = [[desk.look(path) for desk, path in asked] for _ in range(ROUNDS)]
    return [min(of_one) for of_one in zip(*looks, strict=True)]


def _at_most(name: str, ours: float, beside: float, what: str, unit: str, bar: float = 1.0, note: str = "") -> Figure:
    return Figure(name, ours, beside, what, unit, bar, at_most=True, note=note)


class Desk:
    """A desk with a database of its own, in this process, with somebody signed in. One desk at a time is connected."""

    def __init__(self, folder: Path, url: str, processor: Processor) -> None:
        settings = Settings(
            database_url=url,
            secret_key="only for measuring, not for use",
            public_base_url="http://127.0.0.1:8002",
            redis_url=f"unix://{folder}/none.sock",
            log_level="ERROR",
        )
        self._settings, self._processor = settings, processor
        self._random, self._statements = random.Random(7), 0
        self._person = Person(name="Bench", email="bench@desk.example", password_hash="-", roles=["editor"])
        app = create_app(settings)
        migrate(service.database, service.migrations)
        with service.transaction() as session:
            before = session.exec(select(Person).where(Person.email == self._person.email)).first()
            self._person = before or self._person
            session.add(self._person)
        self.filler = Filler(self._person)
        app.add_url_rule("/bench-sign-in", view_func=self._sign_in)
        self._client = app.test_client()
        self._client.get("/bench-sign-in")
        self._connected: Engine | None = None

    def fill(self, count: int, still_open: int) -> None:
        """So many cases, this many of them open; unless it has some."""
        self._connect()
        with service.reading() as session:
            if session.exec(select(Case.id).limit(1)).first():
                return
        self.filler.fill(count, still_open)
        with service.reading() as session:
            days = figures.days_to_keep(session)
        for day in days:
            with service.transaction() as session:
                figures.keep_day(session, day)

    def _connect(self) -> None:
        database = service.database
        if database.engine is self._connected:
            return
        service.start(self._settings)
        self._connected = database.engine
        for engine in (
            {database._reader, database._writer, database._asker} if database.is_sqlite else {database._writer}
        ):
            event.listen(engine, "before_cursor_execute", self._count)

    def look(self, path: str, times: int = ASKED) -> Look:
        """A page, asked for so many times."""
        self._connect()
        self._client.get(path)
        looks = []
        for _ in range(times):
            self._statements = 0
            cost, took, answer = self._processor.cost(partial(self._client.get, path))
            assert answer.status_code == 200, answer.status
            looks.append(Look(cost * 1000, took * 1000, self._statements, len(answer.data)))
        return min(looks)

    def pages_in_the_middle(self) -> Iterator[tuple[str, str, str]]:
        """Of lists in each order a page as far from the beginning as from the end: what it is, the first page, and this one."""
        for view, sort, state, words in (
            ("all", "newest", None, ""), ("all", "rank", None, ""), ("work", "rank", "unverified", ""),
            ("work", "urgency", "unverified", ""), ("work", "due", "unverified", ""), ("published", "newest", "published", ""),
            ("all", "newest", None, "harbour"), ("all", "rank", None, "harbour"),
            ("published", "newest", "published", "harbour+budget"),
        ):  # fmt: skip
            columns, downwards = SORTS[sort]
            table = table_of(Case).columns
            mine = [table[column.key] for column in columns]
            where = [one.is_not(None) for one in mine] + ([table.state == state] if state else [])
            with service.reading() as session:
                count = session.execute(select(func.count()).select_from(table_of(Case)).where(*where)).scalar_one()
                order = [one.desc() if downwards else one.asc() for one in mine]
                chosen = select(*mine).where(*where).order_by(*order).limit(1).offset(count // 2)
                place = list(session.execute(chosen).one())
            first = f"/?view={view}&sort={sort}" + (f"&q={words}" if words else "")
            yield f"{view} by {sort}{' with words' if words else ''}", first, f"{first}&cursor={write_place(place)}"

    def search(self, count: int) -> float:
        """Milliseconds of a search for so many words, at the median of many different ones."""
        self._connect()
        taken = []
        for _ in range(40):
            asked = " ".join(self._random.sample(NOUNS, count))
            wanted = Wanted(q=asked, sort="newest")
            with service.reading() as session:
                cost, _, _ = self._processor.cost(partial(queries.list_queue, session, wanted, 30))
                taken.append(cost)
        return statistics.median(taken) * 1000

    def full_case(self) -> UUID:
        """A case on which much was written."""
        case, spans, _, _ = self.filler.case(is_open=True)
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

    def _sign_in(self) -> str:
        with service.transaction() as session:
            open_session(session, self._person, "password")
        return "in"

    def _count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._statements += not statement.startswith("BEGIN")
