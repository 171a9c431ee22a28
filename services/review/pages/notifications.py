"""What one was told, and how one wants to be told."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import auth, queries, workflow
from services.review.models import Person
from services.review.pages import wording
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import USUAL_WAYS, ChoicesIn
from services.review.service import reading, transaction
from shared import cursor
from shared.clock import now
from shared.errors import Problem
from shared.parameters import parameter
from shared.web import validated

PAGE = 50
WAYS = (("mail", "By mail"), ("chat", "In the chat"))


@signed_in
def show_notifications(person: Person) -> ResponseReturnValue:
    """What one was told, the newest first; below it how one wants to be told."""
    place = parameter("cursor", str)
    with reading() as session:
        rows = queries.list_notifications(session, person, PAGE + 1, cursor.uuid_in(place) if place else None)
        choices = queries.find_choices(session, person.id)
        beside = rail(session, person)
    return render_template(
        "notifications.html",
        rows=rows[:PAGE],
        more=cursor.following(rows, PAGE),
        later_page=place is not None,
        choices=choices,
        kinds=USUAL_WAYS,
        ways=WAYS,
        open_ways=workflow.ways_open(),
        wording=wording,
        in_words=wording.in_words,
        now=now(),
        **beside,
    )


@signed_in
def read_all(person: Person) -> ResponseReturnValue:
    """Mark everything as read."""
    with transaction() as session:
        workflow.read_notifications(session, person)
    return redirect(url_for(".show_notifications"))


@signed_in
def open_notification(person: Person, notification_id: UUID) -> ResponseReturnValue:
    """Mark one as read and open what it is about: a case, a reader's challenge, or one's account."""
    with transaction() as session:
        found = queries.find_notification(session, person, notification_id)
        workflow.read_notifications(session, person, [notification_id])
    return redirect(found.path if found else url_for(".show_notifications"))


@signed_in
def choose(person: Person) -> ResponseReturnValue:
    """Keep how one wants to be told."""
    given = {
        "ways": {kind: request.form.getlist(kind) for kind in USUAL_WAYS},
        "chat_name": request.form.get("chat_name", "").strip() or None,
        "digest_hour": request.form.get("digest_hour") or None,
        "digest_zone": request.form.get("digest_zone", "").strip() or "UTC",
    }
    try:
        found = validated(ChoicesIn, given)
    except Problem as problem:
        flash(f"Not kept: {problem.detail}")
    else:
        with transaction() as session:
            workflow.choose(session, found, person)
        flash("Kept: from now on you are told so.")
    return redirect(url_for(".show_notifications", _anchor="h-choices"))


def count_unread() -> int:
    """How much whoever is signed in has not read; for the bar of every page."""
    person = auth.current_person()
    if person is None:
        return 0
    with reading() as session:
        return queries.count_unread(session, person)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/notifications")(show_notifications)
    bp.post("/notifications/read")(read_all)
    bp.post("/notifications/<uuid:notification_id>/open")(open_notification)
    bp.post("/notifications/choices")(choose)
