"""A file of claims: uploaded, mapped, tried, sent, and the report of what was refused."""

from contextlib import closing
from pathlib import PurePath
from uuid import UUID
from zoneinfo import available_timezones

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from services.intake import uploads
from services.intake.backlog import refuse_when_full
from services.intake.pages.newsroom.entrance import for_visitors, page, unless_gone
from services.intake.parsing.words import bounded
from services.intake.service import reading, transaction
from services.intake.visitors import Visitor
from shared.errors import Invalid, NotFound, Problem, TooLarge

ENCODINGS = {"": "as the file says, else UTF-8", "cp1252": "Windows (cp1252)", "utf-16": "UTF-16", "latin-1": "Latin 1"}
ZONES = [
    "UTC",
    *sorted(one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/"))),
]
MOST_BODY = uploads.MOST_BYTES + 10_000  # with the rest of the form
MOST_SHOWN = 50  # reasons on the page; the report has them all


@for_visitors
def list_uploads(visitor: Visitor) -> ResponseReturnValue:
    """The files, and a form for another."""
    return _list(visitor)


@for_visitors
def upload(visitor: Visitor) -> ResponseReturnValue:
    """Take a file in; nothing of it is sent yet."""
    given = request.files.get("file")
    try:
        content = _content(given) if given else b""
        if not given or not content.strip():
            raise Invalid.field("file", "choose a CSV file that is not empty")
        if len(content) > uploads.MOST_BYTES:
            raise _too_large()
        name = bounded(PurePath(given.filename or "").name, 200, lines=False) or "claims.csv"
        taken = uploads.new_upload(visitor.newsroom_id, name, content)
        with transaction() as session:
            uploads.add_upload(session, taken)
    except Problem as problem:
        return _list(visitor, problem)
    return redirect(url_for(".show_upload", upload_id=taken.id), 303)


@for_visitors
def refuse_too_large(visitor: Visitor) -> ResponseReturnValue:
    """Say that a file is so large that it was not even read."""
    return _list(visitor, _too_large())


@for_visitors
def show_upload(visitor: Visitor, upload_id: UUID) -> ResponseReturnValue:
    """The file's columns and what becomes of its rows; or how far it has been sent."""
    return _show(visitor, upload_id)


@for_visitors
def map_upload(visitor: Visitor, upload_id: UUID) -> ResponseReturnValue:
    """Say which column holds what, and see what comes of it."""
    chosen = dict(zip(request.form.getlist("column"), request.form.getlist("field"), strict=False))
    encoding, zone = request.form.get("encoding", ""), request.form.get("zone", "")
    with transaction() as session:
        found = uploads.own_upload(session, upload_id, visitor.newsroom_id, lock=True)
        uploads.map_upload(
            found,
            {column: path for column, path in chosen.items() if path in uploads.FIELDS},
            encoding if encoding in ENCODINGS and encoding else None,
            zone if zone in ZONES else None,
            test=bool(request.form.get("test")),
        )
    return redirect(url_for(".show_upload", upload_id=upload_id, _anchor="tried"), 303)


@for_visitors
def send_upload(visitor: Visitor, upload_id: UUID) -> ResponseReturnValue:
    """Send the rows, in the background."""
    try:
        refuse_when_full()
        with reading() as session:
            seen = uploads.own_upload(session, upload_id, visitor.newsroom_id)
        look = uploads.look(seen)
        if look.wrong:
            raise Invalid(look.wrong)
        with transaction() as session:
            found = uploads.own_upload(session, upload_id, visitor.newsroom_id, lock=True)
            uploads.begin(session, found, seen, look)
    except NotFound:
        raise
    except Problem as problem:
        return _show(visitor, upload_id, problem)
    return redirect(url_for(".show_upload", upload_id=upload_id), 303)


@for_visitors
def delete_upload(visitor: Visitor, upload_id: UUID) -> ResponseReturnValue:
    """Forget a file. What was sent of it stays."""
    with unless_gone(), transaction() as session:
        session.delete(uploads.own_upload(session, upload_id, visitor.newsroom_id, lock=True))
    return redirect(url_for(".list_uploads"), 303)


@for_visitors
def show_report(visitor: Visitor, upload_id: UUID) -> ResponseReturnValue:
    """What was refused and why, as CSV to mend and upload again."""
    with reading() as session:
        found = uploads.own_upload(session, upload_id, visitor.newsroom_id)
    answer = Response("\ufeff" + uploads.report_of(found), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="refused.csv")
    return answer


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/uploads")(list_uploads)
    bp.post("/uploads")(upload)
    bp.get("/uploads/<uuid:upload_id>")(show_upload)
    bp.post("/uploads/<uuid:upload_id>")(map_upload)
    bp.post("/uploads/<uuid:upload_id>/send")(send_upload)
    bp.post("/uploads/<uuid:upload_id>/delete")(delete_upload)
    bp.get("/uploads/<uuid:upload_id>/refused.csv")(show_report)


def _too_large() -> TooLarge:
    most = uploads.MOST_BYTES / 1_000_000
    return TooLarge(
        f"The file is larger than {most:g} MB, and was not taken. Send it in parts, each with the names of the columns."
    )


def _content(given: FileStorage) -> bytes:
    with closing(given):
        return given.stream.read(uploads.MOST_BYTES + 1)


def _list(visitor: Visitor, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        files = uploads.list_uploads(session, visitor.newsroom_id)
    return page("uploads.html", visitor, problem, files=files)


def _show(visitor: Visitor, upload_id: UUID, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        found = uploads.own_upload(session, upload_id, visitor.newsroom_id)
    seen = None
    if found.state == "waiting":
        try:
            seen = uploads.look(found)
        except Problem as unreadable:
            problem = problem or unreadable
    shown = page(
        "upload.html",
        visitor,
        problem,
        file=found,
        seen=seen,
        fields=uploads.FIELDS,
        encodings=ENCODINGS,
        zones=ZONES,
        most=MOST_SHOWN,
    )
    answer = make_response(shown)
    if found.state == "sending":
        answer.headers["Refresh"] = "1"  # without a script: until it is sent
    return answer
