"""A case as a sealed file, taken out by an editor."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.review import taking_out
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.schemas import SealIn
from shared.errors import Invalid
from shared.web import validated


@signed_in
def seal_case(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Send it, to be saved."""
    try:
        found = validated(SealIn, {"reason": request.form.get("reason", "")})
    except Invalid:
        flash("Nothing was taken out: say for whom and why.")
        return redirect(url_for(".show_case", case_id=case_id))
    return taking_out.send_out(case_id, found, person)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.post("/cases/<uuid:case_id>/seal")(seal_case)
