"""What intake's edges ask of the database."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake import archive, earlier, seen, steps
from services.intake.models import ApiKey, Claim, ClaimSource, Copy, EarlierCheck, Feed, FeedEntry, Newsroom, Submission
from services.intake.schemas import (
    ClaimOut,
    ClaimWithSourcesOut,
    DifferenceOut,
    EntryOut,
    FeedOut,
    MatchOut,
    RatingOut,
    ReceiptOut,
    ReceiptSourceOut,
    StepOut,
    SubmissionOut,
    SubmittedOut,
    VerdictOut,
)
from services.intake.submissions import told_of
from services.intake.workflow import Submitted
from shared import contracts
from shared.clock import now
from shared.errors import NotFound
from shared.matching import Answer, Found

LATELY = 101  # claims, for what is usual
FEWEST = 5  # of fewer nothing is usual
SOON = timedelta(hours=1)  # nobody is told before that it takes longer than usual


def get_claim(session: Session, claim_id: UUID, newsroom_id: UUID) -> ClaimWithSourcesOut:
    """One of a newsroom's own claims, and what it points to. Others' claims are not found."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.newsroom_id != newsroom_id:
        raise NotFound("You have no claim with this id.")
    return ClaimWithSourcesOut(
        **_described(claim, told_of(session, [claim_id])), sources=archive.sources_of(session, claim_id)
    )


def get_copy(session: Session, digest: str, newsroom_id: UUID) -> Copy:
    """A copy in the archive of what one of the newsroom's claims points to. Others' are not found."""
    is_digest = re.fullmatch(r"[0-9a-f]{64}", digest) is not None
    copy = session.exec(select(Copy).where(Copy.sha256 == digest)).first() if is_digest else None
    pointing = (
        select(col(ClaimSource.claim_id))
        .join(Claim, col(Claim.id) == col(ClaimSource.claim_id))
        .where(ClaimSource.source_id == (copy.source_id if copy else None), Claim.newsroom_id == newsroom_id)
        .limit(1)
    )
    if copy is None or session.exec(pointing).first() is None:
        raise NotFound("You have no claim that points to a page with this copy.")
    return copy


def get_claims(session: Session, claim_ids: Iterable[UUID]) -> dict[UUID, ClaimOut]:
    """These claims by their ids, whosever they are."""
    found = session.exec(select(Claim).where(col(Claim.id).in_(list(claim_ids)))).all()
    return {claim.id: claim for claim in _describe_all(session, found)}


def list_claims(
    session: Session,
    newsroom_id: UUID,
    limit: int,
    state: str | None = None,
    before: UUID | None = None,
    external_id: str | None = None,
) -> list[ClaimOut]:
    """A newsroom's claims, the newest first: those made before the claim with this id; only those that it sent under a name of
    its own, if that is given."""
    chosen = select(Claim).where(Claim.newsroom_id == newsroom_id).order_by(col(Claim.id).desc()).limit(limit)
    if external_id is not None:
        chosen = chosen.where(col(Claim.id).in_(_named(newsroom_id, external_id)))
    if state is not None:
        chosen = chosen.where(Claim.state == state)
    if before is not None:
        chosen = chosen.where(col(Claim.id) < before)
    return _describe_all(session, session.exec(chosen).all())


def list_changed(
    session: Session,
    newsroom_id: UUID,
    limit: int,
    since: datetime,
    state: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    external_id: str | None = None,
) -> list[ClaimOut]:
    """A newsroom's claims that changed since a moment, what changed first first, so that nothing that changes while
    the pages are read is passed over; only those that it sent under a name of its own, if that is given."""
    changed = (col(Claim.changed_at), col(Claim.id))
    chosen = select(Claim).where(Claim.newsroom_id == newsroom_id).order_by(*changed).limit(limit)
    chosen = chosen.where(col(Claim.changed_at) >= (after[0] if after else since))
    if after is not None:
        chosen = chosen.where(or_(col(Claim.changed_at) > after[0], col(Claim.id) > after[1]))
    if state is not None:
        chosen = chosen.where(Claim.state == state)
    if external_id is not None:
        chosen = chosen.where(col(Claim.id).in_(_named(newsroom_id, external_id)))
    return _describe_all(session, session.exec(chosen).all())


def _named(newsroom_id: UUID, external_id: str) -> SelectOfScalar[UUID]:
    return select(Submission.claim_id).where(
        Submission.newsroom_id == newsroom_id, Submission.external_id == external_id
    )


def describe(claim: Claim, submissions: Iterable[Submission | contracts.Submission]) -> ClaimOut:
    """A claim as its newsroom sees it, with these submissions of it."""
    return ClaimOut(**_described(claim, submissions))


def describe_matches(session: Session, answer: Answer, newsroom_id: UUID | None) -> list[MatchOut]:
    """What was found, as far as it is for this newsroom, or for everybody: its own claims, others' that readers can read a verdict
    on, and checks."""
    ids = {kind: [one.subject for one in answer.found if one.kind == kind] for kind in (seen.CLAIM, seen.CHECK)}
    theirs = or_(col(Claim.newsroom_id) == newsroom_id, col(Claim.published_revision) > 0)
    claims = session.exec(select(Claim).where(col(Claim.id).in_(ids[seen.CLAIM]), theirs)).all()
    checks = session.exec(select(EarlierCheck).where(col(EarlierCheck.id).in_(ids[seen.CHECK]))).all()
    known: dict[UUID, Claim | EarlierCheck] = {one.id: one for one in claims}
    known |= {one.id: one for one in checks}
    return [_match(one, known[one.subject], answer) for one in answer.found if one.subject in known]


def describe_submitted(submitted: Submitted, receipt_url: str, earlier: list[MatchOut] | None) -> SubmittedOut:
    """The answer to a submission: the claim as it stands after it, and what may say the same."""
    more: dict[str, Any] = {
        "receipt_url": receipt_url,
        "earlier": earlier and [one for one in earlier if one.id != submitted.claim_id],
        "earlier_url": f"/v1/claims/{submitted.claim_id}/earlier",
    }
    if submitted.known:
        return SubmittedOut(**_described(submitted.known, submitted.submissions), **more)
    return SubmittedOut(
        id=submitted.claim_id,
        state="unverified",
        text=submitted.record.text,
        close_reason=None,
        verdict=None,
        rechecking=False,
        submissions=_submissions(submitted.submissions),
        submission_count=submitted.submission_count,
        test=submitted.record.test,
        submitted_at=submitted.submitted_at,
        changed_at=submitted.submitted_at,
        url=f"/v1/claims/{submitted.claim_id}",
        **more,
    )


def find_receipt(session: Session, token: str) -> tuple[Submission, Claim]:
    """The submission whose receipt has this token, and its claim. Raises NotFound."""
    row = session.exec(
        select(Submission, Claim)
        .join(Claim, col(Claim.id) == Submission.claim_id)
        .where(Submission.receipt_hash == Submission.hash_of(token))
    ).first()
    if row is None:
        raise NotFound("There is no receipt at this address.")
    return row


def describe_receipt(
    session: Session,
    submission: Submission,
    claim: Claim,
    earlier: Sequence[MatchOut],
    sources: Sequence[ReceiptSourceOut],
) -> ReceiptOut:
    """What became of a submission, the copies of what it pointed to, and what may say the same."""
    record = claim.record
    usual = _usual_time(session, claim.newsroom_id) if claim.state == "unverified" and not claim.rechecking else None
    return ReceiptOut.model_validate(
        {
            "state": claim.state,
            "text": record.text,
            "language": record.language,
            "test": claim.test,
            "submitted_at": submission.submitted_at,
            "moved_at": claim.case_moved_at,
            "close_reason": _close_reason(claim),
            "rechecking": claim.rechecking,
            "recheck_kind": claim.verdict_kind if claim.rechecking else None,
            "verdict": _verdict(claim),
            "is_joined": claim.merged_into is not None,
            "earlier": list(earlier),
            "sources": list(sources),
            "usual_hours": usual and usual.total_seconds() / 3600,
            "late": usual is not None and now() - submission.submitted_at > max(usual, SOON),
            **_waiting(claim),
            "steps": _steps(session, submission, claim),
        }
    )


def _waiting(claim: Claim) -> dict[str, Any]:
    """How the work on a claim that has no verdict yet stands. Until the desk has said so, it is due when it was asked for."""
    if claim.state not in ("unverified", "checked") or claim.rechecking:
        return {}
    due_at = claim.due_at if claim.work_revision else claim.record.due_at
    late = due_at is not None and due_at <= now()
    return {"under_way": claim.state == "unverified" and claim.under_way, "due_at": due_at, "delayed": late}


def _steps(session: Session, submission: Submission, claim: Claim) -> list[StepOut]:
    found = [StepOut(kind="received", at=submission.submitted_at)]
    for one in steps.list_of(session, claim):
        known = {name: value for name, value in one.detail.items() if name in StepOut.model_fields and name != "kind"}
        kind = one.detail.get("kind")
        found.append(StepOut(kind=one.kind, at=one.at, revision_kind=kind if kind != "first" else None, **known))
    return sorted(found, key=lambda step: step.at)


def list_copies(session: Session) -> Sequence[str]:
    """The SHA-256 of every copy in the archive."""
    return session.exec(select(Copy.sha256).order_by(col(Copy.id))).all()


def list_pictures(session: Session) -> Sequence[str]:
    """The SHA-256 of every picture in the archive."""
    pictures = select(Copy.picture_sha256).where(col(Copy.picture_sha256).is_not(None)).distinct()
    return [one for one in session.exec(pictures.order_by(col(Copy.picture_sha256))) if one]


def get_feed(session: Session, feed_id: UUID, newsroom_id: UUID) -> FeedOut:
    """One of a newsroom's own feeds. Others' are not found."""
    feed = session.get(Feed, feed_id)
    if feed is None or feed.newsroom_id != newsroom_id:
        raise NotFound("You have no feed with this id.")
    return describe_feed(feed)


def list_feeds(session: Session, newsroom_id: UUID) -> list[FeedOut]:
    """A newsroom's feeds, by address."""
    chosen = select(Feed).where(Feed.newsroom_id == newsroom_id).order_by(Feed.url)
    return [describe_feed(feed) for feed in session.exec(chosen)]


def list_all_feeds(session: Session) -> Sequence[tuple[Feed, str]]:
    """Every feed with its newsroom's name."""
    chosen = select(Feed, Newsroom.name).join(Newsroom, col(Newsroom.id) == Feed.newsroom_id)
    return session.exec(chosen.order_by(Newsroom.name, Feed.url)).all()


def list_entries(session: Session, feed_id: UUID, limit: int, before: UUID | None = None) -> list[EntryOut]:
    """What stood in a feed, what came last first: before the entry with this id."""
    chosen = select(FeedEntry).where(FeedEntry.feed_id == feed_id).order_by(col(FeedEntry.id).desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(col(FeedEntry.id) < before)
    return [EntryOut(**entry.model_dump(include=set(EntryOut.model_fields))) for entry in session.exec(chosen)]


def describe_feed(feed: Feed) -> FeedOut:
    """A feed as its newsroom sees it."""
    return FeedOut(**feed.model_dump(include=set(FeedOut.model_fields)))


def get_newsroom(session: Session, name: str) -> Newsroom:
    """A newsroom by its name. Raises NotFound."""
    newsroom = session.exec(select(Newsroom).where(Newsroom.name == name)).first()
    if newsroom is None:
        raise NotFound(f"There is no newsroom {name}. It is made with its first key: keys create.")
    return newsroom


def list_newsrooms(session: Session) -> Sequence[Newsroom]:
    """Every newsroom, by name."""
    return session.exec(select(Newsroom).order_by(Newsroom.name)).all()


def list_keys(session: Session) -> Sequence[tuple[ApiKey, str]]:
    """Every key with its newsroom's name."""
    return session.exec(
        select(ApiKey, Newsroom.name).join(Newsroom, col(Newsroom.id) == ApiKey.newsroom_id).order_by(Newsroom.name)
    ).all()


def list_own_keys(session: Session, newsroom_id: UUID) -> Sequence[ApiKey]:
    """A newsroom's keys, the newest first."""
    mine = select(ApiKey).where(ApiKey.newsroom_id == newsroom_id).order_by(col(ApiKey.created_at).desc(), ApiKey.id)
    return session.exec(mine).all()


def _describe_all(session: Session, claims: Sequence[Claim]) -> list[ClaimOut]:
    submissions: dict[UUID, list[Submission]] = {claim.id: [] for claim in claims}
    for one in told_of(session, list(submissions)):
        submissions[one.claim_id].append(one)
    return [describe(claim, submissions[claim.id]) for claim in claims]


def _described(claim: Claim, submissions: Iterable[Submission | contracts.Submission]) -> dict[str, Any]:
    return {
        "id": claim.id,
        "state": claim.state,
        "text": claim.received["text"],
        "duplicate_of": claim.merged_into,
        "close_reason": _close_reason(claim),
        "verdict": _verdict(claim),
        "rechecking": claim.rechecking,
        "submissions": _submissions(submissions),
        "submission_count": claim.submission_count,
        "test": claim.test,
        "submitted_at": claim.submitted_at,
        "changed_at": claim.changed_at,
        "url": f"/v1/claims/{claim.id}",
    }


def _usual_time(session: Session, newsroom_id: UUID) -> timedelta | None:
    """From submission to the newest revision, at the median of a newsroom's newest published claims; None if they are few."""
    newest = (
        select(Claim)
        .where(Claim.newsroom_id == newsroom_id, Claim.state == "published", col(Claim.test).is_(False))
        .order_by(col(Claim.id).desc())
        .limit(LATELY)
    )
    taken = sorted(
        told.published_at - claim.submitted_at for claim in session.exec(newest) if (told := claim.published)
    )
    return taken[len(taken) // 2] if len(taken) >= FEWEST else None


def _submissions(found: Iterable[Submission | contracts.Submission]) -> list[SubmissionOut]:
    return [
        SubmissionOut(id=one.id, external_id=one.external_id, reason=one.reason, submitted_at=one.submitted_at)
        for one in found
    ]


def _close_reason(claim: Claim) -> str | None:
    return claim.close_reason if claim.state == "closed" else None


def _verdict(claim: Claim) -> VerdictOut | None:
    told = claim.published
    if told is None:
        return None
    return VerdictOut(
        rating=RatingOut.model_validate(told.rating.model_dump(include=set(RatingOut.model_fields))),
        **told.model_dump(include=set(VerdictOut.model_fields) - {"rating"}),
    )


def _match(found: Found, known: Claim | EarlierCheck, answer: Answer) -> MatchOut:
    sure, suggested = (found.likelihood >= one for one in (answer.weights.sure, answer.weights.suggest))
    alike = {
        "id": known.id,
        "text": found.row.main,
        "score": round(found.likelihood, 4),
        "says": "surely the same" if sure else "perhaps the same" if suggested else "something like it",
        "differs": [DifferenceOut(what=one.what, asked=one.ours, found=one.theirs) for one in found.differs],
        "shared": list(found.shared),
        "signs": {name: round(value, 4) for name, value in found.signs.items()},
    }
    if isinstance(known, Claim):
        verdict = _verdict(known)
        return MatchOut(
            **alike,
            kind="claim",
            language=known.received.get("language"),
            state=known.state,
            url=verdict.url if verdict else None,
            verdict=verdict,
            rating=None,
            publisher=None,
        )
    check = earlier.describe(known)
    return MatchOut(
        **alike,
        kind="earlier_check",
        language=check.language,
        state=None,
        url=check.url,
        verdict=None,
        rating=check.rating,
        publisher=check.publisher,
    )
