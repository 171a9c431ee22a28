"""The desk's own index: its cases, and the fact-checks of others that it was told of. It can be made again from them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from services.review.models import CASE, CHECK, MATCH_TABLES, Case, EarlierCheck, Verdict
from services.review.seen.accepted import days_since_accepted
from services.review.service import reading, service, transaction
from shared.matching import OPEN, Asked, Entry, indexing
from shared.matching.keeping import Keeper, Step

AT_ONCE = 100  # texts that are indexed in one transaction
TESTS = "tests"  # the shelf of cases that are only a try: other cases don't find them

index = Keeper(service, MATCH_TABLES, days_since_accepted)


def put_cases(session: Session, cases: Sequence[Case]) -> None:
    """Index cases as they are worded now: the claim, and the verdict that is worked on. Tests stand on a shelf of their own."""
    chosen = select(Verdict).where(col(Verdict.case_id).in_([case.id for case in cases]))
    verdicts = {(one.case_id, one.revision): one for one in session.exec(chosen)} if cases else {}
    index.put(session, [_of_case(case, verdicts.get((case.id, case.revision))) for case in cases])


def put_checks(session: Session, checks: Sequence[EarlierCheck]) -> None:
    """Index fact-checks as they were told last, and take out those that were removed."""
    gone = [check.id for check in checks if check.removed]
    if gone:
        indexing.remove(session, MATCH_TABLES, CHECK, gone)
    index.put(session, [_of_check(check) for check in checks if not check.removed])


def asked_of(case: Case, without: frozenset[UUID]) -> Asked:
    """What is looked for on behalf of a case."""
    record = case.record
    around = (record.quote.prefix, record.quote.suffix) if record.quote else ()
    context = " ".join(part for part in around if part)
    shelves = (OPEN, TESTS) if case.test else (OPEN,)
    return Asked(case.text, _claimant(case), context or None, record.language, without, shelves, _said_at(case))


def asked_of_check(check: EarlierCheck) -> Asked:
    """What is looked for on behalf of a fact-check."""
    told = check.taken
    return Asked(told.text, told.claimant, None, told.language, said_at=told.published_at)


def fill() -> Iterator[Step]:
    """Index everything, of an index that was emptied."""
    for unit, model, put in (("checks", EarlierCheck, put_checks), ("cases", Case, put_cases)):
        with reading() as session:
            total = session.exec(select(func.count()).select_from(model)).one()
        yield unit, total, _fill(model, put)


def oldest(session: Session) -> Sequence[tuple[str, UUID | None]]:
    """What was indexed first, if nothing was lost."""
    check = select(EarlierCheck.id).where(col(EarlierCheck.removed).is_(False)).order_by(col(EarlierCheck.id)).limit(1)
    case = select(Case.id).order_by(col(Case.id)).limit(1)
    return [(CHECK, session.exec(check).first()), (CASE, session.exec(case).first())]


def _fill(model: Any, put: Callable[[Session, Sequence[Any]], None]) -> Iterator[int]:
    last = UUID(int=0)
    ordered = select(model).order_by(col(model.id)).limit(AT_ONCE)
    while True:
        with transaction() as session:
            some = session.exec(ordered.where(col(model.id) > last)).all()
            put(session, some)
            last = some[-1].id if some else last
        if not some:
            return
        yield len(some)


def _claimant(case: Case) -> str | None:
    put = case.described.get("claimant") or case.claim.get("claimant") or {}
    name: str | None = put.get("name")
    return name


def _said_at(case: Case) -> datetime:
    """When it was said; if nobody knows, when it was heard of."""
    return case.record.claimed_at or case.received_at


def _of_case(case: Case, verdict: Verdict | None) -> Entry:
    record = case.record
    received = record.text if record.text != case.text else None
    title = ". ".join(part for part in (verdict.headline if verdict else None, received) if part)
    headline = record.story.headline if record.story else None
    more = "\n".join(part for part in (verdict.summary if verdict else None, headline) if part)
    return Entry(
        CASE, case.id, case.text, title or None, more or None, _claimant(case), _said_at(case), record.language,
        TESTS if case.test else OPEN,
    )  # fmt: skip


def _of_check(check: EarlierCheck) -> Entry:
    told = check.taken
    return Entry(
        CHECK, check.id, told.text, told.headline, None, told.claimant, told.published_at, told.language
    )  # fmt: skip
