"""What the ratings of desks' own scales are called and drawn as now.

A desk may give a rating another name, another shape, another colour. Readers then see it so wherever it stands: on pages, in lists,
cards, feeds and data. No verdict changes by that, and none is published again: each revision keeps its words as they were approved,
and its page tells what the rating was called then.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from services.publish.models import Scale
from shared.contracts import Rating, RatingLook, ScalePosted

Revisions = dict[str, int]  # of desks' scales, by desk


def keep(session: Session, message: ScalePosted) -> bool:
    """Keep what a desk's ratings look like. Returns whether any of them looks otherwise than before; older news changes nothing."""
    kept = session.get(Scale, message.desk, with_for_update=True)
    kept = kept or Scale(desk=message.desk, revision=0, looks={}, changed={})
    if message.revision <= kept.revision:
        return False
    told = {one.slug: one.model_dump(mode="json") for one in message.looks}
    otherwise = {slug: message.revision for slug, look in told.items() if kept.looks.get(slug) != look}
    kept.revision, kept.looks, kept.changed = message.revision, kept.looks | told, kept.changed | otherwise
    session.add(kept)
    session.flush()
    return bool(otherwise)


def hold(session: Session, desk: str | None) -> Scale | None:
    """Have a desk's ratings look as they do until this transaction ends: who renames one waits for it, and then finds among what
    is to be made anew what it published. Returns what is known of them, if anything is."""
    return session.get(Scale, desk or "", with_for_update={"read": True})


def as_known(scale: Scale | None, rating: Rating) -> Rating:
    """A rating of a desk as it looks by what is known of the desk's scale."""
    look = scale.looks.get(rating.slug) if scale else None
    return _looking(rating, RatingLook.model_validate(look) if look else None)


def revisions(session: Session) -> Revisions:
    """Up to which revision of its scale each desk's ratings are known."""
    return dict(session.exec(select(Scale.desk, Scale.revision)).all())


def revision_of(session: Session, desk: str | None) -> int:
    """Up to which revision of its scale a desk's ratings are known; 0 if it was told of none."""
    kept = session.get(Scale, desk or "")
    return kept.revision if kept else 0


class Looks:
    """The looks of all desks' ratings, or of those that changed `since` these revisions."""

    def __init__(self, session: Session, since: Mapping[str, Any] | None = None) -> None:
        self._looks: dict[tuple[str, str], RatingLook] = {
            (scale.desk, slug): RatingLook.model_validate(look)
            for scale in session.exec(select(Scale))
            for slug, look in scale.looks.items()
            if since is None or scale.changed[slug] > since.get(scale.desk, 0)
        }

    @property
    def slugs(self) -> set[str]:
        """The ratings that there are looks of."""
        return {slug for _, slug in self._looks}

    def of(self, desk: str | None, rating: Rating) -> Rating:
        """A rating that a desk gave as it looks now. How true it says that a claim is stays what it was."""
        return _looking(rating, self._looks.get((desk or "", rating.slug)))


def _looking(rating: Rating, look: RatingLook | None) -> Rating:
    return rating.looking(look) if look else rating
