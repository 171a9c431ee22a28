"""Claims are submitted, many in one go: a busy intake takes in with one commit whatever has arrived by then."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import Claim, Outbox, Submission
from services.intake.schemas import ClaimIn
from services.intake.wording import wording_hash
from shared import contracts
from shared.clock import new_id, now
from shared.contracts import ROUTES, ClaimRecord, ClaimSubmitted
from shared.db import insert_if_absent, table_of
from shared.outbox import Trace, tell_all


class Given(NamedTuple):
    """A claim as it was given, and by whom."""

    claim: ClaimIn
    newsroom_id: UUID
    newsroom: str
    api_key_id: str | None = None
    trace: Trace = Trace(None, None)


class Wording(NamedTuple):
    """What makes two submissions the same claim. Sorted, so that two processes lock them in the same order."""

    newsroom_id: UUID
    hash: str
    test: bool


class Submitted(NamedTuple):
    """A claim as it stands after a submission, all its submissions, the token of this one's receipt, and whether the
    claim is new. A new claim is not in the session."""

    claim: Claim
    submissions: Sequence[contracts.Submission]
    receipt_token: str
    is_new: bool


def submit(
    session: Session, found: ClaimIn, newsroom_id: UUID, newsroom: str, api_key_id: str | None = None
) -> Submitted:
    """Take one claim in; see `submit_all`."""
    return submit_all(session, [Given(found, newsroom_id, newsroom, api_key_id, Trace.here())])[0]


def submit_all(session: Session, given: Sequence[Given]) -> list[Submitted]:
    """Take claims in. The same wording again from the same newsroom is another submission of the same claim.

    How many statements it takes does not depend on how many claims are new.
    """
    if not given:
        return []
    moment = now()
    session.flush()  # the statements below pass the session by
    wordings = [Wording(one.newsroom_id, wording_hash(one.claim.text), one.claim.test) for one in given]
    claims, new = _take_in(session, given, wordings, moment)
    tokens = [secrets.token_urlsafe(24) for _ in given]
    rows = [
        _submission_row(one, claims[wording].id, token, moment)
        for one, wording, token in zip(given, wordings, tokens, strict=True)
    ]
    session.connection().execute(table_of(Submission).insert(), rows)
    submissions = _submissions(session, rows, {claim.id for claim in claims.values()} - new, given)
    last = dict(zip(wordings, given, strict=True))
    tell_all(
        session,
        Outbox,
        [(_message(claims[wording], submissions[claims[wording].id]), one.trace) for wording, one in last.items()],
        ROUTES[ClaimSubmitted],
    )
    first: set[UUID] = set()
    answers = []
    for wording, token in zip(wordings, tokens, strict=True):
        claim = claims[wording]
        is_new = claim.id in new and claim.id not in first
        first.add(claim.id)
        answers.append(Submitted(claim, submissions[claim.id], token, is_new))
    return answers


def tell_submitted(session: Session, claim: Claim, newsroom: str) -> None:
    """Tell review of a claim as it stands, with all its submissions."""
    rows = session.exec(select(Submission).where(Submission.claim_id == claim.id).order_by(col(Submission.id))).all()
    message = _message(claim, [_submission(row.model_dump(), newsroom) for row in rows])
    tell_all(session, Outbox, [(message, Trace.here())], ROUTES[ClaimSubmitted])


def _take_in(
    session: Session, given: Sequence[Given], wordings: Sequence[Wording], moment: datetime
) -> tuple[dict[Wording, Claim], set[UUID]]:
    """Each wording's claim at its new revision, locked or newly stored; and the ids of the new ones."""
    counts = Counter(wordings)
    rows: dict[Wording, dict[str, Any]] = {}
    for one, wording in zip(given, wordings, strict=True):
        if wording not in rows:
            rows[wording] = _claim_row(one.claim, wording, counts[wording], moment)
    ordered = [rows[wording] for wording in sorted(rows)]
    # waits for who is at the same wording
    added = session.connection().execute(insert_if_absent(session, Claim), ordered)
    if added.rowcount == len(rows):
        claims = {wording: Claim(**row) for wording, row in rows.items()}
        return claims, {claim.id for claim in claims.values()}
    stored = select(col(Claim.id), col(Claim.newsroom_id), col(Claim.wording_hash), col(Claim.test)).where(
        col(Claim.newsroom_id).in_({wording.newsroom_id for wording in rows}),
        col(Claim.wording_hash).in_({wording.hash for wording in rows}),
    )
    ids = {Wording(newsroom, print_, test): claim_id for claim_id, newsroom, print_, test in session.exec(stored)}
    claims = {wording: Claim(**row) for wording, row in rows.items() if ids[wording] == row["id"]}
    new = {claim.id for claim in claims.values()}
    older = {ids[wording]: wording for wording in rows if wording not in claims}
    if older:
        again = select(Claim).where(col(Claim.id).in_(older)).order_by(col(Claim.id)).with_for_update()
        for claim in session.exec(again.execution_options(populate_existing=True)):
            wording = older[claim.id]
            claim.revision += counts[wording]
            claim.changed_at = moment
            claims[wording] = claim
    return claims, new


def _claim_row(found: ClaimIn, wording: Wording, revision: int, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "newsroom_id": wording.newsroom_id,
        "wording_hash": wording.hash,
        "revision": revision,
        "received": _record(found).model_dump(mode="json"),
        "test": wording.test,
        "submitted_at": moment,
        "changed_at": moment,
        "state": "unverified",
        "case_revision": 0,
        "verdict_revision": 1,
        "verdict_kind": "first",
        "published_revision": 0,
    }


def _submission_row(one: Given, claim_id: UUID, token: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "claim_id": claim_id,
        "newsroom_id": one.newsroom_id,
        "api_key_id": one.api_key_id,
        "receipt_hash": Submission.hash_of(token),
        "reason": one.claim.reason,
        "external_id": one.claim.external_id,
        "submitted_at": moment,
    }


def _submissions(
    session: Session, rows: Iterable[dict[str, Any]], older: set[UUID], given: Iterable[Given]
) -> dict[UUID, list[contracts.Submission]]:
    """Every submission of each claim, the first one first: as just stored, or as stored for `older` claims."""
    names = {one.newsroom_id: one.newsroom for one in given}
    found: dict[UUID, list[contracts.Submission]] = defaultdict(list)
    for row in rows:
        if row["claim_id"] not in older:
            found[row["claim_id"]].append(_submission(row, names[row["newsroom_id"]]))
    if older:
        stored = select(Submission).where(col(Submission.claim_id).in_(older)).order_by(col(Submission.id))
        for one in session.exec(stored):
            found[one.claim_id].append(_submission(one.model_dump(), names[one.newsroom_id]))
    return found


def _submission(row: dict[str, Any], newsroom: str) -> contracts.Submission:
    return contracts.Submission(
        id=row["id"],
        newsroom=newsroom,
        reason=row["reason"],
        external_id=row["external_id"],
        submitted_at=row["submitted_at"],
    )


def _message(claim: Claim, submissions: Sequence[contracts.Submission]) -> ClaimSubmitted:
    return ClaimSubmitted(
        claim_id=claim.id,
        revision=claim.revision,
        submitted_at=claim.submitted_at,
        claim=claim.record,
        submissions=tuple(submissions),
    )


def _record(found: ClaimIn) -> ClaimRecord:
    """The claim as it is carried on. Statements and requests for comment without an id get one."""
    given: dict[str, Any] = found.model_dump(mode="json", exclude={"reason", "external_id"})
    for items, letter in ((given["statements"], "s"), (given["requests_for_comment"], "r")):
        taken = {item["id"] for item in items}
        free = (f"{letter}{number}" for number in range(1, 1000) if f"{letter}{number}" not in taken)
        for item in items:
            item["id"] = item["id"] or next(free)
    return ClaimRecord.model_validate(given)
