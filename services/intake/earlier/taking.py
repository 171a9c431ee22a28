"""Earlier checks are taken in: once, however often they are imported, and as they were given last."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from services.intake import seen
from services.intake.earlier.reviews import host_of
from services.intake.earlier.words import searchable
from services.intake.models import EarlierCheck, Outbox
from services.intake.models.earlier import WORDS_TABLE
from services.intake.schemas import EarlierCheckIn
from services.intake.wording import wording_hash
from shared.clock import now, revision_of
from shared.contracts import ROUTES, EarlierCheckTaken
from shared.db import row_of, table_of
from shared.fields import plain_url
from shared.outbox import Trace, tell_all

Outcome = Literal["new", "changed", "same"]
KEPT = {"number", "id", "key_hash", "imported_at"}  # of a check that was there

WRITE_WORDS = {
    "sqlite": (
        f"INSERT OR REPLACE INTO {WORDS_TABLE} (rowid, claim, headline) VALUES (:number, :claim, :headline)"  # noqa: S608
    ),
    "postgresql": (
        f"INSERT INTO {WORDS_TABLE} (number, words) VALUES (:number, "  # noqa: S608
        "setweight(to_tsvector('earlier_search', :claim), 'A') || setweight(to_tsvector('earlier_search', :headline), 'B')) "
        "ON CONFLICT (number) DO UPDATE SET words = excluded.words"
    ),
}


class Given(NamedTuple):
    """A check to be taken in; what came, as JSON in ASCII, if it is kept; and where it came from, in words."""

    check: EarlierCheckIn
    imported_from: str
    raw: str | None = None


class Taken(NamedTuple):
    """What came of one: its id, and whether it is new, has changed or was the same."""

    id: UUID
    outcome: Outcome


def take_all(session: Session, given: Sequence[Given]) -> list[Taken]:
    """Take checks in, in a number of statements that does not grow with them. What came of each, in order.

    The same claim on the same page is the same check; of several in one go the last one counts.
    """
    if not given:
        return []
    rows, known = _rows(given), {}
    known = _known(session, rows, lock=True)
    todo = [row for row in rows.values() if _outcome(row, known) != "same"]
    for row in todo:
        if before := known.get(row["key_hash"]):
            row["changed_at"] = _after(before.changed_at, row["changed_at"])
    if todo:
        _store(session, todo)
        _write_words(session, todo)
        _index(session, [row["key_hash"] for row in todo])
    ids = {key: row["id"] for key, row in rows.items()} | {key: row.id for key, row in _known(session, rows).items()}
    tell_taken(session, [message(row | {"id": ids[row["key_hash"]]}) for row in todo])
    return [Taken(ids[row["key_hash"]], outcome) for row, outcome in _told(given, rows, known)]


def message(row: Mapping[str, Any], removed: bool = False) -> EarlierCheckTaken:
    """What the desk is told of a check."""
    return EarlierCheckTaken(
        check_id=row["id"],
        revision=revision_of(row["changed_at"]),
        url=row["url"],
        text=row["claim"],
        claimant=row["claimant"],
        rating=row["rating_label"],
        headline=row["headline"],
        publisher=row["publisher_name"],
        published_at=row["published_at"],
        language=row["language"],
        removed=removed,
    )


def tell_taken(session: Session, messages: Iterable[EarlierCheckTaken]) -> None:
    """Tell the desk of checks, in one statement."""
    tell_all(session, Outbox, [(one, Trace.here()) for one in messages], ROUTES[EarlierCheckTaken])


def compare_all(session: Session, given: Sequence[Given]) -> list[Outcome]:
    """What would come of each, if they were taken in."""
    rows = _rows(given)
    return [outcome for _, outcome in _told(given, rows, _known(session, rows))]


def remove_all(session: Session, ids: Sequence[UUID]) -> int:
    """Remove checks and their words; returns how many there were. Imported again, they are new."""
    found = session.exec(select(EarlierCheck).where(col(EarlierCheck.id).in_(ids)).with_for_update()).all()
    numbers = [one.number for one in found]
    moment = now()
    gone = [one.model_dump() | {"changed_at": _after(one.changed_at, moment)} for one in found]
    tell_taken(session, [message(one, removed=True) for one in gone])
    seen.remove_checks(session, ids)
    if session.get_bind().dialect.name == "sqlite" and numbers:  # on PostgreSQL they go with the checks
        without_words = [{"number": number} for number in numbers]
        session.connection().execute(text(f"DELETE FROM {WORDS_TABLE} WHERE rowid = :number"), without_words)  # noqa: S608
    session.execute(delete(EarlierCheck).where(col(EarlierCheck.number).in_(numbers)))
    return len(numbers)


def _after(before: datetime, moment: datetime) -> datetime:
    """The moment of a change, and later than the change before: a clock may have been set back, and the desk goes by this order."""
    return max(moment, before + timedelta(microseconds=1))


def _told(
    given: Sequence[Given], rows: Mapping[str, dict[str, Any]], known: Mapping[str, Any]
) -> list[tuple[dict[str, Any], Outcome]]:
    """Each one's row, and what comes of it. Of several for the same check the first is told what comes of it."""
    told: list[tuple[dict[str, Any], Outcome]] = []
    seen: set[str] = set()
    for one in given:
        row = rows[_key(one.check)]
        told.append((row, "same" if row["key_hash"] in seen else _outcome(row, known)))
        seen.add(row["key_hash"])
    return told


def _outcome(row: Mapping[str, Any], known: Mapping[str, Any]) -> Outcome:
    before = known.get(row["key_hash"])
    if before is None:
        return "new"
    return "same" if before.content_hash == row["content_hash"] else "changed"


def _rows(given: Sequence[Given]) -> dict[str, dict[str, Any]]:
    """The rows by their keys. Sorted, so that two processes lock them in the same order."""
    moment = now()
    rows = {_key(one.check): _row(one, moment) for one in given}
    return dict(sorted(rows.items()))


def _row(one: Given, moment: Any) -> dict[str, Any]:
    check = one.check
    written = check.model_dump_json()
    publisher = check.publisher
    return row_of(
        EarlierCheck,
        key_hash=_key(check),
        content_hash=sha256(f"{written}\n{one.raw}".encode()).hexdigest(),
        **check.model_dump(exclude={"rating", "publisher"}),
        **{f"rating_{name}": value for name, value in check.rating.model_dump().items()},
        publisher_name=publisher.name if publisher else host_of(check.url),
        publisher_url=publisher.url if publisher else None,
        imported_from=one.imported_from[:300],
        imported_at=moment,
        changed_at=moment,
        raw=one.raw,
    )


def _key(check: EarlierCheckIn) -> str:
    return sha256(f"{plain_url(check.url)}\n{wording_hash(check.claim)}".encode()).hexdigest()


def _known(session: Session, rows: Mapping[str, Any], lock: bool = False) -> dict[str, Any]:
    """What is there of these keys: its number, id, content's hash and the moment of its last change."""
    of = EarlierCheck
    columns: Any = (of.key_hash, of.number, of.id, of.content_hash, of.changed_at)
    chosen: Any = (
        select(*columns).where(col(EarlierCheck.key_hash).in_(list(rows))).order_by(col(EarlierCheck.key_hash))
    )
    found = session.exec(chosen.with_for_update() if lock else chosen)
    return {row.key_hash: row for row in found}


def _store(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert: Any = dialect.insert(table_of(EarlierCheck))
    changed = {name: insert.excluded[name] for name in rows[0] if name not in KEPT}
    numbered = [{name: value for name, value in row.items() if name != "number"} for row in rows]
    session.connection().execute(insert.on_conflict_do_update(index_elements=["key_hash"], set_=changed), numbered)


def _write_words(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    numbers = {key: row.number for key, row in _known(session, {row["key_hash"]: row for row in rows}).items()}
    words = [
        {
            "number": numbers[row["key_hash"]],
            "claim": searchable(row["claim"]),
            "headline": " ".join(filter(None, (searchable(row["headline"]), searchable(row["claimant"])))),
        }
        for row in rows
    ]
    session.connection().execute(text(WRITE_WORDS[session.get_bind().dialect.name]), words)


def _index(session: Session, keys: Sequence[str]) -> None:
    chosen = select(EarlierCheck).where(col(EarlierCheck.key_hash).in_(keys)).order_by(col(EarlierCheck.number))
    seen.put_checks(session, session.exec(chosen.execution_options(populate_existing=True)).all())
