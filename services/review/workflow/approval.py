"""The second pair of eyes, or as many as the desk wants, and the moment at which readers may read it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history
from services.review.dossier import Dossier, open_dossier
from services.review.models import (
    Approval,
    Case,
    CaseStory,
    Evidence,
    HouseRules,
    Outbox,
    Person,
    Story,
    Verdict,
)
from services.review.scale import rating
from services.review.schemas import NothingIn, ScheduleIn
from services.review.standing import before_approval, public_steps, required_and_open
from services.review.workflow.acts import CHECKED
from services.review.workflow.allowed import name_of, not_allowed
from services.review.workflow.files import refuse_if_lost, show_files, shown_files
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import settle
from services.review.workflow.questions import public_answers
from services.review.workflow.ratings import scale_of
from services.review.workflow.sources import copies_of
from services.review.workflow.stamps import order_stamps
from services.review.workflow.statements import record_at_desk, standing_requests, standing_statements
from shared import contracts
from shared.clock import now
from shared.contracts import ROUTES, EvidenceCopy, EvidenceFile, VerdictApproved
from shared.errors import Forbidden, Invalid
from shared.fields import plain_url
from shared.outbox import tell

RELEASED_AT_ONCE = 200


def approve(session: Session, case_id: UUID, _found: NothingIn, by: Person, seen: int | None = None) -> Case:
    """Approve a verdict, as the second pair of eyes. Where a desk wants several, it takes so many editors. It is published once the
    site has confirmed it; if it is held until a time, then.

    Nobody approves a revision they had a hand in, whatever their role: Forbidden.
    """
    case = begin(session, case_id, "approve", by, seen)
    dossier = open_dossier(session, case, by)
    if dossier.had_a_hand:
        raise Forbidden("You had a hand in this revision; somebody else has to approve it.")
    if dossier.has_approved:
        raise not_allowed(session, case, by, "You have approved this revision already; it waits for others.")
    if hindrances := before_approval(dossier):
        missing = required_and_open(dossier, "approve")
        raise not_allowed(session, case, by, hindrances[0], **({"missing": missing} if missing else {}))
    verdict = session.get_one(Verdict, (case.id, case.revision), with_for_update=True)
    refuse_if_lost(session, case, by, dossier.standing_evidence)
    session.add(Approval(case_id=case.id, revision=case.revision, person_id=by.id))
    session.flush()
    panel, needed = approvers(session, case), dossier.desk.approvals_needed
    after: dict[str, object] = {"revision": case.revision, "rating": verdict.rating}
    if needed > 1:
        after["approvals"] = f"{len(panel)} of {needed}"
    if len(panel) < needed:
        return end(session, case, "approve", by, {}, after)
    settle(session, case, "to_approve")
    settle(session, case, "second")
    case.approved_at = verdict.approved_at = now()
    verdict.approved_by = by.id
    with session.no_autoflush:  # both are written when all of it is known, not at each question
        told = approved(session, dossier, verdict, panel)
        order_stamps(session, told)
        verdict.told = told.model_dump(mode="json")
        case.embargoed_until = _held_until(session, case)
    if case.embargoed_until is None:
        _release(session, verdict)
    else:
        after["held_until"] = case.embargoed_until.isoformat()
    return end(session, case, "approve", by, {}, after)


def schedule(session: Session, case_id: UUID, found: ScheduleIn, by: Person, seen: int | None = None) -> Case:
    """Hold a verdict until a time after it was approved, or let it go. What its story is held until still counts. Raises Invalid
    for a time that is over: it would publish at once what somebody wants to hold."""
    case = begin(session, case_id, "schedule", by, seen)
    if found.until is not None and found.until <= now():
        raise Invalid.field("until", "is over already; what is to be held no longer is let go without a time")
    before, case.embargoed_until = case.embargoed_until, found.until
    case.embargoed_until = _held_until(session, case)
    after = {"held_until": found.until.isoformat() if found.until else None, "note": found.note}
    if case.approved_at is not None and case.embargoed_until is None:
        _release(session, session.get_one(Verdict, (case.id, case.revision), with_for_update=True))
    return end(session, case, "schedule", by, {"held_until": before.isoformat() if before else None}, after)


def release_due(session: Session) -> int:
    """Publish what was held until now. Returns how many. No clock publishes what was made from a story that was killed or withheld
    meanwhile: a person decides, or it waits until the story can be used again."""
    history.take_turn(session)
    due = select(Case).where(
        Case.state == CHECKED,
        col(Case.approved_at).is_not(None),
        col(Case.embargoed_until) <= now(),
        col(Case.story_status).is_(None),
    )
    cases = session.exec(due.order_by(col(Case.embargoed_until)).limit(RELEASED_AT_ONCE).with_for_update()).all()
    for case in cases:
        until = case.embargoed_until
        case.embargoed_until = _held_until(session, case)  # its story may be held longer by now
        if case.embargoed_until is None:
            _release(session, session.get_one(Verdict, (case.id, case.revision), with_for_update=True))
            before = {"held_until": until.isoformat() if until else None}
            end(session, case, "released", None, before, {"held_until": None})
    return len(cases)


def held_until(case: Case, stories: Iterable[Story]) -> datetime | None:
    """Until when a verdict is held, by hand or because a story that the claim was made from is; None if nothing holds it."""
    embargoes = [case.embargoed_until, *(one.received.embargoed_until for one in stories if one.revision)]
    held = [one for one in embargoes if one is not None and one > now()]
    return max(held) if held else None


def approvers(session: Session, case: Case) -> list[str]:
    """The names of those who have approved the revision that is worked on, in that order."""
    chosen = select(Person.name).join(Approval, col(Approval.person_id) == Person.id)
    mine = chosen.where(Approval.case_id == case.id, Approval.revision == case.revision)
    return list(session.exec(mine.order_by(col(Approval.at))))


def approved(session: Session, dossier: Dossier, verdict: Verdict, panel: list[str]) -> VerdictApproved:
    """What crosses to publish, field by field: nothing that is not for readers has a field here."""
    case, by, evidence = dossier.case, dossier.reader, dossier.standing_evidence
    copies = copies_of(session, case.id)
    files, rules = shown_files(session, evidence), session.get(HouseRules, 1) or HouseRules()
    statements, requests = standing_statements(session, case.id), standing_requests(session, case.id)
    return VerdictApproved.model_validate(
        {
            "claim_id": case.id,
            "revision": verdict.revision,
            "kind": verdict.kind,
            "change": verdict.change,
            "rating": rating(verdict.rating, scale_of(dossier.desk)),
            "headline": verdict.headline,
            "summary": verdict.summary,
            "text": verdict.text,
            "unknown": verdict.unknown,
            "confidence": verdict.confidence,
            "rests_on": verdict.rests_on,
            "waiver": verdict.waiver,
            "interests": verdict.interests,
            "as_of": verdict.as_of,
            "valid_until": verdict.valid_until,
            "wording": case.described.get("wording"),
            "desk": dossier.desk.slug or None,
            "claim": record_at_desk(case, statements, requests),
            "evidence": [_public(item, copies, files, rules) for item in evidence if item.public],
            "questions": public_answers(session, case),
            "steps": public_steps(dossier),
            "language": verdict.language,
            "translation_of": verdict.translation_of,
            "withheld": [item.withheld_reason for item in evidence if not item.public],
            "checked_by": [name_of(session, verdict.checked_by)],
            "approved_by": by.name,
            "panel": panel if len(panel) > 1 else (),
            "received_at": case.received_at,
            "taken_at": case.taken_at,
            "checked_at": verdict.checked_at,
            "approved_at": verdict.approved_at,
        }
    )


def _held_until(session: Session, case: Case) -> datetime | None:
    stories = select(Story).join(CaseStory, col(CaseStory.story_id) == Story.id).where(CaseStory.case_id == case.id)
    return held_until(case, session.exec(stories))


def _release(session: Session, verdict: Verdict) -> None:
    """Tell publish, which holds nothing back."""
    verdict.released_at = now()
    told = VerdictApproved.model_validate(verdict.told)
    show_files(told)
    tell(session, Outbox, told, ROUTES[VerdictApproved])


def _public(
    item: Evidence, copies: Mapping[str, EvidenceCopy], files: Mapping[UUID, EvidenceFile], rules: HouseRules
) -> contracts.Evidence:
    given = item.model_dump(include=set(contracts.Evidence.model_fields) - {"archived", "file"})
    if not rules.shows_archives:
        given["archive_url"] = None
    given["archived"] = copies.get(plain_url(item.url)) if item.url else None
    given["file"] = files.get(item.file_id) if item.file_id else None
    return contracts.Evidence.model_validate(given)
