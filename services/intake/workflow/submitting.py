"""Claims are submitted, many in one go: a busy intake takes in with one commit whatever has arrived by then."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake import archive, changes, seen
from services.intake.changes import Noted
from services.intake.models import Claim, Newsroom, Outbox, Submission
from services.intake.quotas import Account
from services.intake.schemas import AppearanceIn, ClaimIn, ReaderIn
from services.intake.submissions import those_told, told_of
from services.intake.wording import wording_hash
from shared import contracts
from shared.clock import new_id, now
from shared.contracts import READERS, ROUTES, ClaimRecord, ClaimSubmitted
from shared.db import insert_if_absent, row_of
from shared.errors import Forbidden
from shared.outbox import Trace, tell_all, telling
from shared.rows import Rows, Sql, write_all


class Given(NamedTuple):
    """A claim as it was given, and by whom."""

    claim: ClaimIn
    newsroom_id: UUID
    newsroom: str
    api_key_id: str | None = None
    trace: Trace = Trace(None, None)
    account: Account | None = None  # the quota that counts it; without one none does
    receipt_token: str | None = None  # that its receipt is to have; without one a new one is made


class Wording(NamedTuple):
    """What makes two submissions the same claim. Sorted, so that two processes lock them in the same order."""

    newsroom_id: UUID
    hash: str
    test: bool


class Submitted(NamedTuple):
    """What came of one submission: the claim, how often it was sent in, those of these times that are told, and the token of
    this one's receipt. `known` is the claim's row if it was there before; a new one has no object, which would cost more than
    its row."""

    claim_id: UUID
    revision: int
    record: ClaimRecord
    submitted_at: datetime
    submission_count: int
    submissions: Sequence[contracts.Submission]
    receipt_token: str
    is_new: bool
    known: Claim | None


class _Taken(NamedTuple):
    """A claim at its new revision, as it is stored, and how often it was sent in; `known` if it was there before."""

    id: UUID
    revision: int
    submission_count: int
    record: ClaimRecord
    submitted_at: datetime
    known: Claim | None = None


def submit(
    session: Session, found: ClaimIn, newsroom_id: UUID, newsroom: str, api_key_id: str | None = None
) -> Submitted:
    """Take one claim in; see `submit_all`."""
    return submit_all(session, [Given(found, newsroom_id, newsroom, api_key_id, Trace.here())])[0]


def submit_for_reader(session: Session, found: ReaderIn, receipt_token: str | None = None) -> Submitted | None:
    """Take in what a reader has sent by the form; None if it was taken in under this token before. Readers are one newsroom: the
    same wording of two is one claim."""
    newsroom = newsroom_of_ours(session, READERS)
    if newsroom.blocked_at is not None:
        raise blocked()
    if receipt_token:
        session.refresh(
            newsroom, with_for_update={"key_share": True}
        )  # so that two presses of a button come one after the other
        hashed = Submission.hash_of(receipt_token)
        if session.exec(select(Submission.id).where(Submission.receipt_hash == hashed)).first():
            return None
    appearances = [AppearanceIn(url=found.url)] if found.url else []
    claim = ClaimIn(text=found.text, reason=found.reason, appearances=appearances)
    given = Given(claim, newsroom.id, newsroom.name, trace=Trace.here(), receipt_token=receipt_token)
    return submit_all(session, [given])[0]


def newsroom_of_ours(session: Session, name: str) -> Newsroom:
    """The newsroom under which comes what no newsroom sends: readers' claims, or the desk's own."""
    session.connection().execute(insert_if_absent(session, Newsroom), row_of(Newsroom, name=name))
    return session.exec(select(Newsroom).where(Newsroom.name == name)).one()


class Draft(NamedTuple):
    """What is to be written of submissions besides the claims, and what came of each of them."""

    rest: list[Rows | Sql]
    submitted: list[Submitted]


def submit_all(session: Session, given: Sequence[Given]) -> list[Submitted]:
    """Take claims in. The same wording again from the same newsroom is another submission of the same claim.

    How many statements it takes does not depend on how many claims are new.
    """
    if not given:
        return []
    moment, wordings = now(), _wordings(given)
    claims = _take_in(session, _new(given, wordings, moment), Counter(wordings), moment)
    older = [claim.id for claim in claims.values() if claim.known]
    draft = _draft(session, given, wordings, claims, told_of(session, older) if older else (), moment)
    finish(session, draft)
    return draft.submitted


def draft_new(session: Session, given: Sequence[Given]) -> tuple[Rows, Draft] | None:
    """What to write if nobody has submitted any of these claims before: the claims, none of which may be there already, and what is
    to be finished then. None if two of them are the same, or if there are none."""
    moment, wordings = now(), _wordings(given)
    claims = _new(given, wordings, moment)
    if not given or len(claims) < len(given):
        return None
    return _claim_rows(claims), _draft(session, given, wordings, claims, (), moment)


def finish(session: Session, draft: Draft) -> None:
    """Write what follows from claims that have been taken in."""
    write_all(session, draft.rest)
    new = [(one.claim_id, one.record) for one in draft.submitted if one.is_new]
    archive.want(session, new)
    if any(not record.test for _, record in new):
        seen.order_indexing(session)


def blocked() -> Forbidden:
    """The refusal of whatever comes from a newsroom that is blocked. Why is the desk's to tell."""
    return Forbidden("The fact-check desk takes nothing from this sender any more. Ask the desk why.")


def tell_submitted(session: Session, claim: Claim, newsroom: Newsroom) -> None:
    """Tell review of a claim as it stands, with its submissions, and whether its newsroom is blocked."""
    taken = _taken(claim)
    message = _message(taken, [_submission(row.model_dump(), newsroom.name) for row in told_of(session, [claim.id])])
    message = message.model_copy(update={"blocked": newsroom.blocked_at is not None})
    tell_all(session, Outbox, [(message, Trace.here())], ROUTES[ClaimSubmitted])


def _taken(claim: Claim) -> _Taken:
    return _Taken(claim.id, claim.revision, claim.submission_count, claim.record, claim.submitted_at, claim)


def _wordings(given: Iterable[Given]) -> list[Wording]:
    return [Wording(one.newsroom_id, wording_hash(one.claim.text), one.claim.test) for one in given]


def _new(given: Sequence[Given], wordings: Sequence[Wording], moment: datetime) -> dict[Wording, _Taken]:
    """Each wording's claim, as it was given first, if it is new: at a revision as high as it was submitted. Their ids grow in the
    order in which they were given: lists go by them."""
    counts = Counter(wordings)
    new: dict[Wording, _Taken] = {}
    for wording, one in zip(wordings, given, strict=True):
        if wording not in new:
            new[wording] = _Taken(new_id(), counts[wording], counts[wording], _record(one.claim), moment)
    return new


def _claim_rows(new: Mapping[Wording, _Taken]) -> Rows:
    return Rows(Claim, [_claim_row(wording, new[wording]) for wording in sorted(new)], "pass")


def _take_in(
    session: Session, new: dict[Wording, _Taken], counts: Mapping[Wording, int], moment: datetime
) -> dict[Wording, _Taken]:
    """Each wording's claim, newly stored, or locked and at its new revision: as many higher as it was submitted."""
    rows = _claim_rows(new)
    if write_all(session, [rows])[0] == rows.most:  # it waits for who is at the same wording
        return new
    again = (
        select(Claim)
        .where(
            col(Claim.newsroom_id).in_({wording.newsroom_id for wording in new}),
            col(Claim.wording_hash).in_({wording.hash for wording in new}),
            col(Claim.id).not_in([one.id for one in new.values()]),
        )
        .order_by(col(Claim.id))
        .with_for_update()
    )
    for claim in session.exec(again.execution_options(populate_existing=True)):
        wording = Wording(claim.newsroom_id, claim.wording_hash, claim.test)
        if wording in new:  # and not the same text as a try, say
            claim.revision += counts[wording]
            claim.submission_count += counts[wording]
            claim.changed_at = moment
            new[wording] = _taken(claim)
    return new


def _draft(
    session: Session,
    given: Sequence[Given],
    wordings: Sequence[Wording],
    claims: dict[Wording, _Taken],
    stored: Iterable[Submission],
    moment: datetime,
) -> Draft:
    """What follows when these claims have been taken in. `stored`: submissions of those that were there before."""
    tokens = [one.receipt_token or secrets.token_urlsafe(24) for one in given]
    numbers = _numbers(wordings, claims)
    rows = [
        _submission_row(one, claims[wording].id, number, token, moment)
        for one, wording, number, token in zip(given, wordings, numbers, tokens, strict=True)
    ]
    submissions = _submissions(rows, stored, {one.newsroom_id: one.newsroom for one in given})
    last = dict(zip(wordings, given, strict=True))
    told = [(_message(claims[wording], submissions[claims[wording].id]), one.trace) for wording, one in last.items()]
    noted = [Noted(wording.newsroom_id, claim.id, "submitted") for wording, claim in claims.items()]
    submitted = [
        Submitted(
            claim.id,
            claim.revision,
            claim.record,
            claim.submitted_at,
            claim.submission_count,
            submissions[claim.id],
            token,
            is_new=number == 1,
            known=claim.known,
        )
        for claim, number, token in zip(map(claims.__getitem__, wordings), numbers, tokens, strict=True)
    ]
    rest = [
        Rows(Submission, rows),
        *telling(Outbox, told, ROUTES[ClaimSubmitted]),
        changes.noting(session, noted),
    ]
    return Draft(rest, submitted)


def _numbers(wordings: Sequence[Wording], claims: Mapping[Wording, _Taken]) -> list[int]:
    """Each submission's number among those of its claim, which are counted with these."""
    last = {wording: claims[wording].submission_count - count for wording, count in Counter(wordings).items()}
    numbers = []
    for wording in wordings:
        last[wording] += 1
        numbers.append(last[wording])
    return numbers


def _claim_row(wording: Wording, claim: _Taken) -> dict[str, Any]:
    return {
        "id": claim.id,
        "newsroom_id": wording.newsroom_id,
        "wording_hash": wording.hash,
        "revision": claim.revision,
        "submission_count": claim.submission_count,
        "received": claim.record.model_dump(mode="json"),
        "test": wording.test,
        "submitted_at": claim.submitted_at,
        "changed_at": claim.submitted_at,
        "state": "unverified",
        "case_revision": 0,
        "verdict_revision": 1,
        "verdict_kind": "first",
        "published_revision": 0,
    }


def _submission_row(one: Given, claim_id: UUID, number: int, token: str, moment: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "claim_id": claim_id,
        "number": number,
        "newsroom_id": one.newsroom_id,
        "api_key_id": one.api_key_id,
        "receipt_hash": Submission.hash_of(token),
        "reason": one.claim.reason,
        "external_id": one.claim.external_id,
        "submitter": _submitter(one.claim),
        "appearances": None if number == 1 else _found_in(one.claim),
        "submitted_at": moment,
    }


def _submitter(claim: ClaimIn) -> dict[str, Any] | None:
    return (claim.submitter and claim.submitter.model_dump(exclude_none=True)) or None


def _told_of(submitter: dict[str, Any] | None) -> contracts.Submitter | None:
    """Who sent it in, as the desk is told of them: their e-mail address stays here."""
    told = contracts.Submitter.model_validate(submitter or {})
    return told if told.model_fields_set else None


def _found_in(claim: ClaimIn) -> list[Any] | None:
    """Where somebody found a claim that is there already: its story and its appearances, which its record does not hold."""
    places = [one.model_dump(mode="json") for one in claim.appearances]
    if (story := claim.story) and story.url:
        told = contracts.Appearance(
            url=story.url,
            title=story.headline,
            publisher=story.publisher,
            published_at=story.published_at,
            medium="article",
        )
        places.append(told.model_dump(mode="json"))
    return places or None


def _submissions(
    rows: Iterable[dict[str, Any]], stored: Iterable[Submission], newsrooms: Mapping[UUID, str]
) -> dict[UUID, list[contracts.Submission]]:
    """What is told of the submissions of each claim, the first one first: of those that are stored, and of those about to be."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for one in (*(older.model_dump() for older in stored), *rows):
        found[one["claim_id"]].append(one)
    return {
        claim_id: [_submission(one, newsrooms[one["newsroom_id"]]) for one in those_told(all_of_it)]
        for claim_id, all_of_it in found.items()
    }


def _submission(row: dict[str, Any], newsroom: str) -> contracts.Submission:
    return contracts.Submission(
        id=row["id"],
        newsroom=newsroom,
        reason=row["reason"],
        external_id=row["external_id"],
        submitter=_told_of(row["submitter"]),
        submitted_at=row["submitted_at"],
        appearances=tuple(contracts.Appearance.model_validate(one) for one in row["appearances"] or ()),
    )


def _message(claim: _Taken, submissions: Sequence[contracts.Submission]) -> ClaimSubmitted:
    return ClaimSubmitted(
        claim_id=claim.id,
        revision=claim.revision,
        submitted_at=claim.submitted_at,
        claim=claim.record,
        submissions=tuple(submissions),
        submission_count=claim.submission_count,
    )


def _record(found: ClaimIn) -> ClaimRecord:
    """The claim as it is carried on. Statements and requests for comment without an id get one."""
    given: dict[str, Any] = found.model_dump(mode="json", exclude={"reason", "external_id", "submitter"})
    for items, letter in ((given["statements"], "s"), (given["requests_for_comment"], "r")):
        taken = {item["id"] for item in items}
        free = (f"{letter}{number}" for number in range(1, 1000) if f"{letter}{number}" not in taken)
        for item in items:
            item["id"] = item["id"] or next(free)
    return ClaimRecord.model_validate(given)
