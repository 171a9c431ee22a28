"""A ClaimReview, as schema.org describes it and as people write it, becomes an earlier check.

What a check can't be without is its page's address, the claim and the rating in words; whoever lacks one is Unfit. What else does
not hold is left out and noted: the check is of use without it. Shapes vary: lists where one is meant, a rating's numbers as text,
older markup that names the claim in other places, moments with and without a zone (then UTC), markup in what should be text.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import nh3
from pydantic import ValidationError

from services.intake.parsing.words import bounded
from services.intake.schemas import EarlierCheckIn
from shared.faults import words_of

LONGEST_LINE = 300
LONGEST_TEXT = 10_000
LONGEST_GIVEN = 100_000  # characters that are looked at, of one text
LONGEST_RAW = 64_000  # characters of JSON that are kept
DEEPEST = 40  # levels in which reviews are looked for
NOTHING: Mapping[str, Any] = {}
NEEDED = (("url",), ("claim",), ("rating", "label"))
NAMES = {"claim": "claimReviewed", "rating": "reviewRating", "publisher": "author", "claimant": "itemReviewed.author",
         "claimed_at": "itemReviewed.datePublished", "published_at": "datePublished", "language": "inLanguage"}  # fmt: skip


class Unfit(Exception):
    """It can't be taken in. Says why."""


class Fit(NamedTuple):
    """A check, and what was left out of it."""

    check: EarlierCheckIn
    notes: tuple[str, ...] = ()


class Found(NamedTuple):
    """A node that was looked for, in the order of the document: a ClaimReview or, which is passed over, a MediaReview."""

    node: Mapping[str, Any]
    is_media: bool = False


def reviews_in(document: Any, depth: int = 0) -> Iterator[Found]:
    """Every review in a value of JSON-LD, however deep it stands."""
    if isinstance(document, list):
        for one in document:
            yield from reviews_in(one, depth + 1)
    elif isinstance(document, Mapping) and depth < DEEPEST:
        kinds = _kinds(document)
        if "ClaimReview" in kinds or "MediaReview" in kinds:
            yield Found(document, is_media="ClaimReview" not in kinds)
            return
        for one in document.values():
            if isinstance(one, list | Mapping):
                yield from reviews_in(one, depth + 1)


def ids_in(document: Any) -> dict[str, Any]:
    """What has an `@id` in a value of JSON-LD, by it: for objects that only name another one."""
    known: dict[str, Any] = {}
    todo = [(document, 0)] if isinstance(document, list | Mapping) else []
    while todo:
        value, depth = todo.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, Mapping):
            name = value.get("@id")
            if isinstance(name, str) and len(value) > 1:
                known.setdefault(name, value)
        inner = value.values() if isinstance(value, Mapping) else value
        todo += [(one, depth + 1) for one in inner if isinstance(one, list | Mapping)]
    return known


def read_review(node: Mapping[str, Any], base: str | None = None, known: Mapping[str, Any] = NOTHING) -> Fit:
    """A ClaimReview's node as a check. `base` is the address at which it stood, if it does not name its own; `known` is what
    `ids_in` has found around it. Raises Unfit."""
    reviewed = _object(node.get("itemReviewed"), known)
    claimant = _object(reviewed.get("author"), known)
    publishers = (_object(node.get(name), known) for name in ("author", "publisher", "sdPublisher"))
    publisher = next(filter(None, publishers), NOTHING)
    notes: list[str] = []
    claim = _text(node.get("claimReviewed")) or _text(reviewed.get("text")) or _text(reviewed.get("name"))
    if claim is not None and len(claim) > LONGEST_GIVEN:
        raise Unfit(f"claimReviewed: has more than {LONGEST_TEXT:,} characters")
    given = {
        "url": _address(node, base),
        "claim": _words(claim, LONGEST_GIVEN),
        "claimant": _line(claimant.get("name")),
        "claimed_at": _moment(reviewed.get("datePublished"), "itemReviewed.datePublished", notes),
        "rating": _rating(_object(node.get("reviewRating"), known), notes),
        "publisher": _publisher(publisher, base),
        "published_at": _moment(node.get("datePublished"), "datePublished", notes),
        "language": _text(_first(node.get("inLanguage"))) or None,
        "headline": _line(node.get("headline")) or _line(node.get("name")),
    }
    return fitted(given, notes, NAMES)


def read_own(given: Mapping[str, Any]) -> Fit:
    """A check that has our own names, as the API gives and takes them. Raises Unfit."""
    notes: list[str] = []
    values = {name: value for name, value in given.items() if name in EarlierCheckIn.model_fields}
    for name in ("claimed_at", "published_at"):
        values[name] = _moment(given.get(name), name, notes)
    return fitted(values, notes)


def fitted(given: Mapping[str, Any], notes: list[str], names: Mapping[str, str] | None = None) -> Fit:
    """These values as a check, without those that don't hold and could be left out. `names` is how whoever gave them calls
    them. Raises Unfit."""
    left = {name: value for name, value in given.items() if value is not None}
    while True:
        try:
            return Fit(EarlierCheckIn.model_validate(left), tuple(notes))
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            path = tuple(str(part) for part in wrong["loc"])
            shown = ".".join(((names or {}).get(path[0], path[0]), *path[1:]))
            words = f"{shown}: {words_of(wrong)}"
            if path in NEEDED or (path == ("rating",) and "rating" not in left):
                raise Unfit(words) from None
            notes.append(f"{words}; it was left out")
            _leave_out(left, path)


def raw_of(given: Any) -> str | None:
    """What came, as JSON in ASCII, which every database keeps as it is; None if it is too long or is none."""
    try:
        text = json.dumps(given, ensure_ascii=True, default=str)
    except (ValueError, RecursionError):
        return None
    return text if len(text) <= LONGEST_RAW else None


def moment(text: str) -> datetime | None:
    """A date or moment as it is written in such data, in UTC; without a zone it is taken for UTC. None if it is neither."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def number(given: Any) -> float | None:
    """A number, also one that is written as text. None if it is none."""
    if isinstance(given, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,12}([.,][0-9]{1,12})?\s*", given):
        return float(given.replace(",", "."))
    return (
        float(given) if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 1e12 else None
    )


def _leave_out(left: dict[str, Any], path: tuple[str, ...]) -> None:
    if path[0] == "rating":
        left["rating"] = {"label": left["rating"]["label"]}  # a number says nothing without the others
    elif path == ("publisher", "url"):
        left["publisher"] = {"name": left["publisher"]["name"]}
    else:
        del left[path[0]]


def _rating(rating: Mapping[str, Any], notes: list[str]) -> dict[str, Any] | None:
    value, best, worst = (number(_first(rating.get(name))) for name in ("ratingValue", "bestRating", "worstRating"))
    label = _line(rating.get("alternateName")) or _line(rating.get("name"))
    written = _line(rating.get("ratingValue"))
    if label is None and written is not None and value is None:
        label = written  # older markup has the words there
    if label is None and value is not None and best is not None:
        label = f"{value:g} of {best:g}"
    if label is None:
        return None
    for name, found in (("ratingValue", value), ("bestRating", best), ("worstRating", worst)):
        given = _first(rating.get(name))
        if found is None and given not in (None, "") and _line(given) != label:
            notes.append(f"reviewRating.{name}: is not a number; it was left out")
    return {"label": label, "value": value, "best": best, "worst": worst}


def _publisher(publisher: Mapping[str, Any], base: str | None) -> dict[str, Any] | None:
    name, url = _line(publisher.get("name")), _text(_first(publisher.get("url")))
    return {"name": name, "url": _joined(base, url.strip()) if url else None} if name else None


def _address(node: Mapping[str, Any], base: str | None) -> str | None:
    """Where the check stands, as an absolute address; one that is none is given back as it is, to be refused."""
    page = node.get("mainEntityOfPage")
    given = _text(_first(node.get("url"))) or _text(_object(page).get("@id")) or _text(_first(page))
    return _joined(base, (given or "").strip()) or base


def _joined(base: str | None, given: str) -> str:
    """An address, absolute if it can be made so."""
    try:
        return urljoin(base, given) if base and given else given
    except ValueError:
        return given


def _moment(given: Any, name: str, notes: list[str]) -> datetime | None:
    text = _text(_first(given))
    if not text:
        return None
    found = moment(text) if len(text) < 100 else None
    if found is None:
        notes.append(f"{name}: is not a date; it was left out")
    return found


def _line(given: Any) -> str | None:
    return _words(_text(_first(given)), LONGEST_LINE, lines=False)


def _words(marked_up: str | None, most: int, lines: bool = True) -> str | None:
    """What stands there, without its markup."""
    if not marked_up:
        return None
    text = marked_up[:LONGEST_GIVEN]
    if re.search("[<&]", text):
        text = html.unescape(nh3.clean(html.unescape(text), tags=set()))
    return bounded(text, most, lines)


def _text(given: Any) -> str | None:
    """A text, also one that is written as JSON-LD's value, as a number, or as an object of which only the address counts."""
    if isinstance(given, Mapping):
        given = given.get("@value", given.get("@id", given.get("url", given.get("name"))))
    if isinstance(given, int | float) and not isinstance(given, bool):
        return str(given)
    return given if isinstance(given, str) else None


def _first(given: Any) -> Any:
    """The one that is meant, if a list is given: the first that is not empty."""
    return next((one for one in given if one), None) if isinstance(given, list) else given


def _object(given: Any, known: Mapping[str, Any] = NOTHING) -> Mapping[str, Any]:
    """An object's members, or those of the one that it names; a text in its place is its name."""
    found = _first(given)
    if isinstance(found, Mapping) and set(found) <= {"@id", "@type"} and isinstance(found.get("@id"), str):
        found = known.get(found["@id"], found)
    if isinstance(found, str):
        return {"name": found}
    return found if isinstance(found, Mapping) else {}


def _kinds(node: Mapping[str, Any]) -> set[str]:
    given = node.get("@type")
    kinds = given if isinstance(given, list) else [given]
    return {re.split("[/#:]", kind)[-1] for kind in kinds if isinstance(kind, str)}


def host_of(url: str) -> str:
    """What stands for a publisher that is not named."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
