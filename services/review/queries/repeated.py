"""Who made or repeated a claim, where and when: of a case and of those that were merged into it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.review.models import Case
from services.review.schemas import RepeatOut

MOST = 200


def list_repeated(cases: Sequence[Case]) -> tuple[list[RepeatOut], int]:
    """The times it was made or repeated, the earliest first, undated ones last; and how many more there are."""
    places = {(one.how, one.who, one.url, one.at): one for case in cases for one in _places(case)}
    sent = [_repeat(case, "sent_in", one.submitted_at, one.newsroom) for case in cases for one in case.sent_in]
    ordered = sorted((*places.values(), *sent), key=lambda one: (one.at is None, one.at.timestamp() if one.at else 0))
    untold = sum(case.submission_count - len(case.submissions) for case in cases)
    return ordered[:MOST], max(0, len(ordered) - MOST) + untold


def _places(case: Case) -> Iterator[RepeatOut]:
    record = case.record
    if record.claimed_at:
        yield _repeat(case, "said", record.claimed_at, record.claimant.name if record.claimant else None)
    story = record.story
    if story and (story.url or story.headline):
        yield _repeat(case, "appeared", story.published_at, story.publisher, title=story.headline, url=story.url)
    for place in (*record.appearances, *(place for sent in case.sent_in for place in sent.appearances)):
        given = {"title": place.title, "url": place.url, "medium": place.medium}
        yield _repeat(case, "appeared", place.published_at, place.publisher, **given)


def _repeat(case: Case, how: str, at: datetime | None, who: str | None, **more: str | None) -> RepeatOut:
    given = {"how": how, "at": at, "who": who, "case_id": case.id, "text": case.text}
    return RepeatOut.model_validate({"title": None, "url": None, "medium": None} | more | given)
