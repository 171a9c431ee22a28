"""Earlier checks: searched by every newsroom, and imported by those whose key may do so."""

import logging
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, Any

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from services.intake import earlier
from services.intake.auth import Caller, caller
from services.intake.batch import MOST_BYTES, held
from services.intake.earlier import Given
from services.intake.earlier.posted import Posted, read_document, read_lines
from services.intake.earlier.reviews import raw_of
from services.intake.earlier.words import LONGEST_QUERY, phrases
from services.intake.examples import EARLIER_CHECK_IN
from services.intake.schemas import EarlierCheckIn, EarlierChecksOut, EarlierLineOut
from services.intake.service import reading, transaction
from shared import cursor
from shared.errors import BadRequest, Problem, WrongMediaType
from shared.openapi import Parameter, operation
from shared.parameters import limit, parameter
from shared.unable import unable
from shared.web import answer_page

log = logging.getLogger(__name__)

bp = Blueprint("earlier", __name__)

NDJSON = "application/x-ndjson"
MAY_BE_STORED = (
    "Something went wrong here, and it may or may not be stored. Send it again: what was stored is not stored twice."
)
AS_LINES = (NDJSON, "application/ndjson", "application/jsonl")
AS_DOCUMENT = ("application/json", "application/ld+json")
AT_ONCE = 200  # checks in one transaction; other writers wait no longer than that takes
NOTHING = {"media": "It is a MediaReview, which is passed over.", "empty": "There is nothing in it."}


@bp.post("/earlier-checks")
@operation(
    {200: EarlierLineOut},
    bodies={
        "application/json": {
            "type": ["array", "object"],
            "items": {},  # each is judged by itself, so that what does not hold is answered in its line
            "description": f"Checks, by the names of EarlierCheckOut: {', '.join(EarlierCheckIn.model_fields)}. Or ClaimReviews.",
            "examples": [[EARLIER_CHECK_IN]],
        },
        "application/ld+json": {
            "description": "A DataFeed, an array, or one ClaimReview, as schema.org describes them."
        },
        NDJSON: {"type": "string", "description": "A line each."},
    },
    gives=NDJSON,
    problems=(403, 429),
)
def import_earlier_checks() -> ResponseReturnValue:
    """Import fact-checks that were published before.

    Up to 10,000 in one request, of 32 MB at most: a line each (NDJSON), or a JSON document, which is an array, a DataFeed of
    schema.org, or one of them. Each is a ClaimReview of schema.org, or has the names of `EarlierCheckOut`. The answer has a line
    of JSON for each. The same claim on the same page is the same check, brought up to date. One that does not hold stops no other;
    of a ClaimReview what does not hold and can be left out is left out, and noted. The key needs the scope `earlier-checks:write`.
    """
    by = caller("earlier-checks:write")
    body, posted = _read()
    try:
        first = next(posted, None)  # the whole is refused, if it is, before there is an answer
    except BaseException:
        body.close()
        raise
    everything = chain([] if first is None else [first], posted)
    return Response(stream_with_context(_results(body, everything, by)), content_type=NDJSON)


@bp.get("/earlier-checks")
@operation(
    {200: EarlierChecksOut},
    query={
        "q": Parameter(
            "The words that are looked for; those between quotation marks stand together. Without it, all checks.",
            {"type": "string", "maxLength": LONGEST_QUERY},
        ),
        "cursor": "`next_cursor` of the page before, with the same other parameters.",
        "limit": Parameter("How many.", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    },
    problems=(404, 429),
)
def search_earlier_checks() -> ResponseReturnValue:
    """Search fact-checks that were published before.

    By the words of the claim, its headline and who made it. Those that hold every word come, the closest first; if there is none,
    those that hold the most telling words. Without `q`, what was imported last comes first. The next page is named in
    `next_cursor` and in `Link` (RFC 8288). Any key may ask.
    """
    caller()
    query, most, place = parameter("q", str), limit(), parameter("cursor", str)
    if query is not None and len(query) > LONGEST_QUERY:
        raise BadRequest(f"q is longer than {LONGEST_QUERY:,} characters.")
    if query is not None and not phrases(query):
        raise BadRequest("q has no word to look for: a letter or a digit.")
    with reading() as session:
        if query is None:
            found = earlier.list_newest(session, most, _number_in(place) if place else None)
        else:
            found = earlier.search(session, query, most, earlier.place_in(place) if place else None)
    more = None
    if found.following:
        more = cursor.write(found.following.number) if query is None else cursor.write(*found.following)
    out = EarlierChecksOut(
        data=[earlier.describe(one) for one in found.checks], holding=found.holding, next_cursor=more
    )
    return answer_page(out, more)


def _read() -> tuple[IO[bytes], Iterator[Posted]]:
    """The body, to be closed, and what is in it."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongMediaType("Send the body uncompressed, without Content-Encoding.")
    if request.mimetype not in (*AS_LINES, *AS_DOCUMENT):
        raise WrongMediaType(f"Send a check a line, as {NDJSON}, or a JSON document, as application/json.")
    request.max_content_length = MOST_BYTES + 1  # what is longer is refused while it is read
    body = held(request.stream)
    return body, read_lines(body) if request.mimetype in AS_LINES else read_document(body)


def _results(body: IO[bytes], posted: Iterator[Posted], by: Caller) -> Iterator[bytes]:
    """The answer's lines, as the checks are taken in."""
    try:
        while some := list(islice(posted, AT_ONCE)):
            yield b"".join(line.model_dump_json().encode() + b"\n" for line in _take(some, by))
    finally:
        body.close()


def _take(some: list[Posted], by: Caller) -> Iterator[EarlierLineOut]:
    given = [Given(one.check, f"key {by.key_id} of {by.newsroom}", raw_of(one.given)) for one, _ in some if one.check]
    try:
        with transaction() as session:
            taken = iter(earlier.take_all(session, given))
    except Exception as error:
        log.exception("earlier checks could not be stored, or the answer to their commit was lost")
        failed = unable(error) or Problem(MAY_BE_STORED)
        some = [(one._replace(check=None), problem or failed if one.check else problem) for one, problem in some]
    for one, problem in some:
        place: dict[str, Any] = {"line": one.number, "item": one.part}
        if one.check:
            done = next(taken)
            status = 201 if done.outcome == "new" else 200
            yield EarlierLineOut(**place, status=status, id=done.id, notes=list(one.notes))
        elif problem:
            errors = problem.members.get("errors", [])
            yield EarlierLineOut(**place, status=problem.status, detail=problem.detail, errors=errors)
        else:
            yield EarlierLineOut(**place, status=204, detail=NOTHING[one.passed_over or "empty"])


def _number_in(place: str) -> int:
    [number] = cursor.read(place, int)
    if not 0 <= number < 2**62:
        raise cursor.bad()
    return int(number)
