"""What readers send: challenges to verdicts. Without an account, a cookie or JavaScript, in the site's language.

What keeps programs out is in `shared.open_forms`; there are limits by network address, which is not stored. A form that is refused
comes back with every word that was typed.
"""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from services.publish import disputes, queries
from services.publish.languages import of_the_site
from services.publish.models import Check
from services.publish.pages.answers import private, wrong_in_words
from services.publish.schemas import DisputeIn
from services.publish.service import reading, service, transaction
from shared.clock import now
from shared.errors import NotFound, TooManyRequests
from shared.networks import network
from shared.open_forms import OpenForm, Suspect
from shared.rates import HOUR, Rates
from shared.web import conditional, etag_of

FIELDS = ("wrong", "reason", "url", "contact")
_rates = Rates(HOUR)


def show_dispute_form(year: str, month: str, slug: str) -> ResponseReturnValue:
    """The form by which a reader challenges the verdict."""
    path = f"{year}/{month}/{slug}"
    if service.settings.readers_per_hour and (now_at := queries.find_moved(path)):
        return redirect(f"{now_at}/dispute", 301)
    return _dispute_form(_check_at(path), dict.fromkeys(FIELDS, ""))


def dispute(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Take the challenge in and show its receipt; or show the form again, with what is wrong beside it."""
    check, words = _check_at(f"{year}/{month}/{slug}"), of_the_site()
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        showing = _open_form(check).read(request.form.get("shown", ""), request.form.get("website", ""))
        found = DisputeIn.model_validate({name: value for name, value in given.items() if value.strip()})
        if not _is_taken(disputes.receipt_of(showing, found)):
            _spend()
    except Suspect as suspect:
        return _dispute_form(check, given, {"": words(f"form.{suspect.why}")}, 422)
    except ValidationError as error:
        return _dispute_form(check, given, wrong_in_words(words, error), 422)
    except TooManyRequests as problem:
        answer = _dispute_form(check, given, {"": words("form.busy")}, 429)
        answer.headers["Retry-After"] = problem.headers["Retry-After"]
        return answer
    with transaction() as session:
        token = disputes.dispute(session, check.claim_id, found, showing, words.language)
    return redirect(f"/disputes/{token}", 303)


def show_receipt(token: str) -> ResponseReturnValue:
    """What became of a challenge, for whoever holds its receipt."""
    with reading() as session:
        known, check = queries.get_dispute(session, token)
    moved = known.moved
    state = (moved.decision or ("late" if moved.due_at < now() else "open")) if moved else "received"
    page = render_template("receipt.html", words=of_the_site(), dispute=known, moved=moved, state=state, check=check)
    answer = private(Response(page))
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return answer


def show_disputes() -> ResponseReturnValue:
    """What readers challenged and the desk decided, the newest first."""
    return _disputes_page(1)


def show_disputes_page(page: int) -> ResponseReturnValue:
    """An older part of the decided challenges."""
    return redirect("/disputes", 301) if page == 1 else _disputes_page(page)


def _disputes_page(page: int) -> ResponseReturnValue:
    with reading() as session:
        rows, has_older = queries.list_disputes(session, page)
    body = render_template("disputes.html", words=of_the_site(), rows=rows, page=page, has_older=has_older)
    return conditional(Response(body), etag_of(body), 60)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/checks/<year>/<month>/<slug>/dispute")(show_dispute_form)
    bp.post("/checks/<year>/<month>/<slug>/dispute")(dispute)
    bp.get("/disputes/<token>")(show_receipt)
    bp.get("/disputes")(show_disputes)
    bp.get("/disputes/page/<int:page>")(show_disputes_page)


def _check_at(path: str) -> Check:
    """The check that is at an address, or once was. Raises NotFound, also where readers' forms are closed."""
    if not service.settings.readers_per_hour:
        raise NotFound(str(of_the_site()("form.closed")))
    with reading() as session:
        found = queries.find_check_at(session, queries.path_now(path))
    if found is None or found[0].revision == 0:
        raise NotFound("There is no verdict at this address that could be challenged.")
    return found[0]


def _dispute_form(
    check: Check, given: dict[str, str], wrong: dict[str, Any] | None = None, status: int = 200
) -> Response:
    """The form with what was typed, and what is wrong: by field, and by "" what is wrong with the whole."""
    page = render_template(
        "dispute.html",
        words=of_the_site(),
        check=check,
        given=given,
        wrong=wrong or {},
        shown=_open_form(check).show(),
        contact_days=service.settings.dispute_contact_days,
    )
    return private(Response(page, status))


def _is_taken(token: str) -> bool:
    """Whether there is a receipt with this token: a form that is sent twice is counted once."""
    try:
        with reading() as session:
            queries.get_dispute(session, token)
    except NotFound:
        return False
    return True


def _spend() -> None:
    """Count what was sent. Raises TooManyRequests."""
    settings = service.settings
    for caller, allowed in ((network(), settings.readers_per_hour), ("all", settings.readers_per_hour_in_all)):
        _rates.spend(caller, allowed)


def _open_form(check: Check) -> OpenForm:
    return OpenForm(service.settings.secret_key, f"a dispute of {check.claim_id}")
