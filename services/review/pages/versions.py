"""Every version of a case's verdict that was ever handed over, what each changed, and the way back to one."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, workflow
from services.review.models import Person
from services.review.pages import diffs, wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import CaseOut, CheckIn, HistoryOut
from services.review.service import reading, transaction
from shared.errors import NotAllowed, NotFound


class Version(NamedTuple):
    """A verdict as it was handed over, and beside the one before."""

    number: int
    entry: HistoryOut
    fields: dict[str, Any]
    beside: list[diffs.Beside]


@signed_in
def show_versions(person: Person, case_id: UUID) -> ResponseReturnValue:
    """The versions, the newest first."""
    with reading() as session:
        case = queries.get_case(session, case_id, person)
        beside = rail(session, person)
    return render_template("versions.html", case=case, versions=_versions(case)[::-1], wording=wording, **beside)


@signed_in
def restore(person: Person, case_id: UUID, seq: int) -> ResponseReturnValue:
    """Put the words of a version into the form, to be looked at and handed over as a new one. Nothing that stands is changed."""
    with transaction() as session:
        case = queries.get_case(session, case_id, person)
        version = next((one for one in _versions(case) if one.entry.seq == seq), None)
        if version is None:
            raise NotFound("This verdict has no such version.")
        if "check" not in case.allowed:
            raise NotAllowed(
                "A verdict can't be given now: it has to be sent back, or reopened, first.", allowed=case.allowed
            )
        seen = int(case.etag[2:-1])
        workflow.keep_draft(session, case_id, "check", _as_typed(version.fields), seen, person)
    flash("The words of that version stand in the form. Nothing is changed before you hand them over.")
    return redirect(url_for(".show_case", case_id=case_id, _anchor="check"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>/versions")(show_versions)
    bp.post("/cases/<uuid:case_id>/versions/<int:seq>")(restore)


def _versions(case: CaseOut) -> list[Version]:
    """Each time that a verdict was handed over, the first one first; those whose words were erased are left out."""
    found: list[Version] = []
    before: dict[str, Any] = {}
    labels = wording.ratings_by_name(case)
    for entry in case.history:
        fields = (entry.details or {}).get("after", {}) if entry.action == "check" else {}
        if fields.get("headline"):
            found.append(Version(len(found) + 1, entry, fields, diffs.side_by_side(before, fields, labels)))
            before = fields
    return found


def _as_typed(fields: dict[str, Any]) -> dict[str, str]:
    """A verdict as the fields of its form, times in UTC without their zone."""
    typed = {}
    for name in CheckIn.model_fields:
        value = fields.get(name)
        if value and name in ("as_of", "valid_until", "recheck_at"):
            value = f"{datetime.fromisoformat(value):%Y-%m-%dT%H:%M}"
        if value:
            typed[name] = str(value)
    return typed
