"""Desks' ratings: what they are, who is told of them, and the second person who has to agree before readers see another one.

What a rating is called, means and looks like goes onto every page that was published with it. So one that stands on an approved
verdict is renamed, redrawn, left out or brought back only when somebody else confirms it. It is proposed until then, and whatever
else was changed of the ratings with it waits, too. All others change at once.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Desk, DeskRole, Outbox, Person, Verdict
from services.review.scale import Ratings, Step, look_of, scale_from
from services.review.schemas import ConfirmRatingsIn
from services.review.workflow.notifying import notify, settle
from services.review.workflow.people import desks_of
from services.review.workflow.waiting import once_for_ratings
from shared.clock import new_id, now
from shared.contracts import ROUTES, Rating, RatingLook, ScalePosted
from shared.errors import Forbidden, NotFound, Stale
from shared.outbox import tell


def scale_of(desk: Desk) -> tuple[Step, ...]:
    """The ratings that a desk uses, in its own words and order. Those of the usual scale keep their value."""
    return scale_from(desk.ratings)


def rating_now(session: Session, told: Mapping[str, Any]) -> tuple[Rating, int]:
    """The rating of a verdict that was approved as its desk calls and draws it now, or did before it left it out; and in which
    revision of the desk's scale."""
    rating = Rating.model_validate(told["rating"])
    desk = session.exec(select(Desk).where(Desk.slug == told["desk"])).first() if told.get("desk") else None
    if desk is None or not desk.scale_revision:
        return rating, 0
    look = desk.former | _looks(desk.ratings)
    own = look.get(rating.slug)
    return rating.looking(RatingLook.model_validate(own)) if own else rating, desk.scale_revision


def give_ratings(session: Session, desk: Desk, ratings: Ratings, by: Person) -> None:
    """Give a desk these ratings; or propose them, if readers would see another one on what was approved. What was proposed before
    was meant for other ratings and is dropped."""
    if ratings == desk.ratings or (desk.proposal and desk.proposal["ratings"] == ratings):
        return
    _settle(session, desk, by, "Other ratings took the place of those that you proposed.")
    if _shown(session, desk.slug, changed(desk.ratings, ratings)):
        desk.proposal = {"id": str(new_id()), "ratings": ratings, "by": str(by.id), "at": now().isoformat()}
        names = [step.label for before, after in changes_of(desk) if (step := after or before)]
        once = once_for_ratings(desk.proposal["id"])
        notify(session, "ratings", _deciders(session, desk), desk, by, ", ".join(names), once=once)
    else:
        _give(session, desk, ratings)


def changed(before: Ratings, after: Ratings) -> set[str]:
    """The ratings that are called or drawn otherwise afterwards, or are in one of the two scales alone."""
    was, will = _looks(before), _looks(after)
    return {slug for slug in was.keys() | will.keys() if was.get(slug) != will.get(slug)}


def changes_of(desk: Desk) -> list[tuple[Step | None, Step | None]]:
    """What is proposed for a desk: each rating that it changes, as it is and as it would be."""
    if desk.proposal is None:
        return []
    before, after = ({one.slug: one for one in scale_from(one)} for one in (desk.ratings, desk.proposal["ratings"]))
    slugs = changed(desk.ratings, desk.proposal["ratings"])
    return [(before.get(slug), after.get(slug)) for slug in [*before, *(after.keys() - before.keys())] if slug in slugs]


def confirm_ratings(session: Session, slug: str, found: ConfirmRatingsIn, by: Person) -> Desk:
    """Agree to what somebody else proposed: it counts from now on, and readers see it. Raises NotFound; Forbidden for who proposed
    it or is no editor there; Stale if something else is proposed meanwhile."""
    desk = _proposed(session, slug, found, by)
    proposal = desk.proposal or {}
    if proposal["by"] == str(by.id):
        raise Forbidden("You proposed these ratings. Readers see them when somebody else has confirmed them.")
    before = desk.ratings
    _give(session, desk, proposal["ratings"])
    _settle(session, desk, by, "Confirmed: readers see the ratings that you proposed.")
    what = {
        "before": {"ratings": before},
        "after": {"name": desk.name, "ratings": desk.ratings, "proposed_by": proposal["by"]},
    }
    history.append(session, "ratings confirmed", None, by.id, what)
    return desk


def drop_ratings(session: Session, slug: str, found: ConfirmRatingsIn, by: Person) -> Desk:
    """Do away with what was proposed: whoever could confirm it may, and who proposed it. Raises as `confirm_ratings` does."""
    desk = _proposed(session, slug, found, by)
    history.append(
        session, "ratings dropped", None, by.id, {"before": {"proposed": desk.proposal}, "after": {"name": desk.name}}
    )
    _settle(session, desk, by, "Dropped: the ratings stay as they are.")
    return desk


def tell_scale(session: Session, desk: Desk) -> None:
    """Tell what a desk's ratings are called and drawn as: readers see those of its published verdicts so, too."""
    looks = tuple(look_of(step) for step in scale_of(desk))
    message = ScalePosted(desk=desk.slug, revision=desk.scale_revision, looks=looks)
    tell(session, Outbox, message, ROUTES[ScalePosted])


def lift_scale(session: Session, slug: str, known: int) -> None:
    """Tell a desk's ratings under a revision above `known`: publish knows that one since before a restore."""
    desk = session.exec(select(Desk).where(Desk.slug == slug).with_for_update()).first()
    if desk is not None and desk.scale_revision < known:
        desk.scale_revision = known + 1
        tell_scale(session, desk)


def may_confirm(session: Session, slug: str, person: Person) -> bool:
    """Whether somebody is an editor at this desk, or everywhere."""
    return person.may("editor") or desks_of(session, person).get(slug) == "editor"


def _deciders(session: Session, desk: Desk) -> set[UUID]:
    """Who may confirm this desk's ratings, whoever proposed them among them."""
    here = set(session.exec(select(DeskRole.person_id).where(DeskRole.desk_id == desk.id, DeskRole.role == "editor")))
    people = session.exec(select(Person).where(Person.active)).all()
    return {one.id for one in people if one.may("editor") or one.id in here}


def _settle(session: Session, desk: Desk, by: Person, words: str) -> None:
    """Nothing is proposed any more: nobody has to look at it, and whoever proposed it is told what became of it."""
    if desk.proposal is not None:
        notify(session, "decided", {UUID(desk.proposal["by"])}, desk, by, words)
        desk.proposal = None
        settle(session, desk, "ratings")


def _proposed(session: Session, slug: str, found: ConfirmRatingsIn, by: Person) -> Desk:
    history.take_turn(session)
    desk = session.exec(select(Desk).where(Desk.slug == slug).with_for_update()).first()
    if desk is None:
        raise NotFound("There is no such desk.")
    if not may_confirm(session, slug, by):
        raise Forbidden("Only an editor or an admin decides on a desk's ratings.")
    if desk.proposal is None:
        raise NotFound("No ratings are proposed for this desk: somebody has decided already.")
    if UUID(desk.proposal["id"]) != found.id:
        raise Stale("Other ratings are proposed meanwhile. Look at them first.")
    session.add(desk)
    return desk


def _give(session: Session, desk: Desk, ratings: Ratings) -> None:
    is_another = scale_from(ratings) != scale_of(desk)
    seen, used = desk.former | _looks(desk.ratings), _looks(ratings)
    desk.former = {slug: look for slug, look in seen.items() if slug not in used}
    desk.ratings = ratings
    if is_another:
        desk.scale_revision += 1
        tell_scale(session, desk)


def _looks(ratings: Ratings) -> Ratings:
    """What is told of each of these ratings: contracts.RatingLook."""
    return {step.slug: look_of(step).model_dump(mode="json") for step in scale_from(ratings)}


def _shown(session: Session, slug: str, ratings: Iterable[str]) -> bool:
    """Whether one of these stands on a verdict that this desk approved."""
    told = col(Verdict.told)
    chosen = select(Verdict.case_id).where(col(Verdict.rating).in_(ratings), told["desk"].as_string() == slug)
    return session.exec(chosen.limit(1)).first() is not None
