"""The readers' form: a claim without an account, in the reader's language, without JavaScript.

What it keeps programs out with: a field that people leave empty, the signed time at which the form was shown, and limits by network
address. Nothing about the reader is stored, neither name nor address. A refused form comes back with every word that was typed,
unless it is so large that it is not read.
"""

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from services.intake import workflow
from services.intake.languages import Words, chosen
from services.intake.schemas import ReaderIn
from services.intake.service import service, transaction
from shared.errors import Forbidden, NotFound, TooManyRequests
from shared.networks import network
from shared.open_forms import OpenForm, Suspect
from shared.rates import HOUR, Rates
from shared.web import MOST_BODY

bp = Blueprint("readers", __name__)

FIELDS = ("text", "url", "reason")
_rates = Rates(HOUR)


@bp.get("/submit")
def show_form() -> ResponseReturnValue:
    """The empty form; `?text=` and `?url=` fill it in, for a link in an article."""
    _refuse_when_closed()
    return _form({name: request.args.get(name, "")[:10_000] for name in FIELDS})


@bp.post("/submit")
def submit() -> ResponseReturnValue:
    """Take the claim in and show its receipt; or show the form again, with what is wrong beside it."""
    _refuse_when_closed()
    words = chosen()
    try:
        given = {name: request.form.get(name, "") for name in FIELDS}
    except RequestEntityTooLarge:  # nothing of it is read; the browser still has it
        return _form({}, {"": words("submit.too_large", most=f"{MOST_BODY:,}")}, 413)
    if trouble := _trouble(words):
        return _form(given, {"": trouble}, 422)
    try:
        found = ReaderIn.model_validate({name: value for name, value in given.items() if value.strip()})
    except ValidationError as error:
        return _form(given, _wrong(words, error), 422)
    try:
        for caller, allowed in (
            (network(), service.settings.readers_per_hour),
            ("all", service.settings.readers_per_hour_in_all),
        ):
            _rates.spend(caller, allowed)
    except TooManyRequests as problem:
        answer = _form(given, {"": words("submit.busy")}, 429)
        answer.headers["Retry-After"] = problem.headers["Retry-After"]
        return answer
    try:
        with transaction() as session:
            submitted = workflow.submit_for_reader(session, found)
    except Forbidden:  # the desk has blocked the form
        return _form(given, {"": words("submit.closed")}, 403)
    return redirect(f"/receipts/{submitted.receipt_token}?lang={words.language}", 303)


def _refuse_when_closed() -> None:
    if not service.settings.readers_form:
        raise NotFound(str(chosen()("submit.closed")))


def _form(given: dict[str, str], wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    """The form with what was typed, and what is wrong: by field, and by "" what is wrong with the whole."""
    page = render_template("submit.html", given=given, wrong=wrong or {}, shown=_open_form().show())
    answer = Response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept-Language"
    return answer


def _trouble(words: Words) -> str | None:
    """What is wrong with how the form was sent."""
    try:
        _open_form().read(request.form.get("shown", ""), request.form.get("website", ""))
    except Suspect as found:
        return words(f"submit.{found.why}")
    return None


def _wrong(words: Words, error: ValidationError) -> dict[str, str]:
    """What pydantic found, in the reader's words, by field."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][0])
        if one["type"] == "string_too_long":
            found[name] = words("submit.too_long", most=f"{one['ctx']['max_length']:,}")
        elif "control characters" in one["msg"]:
            found[name] = words("submit.bad_characters")
        else:
            found[name] = words("submit.bad_url" if name == "url" else "submit.need_text")
    return found


def _open_form() -> OpenForm:
    return OpenForm(service.settings.secret_key, "readers' form")
