"""What a source of earlier checks holds: checks, and what is refused or passed over, each with its place."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from services.intake.earlier.reviews import Fit, Unfit, ids_in, read_own, read_review, reviews_in
from services.intake.schemas import EarlierCheckIn

PassedOver = Literal["media", "empty"]


class Unreadable(Exception):
    """A source that can't be read at all, or not from some place on. Says why."""


class Item(NamedTuple):
    """A check, as it is to be stored, what was left out of it, and what was given; or why it is refused; or what kind of thing it
    is that is passed over. `number` counts from 1 in its source, `part` within that, for what holds several."""

    number: int
    part: int | None = None
    check: EarlierCheckIn | None = None
    notes: tuple[str, ...] = ()
    given: Any = None
    refused: str | None = None
    passed_over: PassedOver | None = None
    line: int | None = None  # in the file, if it has lines


def items_in(
    number: int, element: Any, base: str | None = None, line: int | None = None, known: Mapping[str, Any] | None = None
) -> Iterator[Item]:
    """What one element of a document holds: a review, a DataFeedItem with some or none, a list. `base` is the address at which
    it stood; `known` is what `ids_in` has found around it."""
    found = list(reviews_in(element))
    if not found:
        yield _without(number, element, line)
        return
    if isinstance(element, dict) and base is None and isinstance(element.get("url"), str):
        base = element["url"]  # of a DataFeedItem
    known = ids_in(element) if known is None else known
    for part, one in enumerate(found, 1):
        which = part if len(found) > 1 else None
        if one.is_media:
            yield Item(number, which, given=one.node, passed_over="media", line=line)
            continue
        try:
            fit = read_review(one.node, base, known)
        except Unfit as unfit:
            yield Item(number, which, given=one.node, refused=str(unfit), line=line)
        else:
            yield item_of(number, which, fit, one.node, line)


def item_of(number: int, part: int | None, fit: Fit, given: Any, line: int | None = None) -> Item:
    """A check that fits, as an item."""
    return Item(number, part, fit.check, fit.notes, given, line=line)


def _without(number: int, element: Any, line: int | None) -> Item:
    """An element in which there is no review: it may have our own names."""
    if isinstance(element, dict) and "claim" in element:
        try:
            return item_of(number, None, read_own(element), element, line)
        except Unfit as unfit:
            return Item(number, given=element, refused=str(unfit), line=line)
    if isinstance(element, dict) and not element.get("item", True):
        return Item(number, given=element, passed_over="empty", line=line)  # feeds name what has been taken back so
    return Item(number, given=element, refused="holds no ClaimReview", line=line)
