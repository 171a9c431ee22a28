"""The readers' form: a claim without an account, in the reader's language, without JavaScript.

What it keeps programs out with: a field that people leave empty, the signed time at which the form was shown, and limits by network
address. Nothing about the reader is stored, neither name nor address. A refused form comes back with every word that was typed,
unless it is so large that it is not read. A form whose button is pressed twice is one claim with one receipt.
"""

import hmac
import json
from base64 import urlsafe_b64encode

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from services.intake import queries, workflow
from services.intake.languages import Words, chosen
from services.intake.schemas import ReaderIn
from services.intake.service import reading, service, transaction
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
    try:
        showing = _open_form().read(request.form.get("shown", ""), request.form.get("website", ""))
    except Suspect as suspected:
        return _form(given, {"": words(f"submit.{suspected.why}")}, 422)
    try:
        found = ReaderIn.model_validate({name: value for name, value in given.items() if value.strip()})
    except ValidationError as error:
        return _form(given, _wrong(words, error), 422)
    token = _token(showing, found)
    if _is_taken(token):
        return redirect(f"/receipts/{token}?lang={words.language}", 303)
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
            workflow.submit_for_reader(session, found, token)
    except Forbidden:  # the desk has blocked the form
        return _form(given, {"": words("submit.closed")}, 403)
    return redirect(f"/receipts/{token}?lang={words.language}", 303)


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


def _token(showing: str, found: ReaderIn) -> str:
    """The token of the receipt, the same for the same words from the same showing of the form: who presses the button twice has
    sent one claim, and who goes back and writes another has sent another."""
    sent = json.dumps([showing, found.model_dump(mode="json")]).encode()
    made = hmac.digest(service.settings.secret_key.encode(), b"receipt of a reader: " + sent, "sha256")
    return urlsafe_b64encode(made[:24]).decode()


def _is_taken(token: str) -> bool:
    """Whether there is a receipt with this token."""
    try:
        with reading() as session:
            queries.find_receipt(session, token)
    except NotFound:
        return False
    return True


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
