"""A case: everything about it, and what may be done next."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import queries, uploads, workflow
from services.review.models import Draft, Person
from services.review.pages import diffs, forms, reliability, statements, terms, wording
from services.review.pages.account import signed_in
from services.review.pages.door import words_typed
from services.review.pages.queue import rail
from services.review.schemas import CaseOut, NoteIn, NoteOut, WeighIn
from services.review.service import reading, service, transaction
from services.review.workflow.notifying import handles_of, named_in
from services.review.workflow.reasons import weigh
from shared.clock import now
from shared.contracts import DESK, READERS, SourceVisited
from shared.errors import BadRequest, NotFound, Problem, Stale
from shared.fields import plain_url
from shared.hostnames import is_private
from shared.markdown import addresses_inside, to_html
from shared.matching.facts import COMPARED
from shared.matching.showing import shortened, side_by_side
from shared.readable import plain
from shared.web import read_form

FORM = re.compile(r"[a-z]{1,20}(-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?")
MOST_OF_FORM = 80
DEEPEST = 4
OF_ITS_TIME = ("as_of", "valid_until", "recheck_at", "recheck_when")  # of one revision


@signed_in
def show_case(person: Person, case_id: UUID) -> ResponseReturnValue:
    """The case page."""
    return _page(person, case_id)


@signed_in
def do(person: Person, case_id: UUID, name: str) -> ResponseReturnValue:
    """Do an act of the table by its form. What was typed is kept when it is refused."""
    action = workflow.ACTIONS.get(name)
    if action is None:
        raise NotFound("There is no such act.")
    seen, brought = forms.version_seen(), {}
    try:
        if name == "evidence" and uploads.was_sent():
            kept = uploads.bring(person, case_id)
            brought = {"file_id": str(kept.id), "file_name": kept.name}
        found = forms.read_act(action.takes, brought)
        with transaction() as session:
            said = wording.done(name, workflow.act(session, case_id, name, found, person, seen))
            if isinstance(found, NoteIn):
                said += wording.named(*named_in(session, found.text, person))
            workflow.drop_draft(session, case_id, forms.form_name(name), person)
    except NotFound:
        raise
    except Problem as problem:
        return _page(person, case_id, Refused(name, problem, seen, brought))
    flash(said)
    return redirect(url_for(".show_case", case_id=case_id, _anchor=terms.SHOWN_AT.get(name, "top")))


@signed_in
def keep_draft(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed into a form of the case; the answer shows its Markdown as readers will see it."""
    seen, form = forms.version_seen(), request.form.get("draft", "")
    if not FORM.fullmatch(form) or form.partition("-")[0] not in workflow.ACTIONS:
        raise BadRequest("The case page has no such form.")
    with transaction() as session:
        kept = workflow.keep_draft(session, case_id, form, forms.typed_fields(), seen, person)
        saved_at = kept.saved_at if kept else None
    text = plain(request.form.get("text", "")) if form in ("check", "notice") else ""
    shown = {"preview": to_html(text), "inside": addresses_inside(text)}
    return jsonify({"saved_at": saved_at.isoformat() if saved_at else None} | shown)


@signed_in
def weigh_reason(person: Person, case_id: UUID, submission_id: UUID) -> ResponseReturnValue:
    """Say whether the reason for which the claim was sent in that time is worth following."""
    found = read_form(WeighIn)
    with transaction() as session:
        weigh(session, case_id, submission_id, found, person)
    return redirect(url_for(".show_case", case_id=case_id, _anchor=f"sent-{submission_id}"))


@signed_in
def drop_draft(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Throw away what was typed into a form."""
    with transaction() as session:
        workflow.drop_draft(session, case_id, request.form.get("draft", "")[:MOST_OF_FORM], person)
    flash("Thrown away.")
    return redirect(url_for(".show_case", case_id=case_id))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>")(show_case)
    bp.post("/cases/<uuid:case_id>/draft")(keep_draft)
    bp.post("/cases/<uuid:case_id>/draft/drop")(drop_draft)
    bp.post("/cases/<uuid:case_id>/reasons/<uuid:submission_id>")(weigh_reason)
    bp.post("/cases/<uuid:case_id>/<name>")(do)


class Refused:
    """An act that was refused: by which form, and why. `errors` are by field; `form` is the whole form's. `brought` is what was
    kept of it all the same: a file need not be chosen again."""

    def __init__(self, name: str, problem: Problem, seen: int, brought: Mapping[str, str]) -> None:
        self.brought = brought
        self.about = forms.what_about()
        self.act, self.form, self.problem, self.seen = name, forms.form_name(name), problem, seen
        self.stale = isinstance(problem, Stale)
        self.errors: dict[str, str] = {}
        for error in problem.members.get("errors", []):
            field, words = forms.wrong_with(error)
            self.errors.setdefault(field, words)

    def missed(self, case: CaseOut) -> list[Any]:
        """What happened since the form was made: each act is one version and one line of the history."""
        return case.history[self.seen :] if self.stale else []

    def has_form(self, case: CaseOut) -> bool:
        """Whether the page still shows the form; if not, what was typed has to be shown elsewhere."""
        if self.about:
            standing = {str(note.id) for note in case.notes if not note.struck_at}
            standing |= {str(item.id) for item in case.evidence if not item.struck_at}
            standing |= {one.id for one in case.statements if not one.struck_at}
            standing |= {one.id for one in case.requests_for_comment if not one.struck_at}
            standing |= {str(one.id) for one in case.urged} | {str(one.id) for one in case.candidates}
            standing |= {str(one.id) for one in case.questions if not one.struck_at}
            standing |= {str(one.id) for one in case.checklist} | {str(one.id) for one in case.alarms}
            if self.about not in standing or (request.form.get("evidence_id") and "evidence" not in case.allowed):
                return False
        return self.act in case.allowed

    def done_already(self, case: CaseOut, person: Person) -> bool:
        """Whether it is this person's own act that came between: a form that was sent twice."""
        missed = self.missed(case)
        return bool(missed) and all(one.by == person.name and one.action == self.act for one in missed)


def _page(person: Person, case_id: UUID, refused: Refused | None = None) -> ResponseReturnValue:
    with reading() as session:
        everybody, desks, drafts, present, rules, said, asked = queries.list_beside(session, case_id, person)
        case = queries.get_case(session, case_id, person, everybody)
        contacts = queries.list_contacts(session, case)
        people = sorted((one for one in everybody.values() if one.active), key=lambda one: one.name)
        in_hand = queries.count_in_hand(session, [one.id for one in people]) if "assign" in case.allowed else {}
        beside = rail(session, person)
        goes_on = beside["counts"]["approve"] and wording.has_just_decided(case, person)
        next_verdict = queries.next_to_approve(session, person) if goes_on else None
    if refused is None:
        with transaction() as session:
            workflow.note_read(session, case_id, int(case.etag[2:-1]), person)
            workflow.read_notifications(session, person, case_id=case_id)
    page = render_template(
        "case.html",
        case=case,
        present=present,
        version=case.etag.strip('"').removeprefix("v"),
        standing=wording.standing(case),
        threads=_threads(case.notes),
        sent_back=wording.sent_back(case),
        next_verdict=next_verdict,
        steps=case.ratings,
        status_choices=[
            ("", "nowhere in particular"),
            *((one.label, wording.in_my_language(one.label, one.words)) for one in case.statuses),
        ],
        confidence_choices=[("", "not said"), *terms.CONFIDENCE.items()],
        rating_choices=[(step.slug, step.label) for step in case.ratings],
        desks=desks,
        contacts=contacts,
        people=people,
        in_hand=in_hand,
        handles=handles_of((one for one in people if one.id != person.id), desks),
        names=wording.ratings_by_name(case) | {one.email: one.name for one in everybody.values()},
        terms=terms,
        wording=wording,
        statements=statements,
        claim=case.as_described,
        ours=(DESK, READERS),
        picture=statements.draw(case),
        offered=statements.offered_from(case, [one.record for one in said], [one.record for one in asked]),
        weighed={one.submission_id: one for one in case.reasons},
        found=_found(case),
        is_private=is_private,
        stamped={one.sha256: one for one in case.timestamps},
        held=reliability.held_of(case),
        named_sources=reliability.sources_of(case),
        names_in=queries.names_in,
        in_words=wording.in_words,
        side_by_side=side_by_side,
        shortened=shortened,
        characters_compared=COMPARED,
        refused=refused,
        theirs=_theirs(case, refused, drafts),
        kept=words_typed() if refused and not refused.has_form(case) else [],
        typed=_typed(case, refused, drafts),
        drafts={} if refused else drafts,
        shows_archives=rules.shows_archives,
        most_bytes=service.settings.file_most_bytes,
        compared=diffs.against_last(case),
        to_html=to_html,
        addresses_inside=addresses_inside,
        now=now(),
        **beside,
    )
    return (page, refused.problem.status) if refused else page


def _found(case: CaseOut) -> Callable[[str], SourceVisited | None]:
    """`found(url)`: what intake found at an address that the claim points to."""
    by_address = {one.url: one for one in case.sources}
    return lambda url: by_address.get(plain_url(url))


class Threaded(NamedTuple):
    """A note at its place in its thread, and what it answers."""

    note: NoteOut
    depth: int
    answers: NoteOut | None


def _threads(notes: list[NoteOut]) -> list[Threaded]:
    """The notes with answers below what they answer. However deep a thread is, it is set in no further than `DEEPEST`."""
    answers: dict[UUID | None, list[NoteOut]] = {}
    for one in notes:
        answers.setdefault(one.reply_to, []).append(one)
    found: list[Threaded] = []
    waiting = [Threaded(one, 0, None) for one in reversed(answers.get(None, []))]
    while waiting:
        place = waiting.pop()
        found.append(place)
        deeper = min(place.depth + 1, DEEPEST)
        waiting += [Threaded(one, deeper, place.note) for one in reversed(answers.get(place.note.id, []))]
    return found


def _typed(case: CaseOut, refused: Refused | None, drafts: Mapping[str, Draft]) -> Any:
    """`typed(form, field)`: what stands in a field: what was just typed, or typed and not sent, or what was written before."""
    written: dict[str, Mapping[str, Any]] = {
        "check": _verdict_fields(case),
        "status": {"status": case.status},
        "fill": {f"values.{one.id}": one.value for one in case.fields},
        "reopen": {"take": "" if case.may_edit else "true"},  # editors mostly reopen what others mend
        **{
            f"question-{one.id}": {"text": one.text, "answer": one.answer, "public": "true" if one.public else ""}
            for one in case.questions
        },
        "notice": case.notice.model_dump(mode="json") if case.notice and case.notice.stands else {},
        "plan": {**forms.fields_of(case.planned), "tags": forms.in_a_line(case.planned.tags or ())},
        "describe": {**forms.fields_of(case.as_described), "wording": case.described.wording},
        **{f"archive-{one.id}": {"archive_url": one.archive_url} for one in case.evidence},
        **{f"statement-{one.id}": forms.fields_of(one) for one in case.statements},
        **{f"urge-{one.id}": forms.fields_of(one) for one in case.urged},
        **{f"ask-{one.id}": forms.fields_of(one) for one in case.requests_for_comment},
    }

    def value(form: str, field: str) -> str:
        if refused and form == refused.form:
            return refused.brought.get(field) or request.form.get(field, "")
        if form in drafts:
            return str(drafts[form].fields.get(field) or "")
        return str(written.get(form, {}).get(field) or "")

    return value


def _verdict_fields(case: CaseOut) -> dict[str, Any]:
    """The verdict as the fields of its form; times without their zone, as the form has them. A new revision begins with the words
    that readers read, but for its times: who corrects a sentence writes that sentence."""
    given: dict[str, Any] = {}
    if case.verdict:
        given = case.verdict.model_dump(exclude_none=True)
    elif published := [one for one in case.verdicts if one.approved_at]:
        given = published[-1].model_dump(exclude_none=True, exclude=set(OF_ITS_TIME))
    return {name: f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value for name, value in given.items()}


def _theirs(case: CaseOut, refused: Refused | None, drafts: Mapping[str, Draft]) -> list[wording.Difference]:
    """Where the verdict as it stands differs from the one that was typed on an older version of the case."""
    if case.verdict is None:
        return []
    labels = wording.ratings_by_name(case)
    if refused is not None and refused.stale and refused.form == "check":
        return wording.differences(case.verdict, request.form, labels)
    draft = None if refused else drafts.get("check")
    return (
        wording.differences(case.verdict, draft.fields, labels)
        if draft and case.verdict.checked_at > draft.saved_at
        else []
    )
