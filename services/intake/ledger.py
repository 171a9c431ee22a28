"""What review must know of intake's claims, and what intake knows from the others."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select as sql_select
from sqlalchemy import union
from sqlmodel import Session, col, select

from services.intake import archive, queries, stories, workflow
from services.intake.earlier.taking import message, tell_taken
from services.intake.models import Claim, ClaimSource, DeskSource, EarlierCheck, Newsroom, Outbox, Source, Story
from shared.clock import revision_of
from shared.contracts import (
    ROUTES,
    CaseMoved,
    ClaimSubmitted,
    EarlierCheckTaken,
    SenderDecided,
    SenderJudged,
    SourcesNamed,
    SourceVisited,
    StoryReceived,
    VerdictPublished,
    WorkNoted,
)
from shared.errors import NotFound
from shared.ledger import Entry
from shared.outbox import tell


def told(session: Session) -> Iterator[Entry]:
    """Every claim at its newest revision, what was found at the addresses that it points to, and every story."""
    claims = select(col(Claim.id), col(Claim.revision)).order_by(col(Claim.id)).execution_options(yield_per=1000)
    for claim_id, revision in session.exec(claims):
        for receiver in ROUTES[ClaimSubmitted]:
            yield Entry(ClaimSubmitted.topic, receiver.queue, str(claim_id), revision)
    pointing = union(
        *(
            sql_select(col(one.claim_id), col(one.source_id)) for one in (ClaimSource, DeskSource)
        )  # a claim's, and a verdict's
    ).subquery()
    visited = (
        sql_select(pointing.c.claim_id, pointing.c.source_id, col(Source.revision))
        .join(Source, col(Source.id) == pointing.c.source_id)
        .where(col(Source.revision) > 0)
        .order_by(pointing.c.claim_id)
        .execution_options(yield_per=1000)
    )
    for claim_id, source_id, revision in session.execute(visited):
        for receiver in ROUTES[SourceVisited]:
            yield Entry(SourceVisited.topic, receiver.queue, f"{claim_id}/{source_id}", revision)
    yield from _told_of_earlier(session)
    kept = select(col(Story.id), col(Story.revision)).where(col(Story.revision) > 0).order_by(col(Story.id))
    for story_id, revision in session.exec(kept.execution_options(yield_per=1000)):
        for receiver in ROUTES[StoryReceived]:
            yield Entry(StoryReceived.topic, receiver.queue, str(story_id), revision)
    for name, revision in _decided(session):
        yield Entry(SenderDecided.topic, "review", name, revision)


def _told_of_earlier(session: Session) -> Iterator[Entry]:
    checks = select(col(EarlierCheck.id), col(EarlierCheck.changed_at)).order_by(col(EarlierCheck.number))
    for check_id, changed_at in session.exec(checks.execution_options(yield_per=1000)):
        yield Entry(EarlierCheckTaken.topic, "review", str(check_id), revision_of(changed_at))


def _decided(session: Session) -> Sequence[tuple[str, int]]:
    """The newsrooms on which was decided, here or at the desk, and when."""
    decided = select(Newsroom.name, Newsroom.decision_revision).where(Newsroom.decision_revision > 0)
    return session.exec(decided.order_by(Newsroom.name)).all()


def known(session: Session) -> Iterator[Entry]:
    """Where each case stands, which verdicts are public, what they rest on, and which newsrooms are blocked, as far as intake was
    told."""
    for name, revision in _decided(session):
        yield Entry(SenderJudged.topic, "intake", name, revision)
    worked = select(col(Claim.id), col(Claim.work_revision)).where(col(Claim.work_revision) > 0).order_by(col(Claim.id))
    for claim_id, work_revision in session.exec(worked.execution_options(yield_per=1000)):
        yield Entry(WorkNoted.topic, "intake", str(claim_id), work_revision)
    chosen = (
        select(col(Claim.id), col(Claim.case_revision), col(Claim.published_revision), col(Claim.sources_revision))
        .order_by(col(Claim.id))
        .execution_options(yield_per=1000)
    )
    for claim_id, case_revision, published_revision, sources_revision in session.exec(chosen):
        if sources_revision:
            yield Entry(SourcesNamed.topic, "intake", str(claim_id), sources_revision)
        if case_revision:
            yield Entry(CaseMoved.topic, "intake", str(claim_id), case_revision)
        if published_revision:
            yield Entry(VerdictPublished.topic, "intake", str(claim_id), published_revision)


def tell_again(session: Session, entry: Entry) -> None:
    """Tell review once more of a story, of a claim, or of what one points to. Raises NotFound."""
    if entry.topic == StoryReceived.topic:
        stories.tell_again(session, stories.get_own(session, UUID(entry.key)))
        return
    if entry.topic == EarlierCheckTaken.topic:
        check = session.exec(select(EarlierCheck).where(EarlierCheck.id == UUID(entry.key))).first()
        if check is None:
            raise NotFound(f"There is no earlier check {entry.key}.")
        tell_taken(session, [message(check.model_dump())])
        return
    if entry.topic == SenderDecided.topic:
        workflow.tell_decided(session, queries.get_newsroom(session, entry.key))
        return
    claim_id, _, source_id = entry.key.partition("/")
    if source_id:
        visited = archive.visited(session, UUID(source_id), UUID(claim_id))
        if visited is None:
            raise NotFound(f"There is nothing to tell of {entry.key}.")
        tell(session, Outbox, visited, ROUTES[SourceVisited])
        return
    claim = session.get(Claim, UUID(claim_id))
    newsroom = session.get(Newsroom, claim.newsroom_id) if claim else None
    if claim is None or newsroom is None:
        raise NotFound(f"There is no claim {entry.key}.")
    workflow.tell_submitted(session, claim, newsroom)
