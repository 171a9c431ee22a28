"""Many claims in one request, each judged by itself."""

import json
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from services.intake import idempotency, posting
from services.intake.auth import Caller, caller
from services.intake.backlog import refuse_when_full
from services.intake.batch import MOST_BYTES, Line, Lines
from services.intake.idempotency import Answer, Name
from services.intake.posting import Post
from services.intake.schemas import ClaimIn, LineOut
from services.intake.service import transaction
from services.intake.workflow import Given
from shared.commits import Fate, Mark, mark_of, unknown
from shared.errors import Problem, TooLarge, WrongMediaType
from shared.openapi import operation
from shared.outbox import Trace
from shared.unable import unable
from shared.web import MOST_BODY, parse_json

log = logging.getLogger(__name__)

bp = Blueprint("batch", __name__)

NDJSON = "application/x-ndjson"
AS_LINES = (NDJSON, "application/ndjson", "application/jsonl")
AT_ONCE = 200  # lines in one transaction; other writers wait no longer than that takes
BODIES: dict[str, dict[str, Any]] = {NDJSON: {"type": "string"}, "application/json": {"type": "array", "items": {}}}


@bp.post("/claims/batch")
@operation(
    {200: LineOut},
    bodies=BODIES,
    gives=NDJSON,
    headers={"Idempotency-Key": idempotency.header("Repeats of the same batch get each line's first answer.")},
    problems=(403, 429, 503),
)
def submit_claims() -> ResponseReturnValue:
    """Submit up to 10,000 claims.

    A claim a line (NDJSON), or a JSON array of claims, each as in `POST /v1/claims`. The answer has a line of JSON for
    each, in the same order: its number, its status as if it had been posted alone, and its id or its errors. A line that
    does not hold stops no other. With an `Idempotency-Key` each line is taken in once, however often the batch is sent.
    """
    by = caller("claims:write")
    key = idempotency.read_key(request.headers.get("Idempotency-Key"))
    refuse_when_full()
    lines = _read()
    return Response(stream_with_context(_results(lines, by, key)), content_type=NDJSON)


@bp.post("/claims/dry-run")
@operation({200: LineOut}, bodies=BODIES, gives=NDJSON, problems=(403, 429))
def judge_claims() -> ResponseReturnValue:
    """Have up to 10,000 claims judged, and none taken in.

    Claims as for `POST /v1/claims/batch`. The answer has a line of JSON for each, in the same order: its number, and 200 if it
    holds, or the status and the errors with which it would be refused. Nothing is stored, and nothing counts but the request.
    """
    caller("claims:write")
    return Response(stream_with_context(_judged(_read())), content_type=NDJSON)


def _judged(lines: Lines) -> Iterator[bytes]:
    """Each line's number, and whether it holds."""
    try:
        for line in lines:
            try:
                _claim(line)
            except Problem as problem:
                yield _written(_refused(line.number, problem))
            else:
                yield _written({"line": line.number, "status": 200})
    finally:
        lines.close()


def _read() -> Lines:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongMediaType("Send the body uncompressed, without Content-Encoding.")
    if request.mimetype not in (*AS_LINES, "application/json"):
        raise WrongMediaType(f"Send a claim a line, as {NDJSON}, or a JSON array, as application/json.")
    request.max_content_length = MOST_BYTES + 1  # what is longer is refused while it is read
    return Lines(request.stream, is_array=request.mimetype == "application/json")


def _results(lines: Lines, by: Caller, key: str | None) -> Iterator[bytes]:
    """The answer's lines, as the claims are taken in."""
    trace = Trace.here()
    try:
        waiting, again = iter(lines), False
        while some := list(islice(waiting, AT_ONCE)):
            outcomes = _submit(some, by, key, trace, again=again)
            again = any(isinstance(one, Answer) and one.replayed for one in outcomes)  # and so will others be
            told = zip(some, outcomes, strict=True)
            yield b"".join(_written(_result(line.number, one)) for line, one in told)
    finally:
        lines.close()


def _submit(
    lines: Iterable[Line], by: Caller, key: str | None, trace: Trace, *, again: bool
) -> list[Answer | Exception]:
    """Each line's answer, or what is wrong with it. `again`: it is to be expected that they come again."""
    read = [_post(line, by, key, trace) for line in lines]
    posts = [one._replace(again=again) for one in read if isinstance(one, Post)]
    mark: Mark | None = None
    try:
        refuse_when_full()
        with transaction() as session:
            answers = iter(posting.answer_all(session, posts))
            mark = mark_of(session)
    except Problem as problem:
        return [one if isinstance(one, Problem) else problem for one in read]
    except Exception as error:
        fate = mark.fate() if mark else Fate.LOST
        log.exception("no answer to the commit of lines of a batch, or a failure", extra={"fate": fate.value})
        if fate is not Fate.KEPT:
            lost = unable(error) or Problem("This line was not stored: something went wrong here. Send it again.")
            failed = lost if fate is Fate.LOST else unknown()
            return [one if isinstance(one, Problem) else failed for one in read]
    return [one if isinstance(one, Problem) else next(answers) for one in read]


def _claim(line: Line) -> ClaimIn:
    if len(line.body) > MOST_BODY:
        raise TooLarge(f"The line is larger than {MOST_BODY:,} bytes.")
    return parse_json(ClaimIn, line.body)


def _post(line: Line, by: Caller, key: str | None, trace: Trace) -> Post | Problem:
    try:
        claim = _claim(line)
    except Problem as problem:
        return problem
    given = Given(claim, by.newsroom_id, by.newsroom, by.key_id, trace, by.account)
    if key is None:
        return Post(given)
    name = Name(by.newsroom_id, f"{key} {line.number}")  # with a space: no client's own key has one
    return Post(given, name, idempotency.fingerprint(request.method, request.path, line.body.strip()))


def _result(number: int, outcome: Answer | Exception) -> dict[str, Any]:
    if isinstance(outcome, Answer):
        told = json.loads(outcome.body)
        return {
            "line": number,
            "status": outcome.status,
            "id": told["id"],
            "receipt_url": told["receipt_url"],
            "replayed": outcome.replayed,
        }
    return _refused(
        number, outcome if isinstance(outcome, Problem) else Problem("Something went wrong here. Send it again.")
    )


def _refused(number: int, problem: Problem) -> dict[str, Any]:
    return {
        "line": number,
        "status": problem.status,
        "detail": problem.detail,
        "errors": problem.members.get("errors", []),
    }


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode() + b"\n"
