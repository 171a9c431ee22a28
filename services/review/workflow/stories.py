"""Stories that newsrooms sent: told by intake, read at the desk, and claims picked from their sentences."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Case, CaseStory, Outbox, Person, Story, Verdict
from services.review.schemas import BroughtIn, PicksIn
from services.review.workflow.moves import end
from services.review.workflow.notifying import notify
from shared import contracts
from shared.checkable.headlines import split_headline
from shared.clock import new_id
from shared.contracts import ROUTES, ClaimRecord, PickedClaim, SentencesPicked, StoryBrought, StoryReceived
from shared.db import insert_if_absent
from shared.errors import Forbidden, Invalid, NotFound
from shared.outbox import tell

BAD = ("canceled", "withheld")  # the worse first
ACTS: dict[str | None, str] = {"canceled": "story killed", "withheld": "story withheld", None: "story usable again"}
SAID = {"canceled": "It was killed", "withheld": "It is withheld for now"}
NOT_BY_ITSELF = ", and the verdict is not published when its time has come, until an editor lets it go"


def note_story(session: Session, message: StoryReceived) -> None:
    """Intake told of a story. What is older than what is known changes nothing. A kill order reaches every case that was made
    from it: each is changed, so that nobody approves what they saw before."""
    history.take_turn(session)
    _expect(session, message.story_id)
    story = session.get_one(Story, message.story_id, with_for_update=True)
    if message.revision <= story.revision:
        return
    story.revision, story.told = message.revision, message.model_dump(mode="json")
    story.status = message.status
    made = {" ".join((one.exact or "").split()).casefold() for one in message.claims}
    there = {one.id for one in message.sentences if one.text.casefold() not in made}
    story.asked_for = [one for one in story.asked_for if one in there]
    session.add(story)
    session.flush()
    known = {one.case_id: one for one in session.exec(select(CaseStory).where(CaseStory.story_id == message.story_id))}
    for claim in message.claims:
        link = known.get(claim.claim_id) or CaseStory(case_id=claim.claim_id, story_id=message.story_id)
        link.stands = claim.stands
        session.add(link)
    session.flush()
    bad_news(session, [claim.claim_id for claim in message.claims])


def bad_news(session: Session, case_ids: Sequence[UUID]) -> None:
    """Note on cases that a story they were made from has been killed or withheld, or is usable again."""
    if not case_ids:
        return
    about = (col(CaseStory.case_id), col(Story.status), col(Story.id))
    chosen = select(*about).join(Story, col(Story.id) == col(CaseStory.story_id)).order_by(col(Story.id))
    told: dict[UUID, dict[str, UUID]] = {}
    for case_id, status, story_id in session.exec(chosen.where(col(CaseStory.case_id).in_(case_ids))):
        told.setdefault(case_id, {})[status] = story_id
    worst = {case_id: next((one for one in BAD if one in statuses), None) for case_id, statuses in told.items()}
    known = select(col(Case.id), col(Case.story_status)).where(col(Case.id).in_(worst))
    changed = [case_id for case_id, status in session.exec(known) if status != worst[case_id]]
    cases = select(Case).where(col(Case.id).in_(changed)).order_by(col(Case.id)).with_for_update()
    for case in session.exec(cases.execution_options(populate_existing=True)).all() if changed else []:
        before, case.story_status = case.story_status, worst[case.id]
        after = {"story": case.story_status or "usable"}
        end(session, case, ACTS[case.story_status], None, {"story": before or "usable"}, after)
        if case.story_status:
            note = session.get_one(Story, told[case.id][case.story_status]).told.get("note")
            said = f"{SAID[case.story_status]}{NOT_BY_ITSELF if case.is_held else ''}"
            words = f"{said}: “{note}”" if note else f"{said}."
            notify(session, "story", _concerned(session, case), case, words=words)


def _concerned(session: Session, case: Case) -> set[UUID]:
    """Whoever has the case, or checked or approved what is worked on or what readers read."""
    which = col(Verdict.revision).in_([case.revision, case.published_revision])
    verdicts = session.exec(select(Verdict).where(Verdict.case_id == case.id, which)).all()
    people = [case.assignee_id, *(one.checked_by for one in verdicts), *(one.approved_by for one in verdicts)]
    return {one for one in people if one}


def bring_story(session: Session, found: BroughtIn, by: Person) -> UUID | None:
    """Have claims made that no newsroom sent, and the story taken in that they stand in: intake does both, and they come back from
    there. Returns by which id the story will be found; None if there is none. A story with an id that is there already was brought
    before: then nothing is done. Raises Forbidden."""
    if not by.may("checker"):
        raise Forbidden("You are not a checker.")
    history.take_turn(session)
    if found.story_id and session.get(Story, found.story_id):
        return found.story_id
    headline, body = found.headline, found.body or ""
    if body and not headline:
        headline, body = split_headline(body, found.language)
    story = contracts.Story(
        headline=headline, publisher=found.publisher, url=found.url, published_at=found.published_at
    )
    reason = found.reason or "Entered at the desk."
    where = story if headline or found.url or found.publisher else None
    claims = [ClaimRecord(text=text, language=found.language, story=where) for text in dict.fromkeys(found.claims)]
    message = StoryBrought(
        story_id=found.story_id or new_id(),
        revision=1,
        brought_by=by.name,
        story=story,
        language=found.language,
        body=body.strip(),
        claims=tuple(PickedClaim(claim=one, reason=reason) for one in claims),
    )
    if message.is_story:
        _expect(session, message.story_id)
    tell(session, Outbox, message, ROUTES[StoryBrought])
    history.append(
        session, "brought", None, by.id, {"after": {"name": headline or found.claims[0], "claims": found.claims}}
    )
    return message.story_id if message.is_story else None


def _expect(session: Session, story_id: UUID) -> None:
    """A place for a story that was not told of yet."""
    row = {"id": story_id, "revision": 0, "told": {}, "status": "usable", "picks": 0, "asked_for": []}
    session.connection().execute(insert_if_absent(session, Story), [row])


def pick(session: Session, story_id: UUID, picks: PicksIn, by: Person) -> Story:
    """Have claims made from sentences of a story, or in words of the desk's own: intake makes them, and their cases come back from
    there. Raises NotFound, Forbidden, or Invalid for a sentence that the story does not hold as it stands now."""
    history.take_turn(session)
    story = session.get(Story, story_id, with_for_update=True)
    if story is None or not story.told:  # one that was brought a moment ago comes with its sentences
        raise NotFound("There is no such story.")
    if not by.may("checker"):
        raise Forbidden("You are not a checker.")
    told = story.received
    sentences = {one.id: one for one in told.sentences}
    claims, reason = [], told.doubt or "Picked from the story at the desk."
    for number, one in enumerate(picks.sentences):
        if one.sentence not in sentences:
            raise Invalid.field(f"sentences/{number}/sentence", "is none of the story's sentences as it stands now")
        claims.append(PickedClaim(claim=told.claim_from(sentences[one.sentence], one.take), reason=reason))
    claims += [PickedClaim(claim=told.claim_of(text), reason=reason) for text in dict.fromkeys(picks.claims)]
    story.picks += 1
    story.asked_for = [
        *story.asked_for,
        *(one.sentence for one in picks.sentences if one.sentence not in story.asked_for),
    ]
    session.add(story)
    message = SentencesPicked(story_id=story.id, revision=story.picks, picked_by=by.name, claims=tuple(claims))
    tell(session, Outbox, message, ROUTES[SentencesPicked])
    history.append(
        session, "picked", None, by.id, {"story": str(story.id), "sentences": [one.claim.text for one in claims]}
    )
    return story
