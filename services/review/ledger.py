"""What intake and publish must know of review's cases, and what review knows from them."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.review import history, workflow
from services.review.models import (
    Case,
    CaseSource,
    ChainHead,
    Desk,
    Dispute,
    EarlierCheck,
    Notice,
    Opinion,
    Outbox,
    Policy,
    Remark,
    Sender,
    Story,
    Verdict,
)
from services.review.workflow.desks import find_desk
from services.review.workflow.moves import lift_moved
from services.review.workflow.ratings import lift_scale, tell_scale
from services.review.workflow.sources import lift_sources
from services.review.workflow.underway import lift_work, tell_work_again
from services.review.workflow.urging import lift_urged
from shared.contracts import (
    ROUTES,
    CaseMoved,
    ClaimSubmitted,
    CorrectionsUrged,
    DisputeMoved,
    EarlierCheckTaken,
    HistoryHeadNoted,
    NoticePosted,
    NoticePublished,
    OpinionsCounted,
    PolicyPosted,
    RemarkMade,
    ScalePosted,
    SenderDecided,
    SenderJudged,
    SourcesNamed,
    SourceVisited,
    StoryReceived,
    VerdictApproved,
    VerdictDisputed,
    VerdictPublished,
    WorkNoted,
)
from shared.errors import NotFound
from shared.ledger import Entry
from shared.outbox import tell


def told(session: Session) -> Iterator[Entry]:
    """Where each case that has moved stands, every revision that was approved and let go, every notice, and each dispute."""
    yield from _told_of_moves(session)
    yield from _told_of_sources(session)
    yield from _told_of_work(session)
    approved = select(col(Verdict.case_id), col(Verdict.revision)).where(col(Verdict.released_at).is_not(None))
    for case_id, revision in session.exec(approved.order_by(col(Verdict.case_id)).execution_options(yield_per=1000)):
        for receiver in ROUTES[VerdictApproved]:
            yield Entry(VerdictApproved.topic, receiver.queue, f"{case_id}/{revision}", revision)
    into = aliased(Case)
    merged = select(col(Case.id), col(into.published_revision)).join(into, col(into.id) == col(Case.merged_into))
    merged = merged.where(col(into.published_revision) > 0).order_by(col(Case.id))
    for case_id, revision in session.exec(merged.execution_options(yield_per=1000)):
        yield Entry(VerdictPublished.topic, "intake", str(case_id), revision)
    posted = select(col(Notice.case_id), col(Notice.revision)).where(col(Notice.posted_at).is_not(None))
    for case_id, revision in session.exec(posted.order_by(col(Notice.case_id)).execution_options(yield_per=1000)):
        yield Entry(NoticePosted.topic, "publish", str(case_id), revision)
    yield from _told_policies(session)
    yield from _told_scales(session)
    for sender, _ in workflow.list_senders(session):
        yield Entry(SenderJudged.topic, "intake", sender.newsroom, sender.revision)
    yield from _told_urged(session)
    yield from _told_head(session)
    for dispute_id, version in _disputes(session):
        yield Entry(DisputeMoved.topic, "publish", str(dispute_id), version)


def _told_of_moves(session: Session) -> Iterator[Entry]:
    moves = select(col(Case.id), col(Case.moved_version)).where(col(Case.moved_version) > 0).order_by(col(Case.id))
    for case_id, version in session.exec(moves.execution_options(yield_per=1000)):
        for receiver in ROUTES[CaseMoved]:
            yield Entry(CaseMoved.topic, receiver.queue, str(case_id), version)


def _told_of_work(session: Session) -> Iterator[Entry]:
    noted = select(col(Case.id), col(Case.work_revision)).where(col(Case.work_revision) > 0).order_by(col(Case.id))
    for case_id, revision in session.exec(noted.execution_options(yield_per=1000)):
        yield Entry(WorkNoted.topic, "intake", str(case_id), revision)


def _told_of_sources(session: Session) -> Iterator[Entry]:
    named = select(col(Case.id), col(Case.sources_revision)).where(col(Case.sources_revision) > 0)
    for case_id, revision in session.exec(named.order_by(col(Case.id)).execution_options(yield_per=1000)):
        yield Entry(SourcesNamed.topic, "intake", str(case_id), revision)


def known(session: Session) -> Iterator[Entry]:
    """The claims, the visits to what they point to, the stories, and the publications that review was told of."""
    claims = select(col(Case.id), col(Case.claim_revision)).order_by(col(Case.id))
    for case_id, revision in session.exec(claims.execution_options(yield_per=1000)):
        yield Entry(ClaimSubmitted.topic, "review", str(case_id), revision)
    sources = select(col(CaseSource.case_id), col(CaseSource.source_id), col(CaseSource.revision))
    for case_id, source_id, revision in session.exec(sources.execution_options(yield_per=1000)):
        yield Entry(SourceVisited.topic, "review", f"{case_id}/{source_id}", revision)
    checks = select(col(EarlierCheck.id), col(EarlierCheck.revision)).where(col(EarlierCheck.removed).is_(False))
    for check_id, revision in session.exec(checks.order_by(col(EarlierCheck.id)).execution_options(yield_per=1000)):
        yield Entry(EarlierCheckTaken.topic, "review", str(check_id), revision)
    stories = select(col(Story.id), col(Story.revision)).order_by(col(Story.id))
    for story_id, revision in session.exec(stories.execution_options(yield_per=1000)):
        yield Entry(StoryReceived.topic, "review", str(story_id), revision)
    published = select(col(Verdict.case_id), col(Verdict.revision)).where(col(Verdict.published_at).is_not(None))
    for case_id, revision in session.exec(published.order_by(col(Verdict.case_id)).execution_options(yield_per=1000)):
        yield Entry(VerdictPublished.topic, "review", f"{case_id}/{revision}", revision)
    notices = select(col(Notice.case_id), col(Notice.revision)).where(col(Notice.url).is_not(None))
    for case_id, revision in session.exec(notices.order_by(col(Notice.case_id)).execution_options(yield_per=1000)):
        yield Entry(NoticePublished.topic, "review", str(case_id), revision)
    yield from _known_senders(session)
    for dispute_id, version in _disputes(session):
        yield Entry(VerdictDisputed.topic, "review", str(dispute_id), version)
    yield from _known_of_readers(session)


def _known_of_readers(session: Session) -> Iterator[Entry]:
    """How many said whether a case's verdicts were useful, and what they wrote of that."""
    counted = select(col(Opinion.case_id), func.sum(Opinion.useful + Opinion.not_useful)).group_by(col(Opinion.case_id))
    for case_id, total in session.exec(counted.order_by(col(Opinion.case_id)).execution_options(yield_per=1000)):
        yield Entry(OpinionsCounted.topic, "review", str(case_id), int(total))
    remarks = select(col(Remark.id)).order_by(col(Remark.id))
    for remark_id in session.exec(remarks.execution_options(yield_per=1000)):
        yield Entry(RemarkMade.topic, "review", str(remark_id), 1)


def _known_senders(session: Session) -> Iterator[Entry]:
    for sender, _ in workflow.list_senders(session):
        yield Entry(SenderDecided.topic, "review", sender.newsroom, sender.revision)


def tell_again(session: Session, entry: Entry) -> None:
    """Tell a receiver once more what it should know. Raises NotFound."""
    if entry.topic == PolicyPosted.topic:
        _tell_policy_again(session, entry)
        return
    if entry.topic == ScalePosted.topic:
        tell_scale(session, find_desk(session, entry.key))
        return
    if entry.topic == SenderJudged.topic and (sender := session.get(Sender, entry.key)):
        workflow.tell_sender(session, sender)
        return
    if entry.topic == HistoryHeadNoted.topic:
        workflow.tell_history_head(session)
        return
    if entry.topic == DisputeMoved.topic and (dispute := session.get(Dispute, UUID(entry.key))):
        workflow.tell_dispute(session, dispute)
        return
    _tell_of_case_again(session, entry)


def lift(session: Session, entry: Entry) -> None:
    """Tell a receiver how things stand now under a newer number than it knows; see `shared.ledger.LIFTED`. A case of which the desk
    knows nothing has to come from intake first."""
    history.take_turn(session)
    if entry.topic == ScalePosted.topic:
        lift_scale(session, entry.key, entry.revision)
    elif (case := session.get(Case, UUID(entry.key), with_for_update=True)) is not None:
        LIFTS[entry.topic](session, case, entry.revision)


def _tell_of_case_again(session: Session, entry: Entry) -> None:
    case_id = UUID(entry.key.partition("/")[0])
    if entry.topic in AS_TOLD:
        message, model = AS_TOLD[entry.topic]
        kept = session.get(model, (case_id, entry.revision))
        if kept is not None and kept.told:
            tell(session, Outbox, message.model_validate(kept.told), ROUTES[message])
            return
    elif (case := session.get(Case, case_id)) is not None and entry.topic in AS_IT_STANDS:
        tell_again, is_there = AS_IT_STANDS[entry.topic]
        if is_there(case):
            tell_again(session, case, entry)
            return
    raise NotFound(f"There is nothing to tell of {entry.key}.")


def _tell_standing_again(session: Session, case: Case, entry: Entry) -> None:
    workflow.tell_standing(session, case, [one for one in ROUTES[CaseMoved] if one.queue == entry.queue])


def _tell_sources_again(session: Session, case: Case, _entry: Entry) -> None:
    tell(session, Outbox, workflow.sources_of(session, case), ROUTES[SourcesNamed])


def _forward_verdict_again(session: Session, case: Case, _entry: Entry) -> None:
    workflow.forward_verdict(session, session.get_one(Case, case.merged_into))


# Messages that are kept as they were told, each with the table that keeps it, by claim and revision.
AS_TOLD: dict[str, tuple[type[NoticePosted | VerdictApproved], type[Any]]] = {
    NoticePosted.topic: (NoticePosted, Notice),
    VerdictApproved.topic: (VerdictApproved, Verdict),
}

# Messages that tell how a case stands now: what tells them again, and whether of this case there is something to tell.
AS_IT_STANDS: dict[str, tuple[Callable[[Session, Case, Entry], None], Callable[[Case], bool]]] = {
    CaseMoved.topic: (_tell_standing_again, lambda _: True),
    WorkNoted.topic: (lambda session, case, _: tell_work_again(session, case), lambda case: bool(case.work_revision)),
    SourcesNamed.topic: (_tell_sources_again, lambda _: True),
    CorrectionsUrged.topic: (lambda session, case, _: workflow.tell_urged(session, case), lambda _: True),
    VerdictPublished.topic: (_forward_verdict_again, lambda case: case.merged_into is not None),
}


# What gives a case's messages a newer number than their receiver knows, and tells them.
LIFTS: dict[str, Callable[[Session, Case, int], None]] = {
    CaseMoved.topic: lift_moved,
    WorkNoted.topic: lift_work,
    SourcesNamed.topic: lift_sources,
    CorrectionsUrged.topic: lift_urged,
}


def _tell_policy_again(session: Session, entry: Entry) -> None:
    name, _, rest = entry.key.partition("/")
    policy = session.get(Policy, (name, rest.partition("/")[0], entry.revision))
    if policy is None:
        raise NotFound(f"There is nothing to tell of {entry.key}.")
    tell(session, Outbox, PolicyPosted.model_validate(policy.told), ROUTES[PolicyPosted])


def _told_urged(session: Session) -> Iterator[Entry]:
    urged = select(col(Case.id), col(Case.urged_version)).where(col(Case.urged_version) > 0).order_by(col(Case.id))
    for case_id, version in session.exec(urged.execution_options(yield_per=1000)):
        yield Entry(CorrectionsUrged.topic, "publish", str(case_id), version)


def _told_head(session: Session) -> Iterator[Entry]:
    """The newest head that was noted; what later ones cover, nobody misses."""
    noted = session.exec(select(ChainHead.noted)).first()
    if noted:
        yield Entry(HistoryHeadNoted.topic, "publish", "history", noted)


def _told_policies(session: Session) -> Iterator[Entry]:
    policies = select(Policy).order_by(col(Policy.name), col(Policy.language), col(Policy.revision))
    for policy in session.exec(policies):
        key = f"{policy.name}/{policy.language}/{policy.revision}"
        yield Entry(PolicyPosted.topic, "publish", key, policy.revision)


def _told_scales(session: Session) -> Iterator[Entry]:
    desks = select(col(Desk.slug), col(Desk.scale_revision)).where(col(Desk.scale_revision) > 0)
    for slug, revision in session.exec(desks.order_by(col(Desk.slug))):
        yield Entry(ScalePosted.topic, "publish", slug, revision)


def _disputes(session: Session) -> Iterator[tuple[UUID, int]]:
    chosen = select(col(Dispute.id), col(Dispute.version)).order_by(col(Dispute.id))
    yield from session.exec(chosen.execution_options(yield_per=1000))
