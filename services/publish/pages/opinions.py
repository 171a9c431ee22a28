"""Readers say whether a fact-check was useful, and why if they like: without a cookie, an account or a script.

The answer is kept as a number alone. The page that thanks for it asks what was useful or missing; what is written there goes to the
desk and is shown to no reader.
"""

from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.publish import opinions, queries, remarks
from services.publish.languages import in_language
from services.publish.models import Check
from services.publish.pages.answers import private, wrong_in_words
from services.publish.remarks import Said
from services.publish.schemas import RemarkIn
from services.publish.service import reading, service, transaction
from shared.errors import BadRequest, NotFound, TooManyRequests
from shared.networks import network
from shared.open_forms import OpenForm, Suspect
from shared.rates import HOUR, Rates
from shared.repeats import Repeats

OF_ONE_CHECK = 3  # answers an hour from one network, which several people may share
ANSWERS = {"yes": True, "no": False}
_rates, _remark_rates = Rates(HOUR), Rates(HOUR)
_presses = Repeats(3)


def say(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Count an answer, or take in what is written on the page that thanks for one. Answers that are too many from one network, or a
    program's, are thanked for and not counted."""
    check = _check_at(f"{year}/{month}/{slug}")
    if "shown" in request.form:
        return _remark(check)
    answer = request.form.get("useful")
    if answer not in ANSWERS:
        raise BadRequest("The answer has to be yes or no.")
    if not request.form.get("website") and _may_count(check, answer):
        with transaction() as session:
            opinions.count(session, check.claim_id, ANSWERS[answer])
    return redirect(f"/checks/{check.path}/useful?said={answer}&revision={check.revision}", 303)


def thank(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Thanks, and where to say more."""
    check = _check_at(f"{year}/{month}/{slug}")
    return _thanks(check, None if "sent" in request.args else _said(check, request.args))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.post("/checks/<year>/<month>/<slug>/useful")(say)
    bp.get("/checks/<year>/<month>/<slug>/useful")(thank)


def _remark(check: Check) -> ResponseReturnValue:
    """Hand the desk what a reader wrote. What is refused comes back with every word; where nothing was written, there is nothing to
    hand on."""
    said, words, text = _said(check, request.form), in_language(check.written_in), request.form.get("text", "")
    if said is None:
        raise BadRequest("It is not known what this was written of.")
    if not service.settings.readers_per_hour:
        raise NotFound(str(words("form.closed")))
    thanks = f"/checks/{check.path}/useful"
    if not text.strip():
        return redirect(thanks, 303)
    try:
        showing = _open_form(check, said).read(request.form["shown"], request.form.get("website", ""))
        found = RemarkIn(text=text)
        _spend()
    except Suspect as suspect:
        return _thanks(check, said, text, {"": words(f"form.{suspect.why}")}, 422)
    except ValidationError as error:
        return _thanks(check, said, text, wrong_in_words(words, error), 422)
    except TooManyRequests as problem:
        answer = _thanks(check, said, text, {"": words("form.busy")}, 429)
        answer.headers["Retry-After"] = problem.headers["Retry-After"]
        return answer
    with transaction() as session:
        remarks.remark(session, check.claim_id, said, found, showing)
    return redirect(f"{thanks}?sent=yes", 303)


def _thanks(
    check: Check, said: Said | None, text: str = "", wrong: dict[str, Any] | None = None, status: int = 200
) -> Response:
    """The page after an answer; with a form for more, if it is known what was answered and forms are open."""
    is_open = said is not None and service.settings.readers_per_hour > 0
    page = render_template(
        "thanks.html",
        words=in_language(check.written_in),
        check=check,
        said=said if is_open else None,
        was_sent="sent" in request.args,
        given={"text": text},
        wrong=wrong or {},
        shown=_open_form(check, said).show() if said and is_open else "",
    )
    return private(Response(page, status))


def _said(check: Check, given: Any) -> Said | None:
    """What was answered, of which revision, as the address or the form carries it; None if it carries neither or nonsense."""
    answer, number = ANSWERS.get(given.get("said", "")), given.get("revision", "", type=int)
    if answer is None or not isinstance(number, int) or not 1 <= number <= check.revision:
        return None
    return Said(number, answer)


def _open_form(check: Check, said: Said) -> OpenForm:
    return OpenForm(service.settings.secret_key, f"a remark on {check.claim_id}/{said.revision}: {said.is_useful}")


def _check_at(path: str) -> Check:
    with reading() as session:
        found = queries.find_check_at(session, queries.path_now(path))
    if found is None or found[0].revision == 0:
        raise NotFound("There is no verdict at this address.")
    return found[0]


def _may_count(check: Check, answer: str) -> bool:
    """Whether an answer counts: not the second press of one button, nor what is too many from one network or from all."""
    settings = service.settings
    browser = sha256(request.user_agent.string.encode()).hexdigest()
    if _presses.is_repeat(f"{network()} {browser} {check.claim_id} {answer}"):
        return False
    limits = (
        (f"{network()} {check.claim_id}", OF_ONE_CHECK),
        (network(), settings.readers_per_hour * OF_ONE_CHECK),
        ("all", settings.readers_per_hour_in_all * OF_ONE_CHECK),
    )
    try:
        for caller, allowed in limits:
            _rates.spend(caller, allowed)
    except TooManyRequests:
        return False
    return True


def _spend() -> None:
    """Count a remark. Raises TooManyRequests."""
    settings = service.settings
    for caller, allowed in ((network(), settings.readers_per_hour), ("all", settings.readers_per_hour_in_all)):
        _remark_rates.spend(caller, allowed)
