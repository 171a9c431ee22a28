"""Readers say whether a fact-check was useful: without a cookie, an account or a script. Only the answer is kept, as a number."""

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.publish import opinions, queries
from services.publish.languages import in_language
from services.publish.models import Check
from services.publish.service import reading, service, transaction
from shared.errors import BadRequest, NotFound, TooManyRequests
from shared.networks import network
from shared.rates import HOUR, Rates

OF_ONE_CHECK = 3  # answers an hour from one network, which several people may share
_rates = Rates(HOUR)


def say(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Count an answer. Too many from one network, or a program's, are thanked for and not counted."""
    check = _check_at(f"{year}/{month}/{slug}")
    answer = request.form.get("useful")
    if answer not in ("yes", "no"):
        raise BadRequest("The answer has to be yes or no.")
    if not request.form.get("website") and _may_count(check):
        with transaction() as session:
            opinions.count(session, check.claim_id, answer == "yes")
    return redirect(f"/checks/{check.path}/useful", 303)


def thank(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Thanks, and where to say more."""
    check = _check_at(f"{year}/{month}/{slug}")
    answer = Response(render_template("thanks.html", words=in_language(check.written_in), check=check))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.post("/checks/<year>/<month>/<slug>/useful")(say)
    bp.get("/checks/<year>/<month>/<slug>/useful")(thank)


def _check_at(path: str) -> Check:
    with reading() as session:
        found = queries.find_check_at(session, queries.path_now(path))
    if found is None or found[0].revision == 0:
        raise NotFound("There is no verdict at this address.")
    return found[0]


def _may_count(check: Check) -> bool:
    settings = service.settings
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
