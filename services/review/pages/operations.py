"""How the services are: what waits between them, what was given up on, who is at work; and having it tried again.

Review's own messages are read from its database, the others' from the notes that their relays leave (`shared.status`). Without
Redis the page says so and shows what it can.
"""

from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from redis import Redis
from redis.exceptions import RedisError

from services.review import workflow
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.pages.spans import in_words
from services.review.service import reading, service, transaction
from shared import road, status
from shared.clock import now
from shared.errors import BadRequest, NotFound
from shared.queues import ERRANDS, connect
from shared.status import Note

SERVICES = ("intake", "review", "publish")
QUEUES = tuple(name + ending for name in SERVICES for ending in ("", ERRANDS))
AWAY = "Redis does not answer: nothing could be asked. Messages wait in the outboxes and none is lost."


class Seen(NamedTuple):
    """A service and its newest note; None if its relay has left none."""

    name: str
    note: Note | None


@signed_in
def show_operations(person: Person) -> ResponseReturnValue:
    """The page."""
    workflow.refuse_unless_editor(person)
    with reading() as session:
        mine = status.look(session, service)
        beside = rail(session, person)
    on_the_road = _on_the_road()
    notes = on_the_road.pop("notes") if on_the_road else {}
    seen = [Seen(name, mine if name == service.name else notes.get(name)) for name in SERVICES]
    return render_template(
        "operations.html",
        seen=seen,
        mine=service.name,
        relay_runs=service.name in notes,
        road=on_the_road,
        mails=bool(service.settings.smtp_url),
        chats=bool(service.settings.chat_webhook_url),
        now=now(),
        in_words=in_words,
        **beside,
    )


@signed_in
def replay_messages(person: Person, name: str) -> ResponseReturnValue:
    """Have parked messages of a service sent again."""
    workflow.refuse_unless_editor(person)
    if name not in SERVICES:
        raise NotFound("There is no such service.")
    ids = _ids()
    if name == service.name:
        with transaction() as session:
            count = workflow.replay(session, ids, person)
        flash(f"{count} of {len(ids)} are on their way again.")
    else:
        with transaction() as session:
            workflow.note_asked(session, name, [str(one) for one in ids], person)
        try:
            with connect(service.settings.redis_url) as redis:
                status.ask_to_replay(redis, name, ids, status.signer(service.settings.secret_key))
            flash(f"{name.title()} was asked to send {len(ids)} again; it does within seconds.")
        except RedisError:
            flash(AWAY)
    return redirect(url_for(".show_operations", _anchor=f"h-{name}"))


@signed_in
def run_again(person: Person) -> ResponseReturnValue:
    """Run a failed job again."""
    workflow.refuse_unless_editor(person)
    name, job_id = request.form.get("queue", ""), request.form.get("job", "")[:300]
    if name not in QUEUES or not job_id:
        raise BadRequest("queue, job: have to name a job that failed.")
    with transaction() as session:
        workflow.note_asked(session, name.removesuffix(ERRANDS), [job_id], person)
    try:
        with connect(service.settings.redis_url) as redis:
            found = road.run_again(redis, name, job_id)
        flash("It is in its queue again." if found else "It is no longer among the jobs that failed.")
    except RedisError:
        flash(AWAY)
    return redirect(url_for(".show_operations", _anchor="h-jobs"))


def _on_the_road() -> dict[str, Any]:
    """What Redis has of queues, workers and jobs, and the services' notes; nothing if it does not answer."""
    try:
        with connect(service.settings.redis_url) as redis:
            workers = road.workers(redis)
            is_scheduled, runs = road.schedule(redis)
            return {
                "notes": _notes(redis),
                "queues": road.roads(redis, QUEUES),
                "workers": workers,
                "failed": road.failed_jobs(redis, QUEUES),
                "is_scheduled": is_scheduled,
                "runs": runs,
                "without_worker": [one for one in SERVICES if not any(one == worker.queues for worker in workers)],
            }
    except RedisError:
        return {}


def _notes(redis: Redis) -> dict[str, Note]:
    signed_by = status.signer(service.settings.secret_key)
    found = {name: status.read(redis, name, signed_by) for name in SERVICES}
    return {name: note for name, note in found.items() if note is not None}


def _ids() -> list[UUID]:
    try:
        ids = [UUID(one) for one in request.form.getlist("message")]
    except ValueError:
        raise BadRequest("message: has to be the id of one.") from None
    if not 1 <= len(ids) <= status.MOST_ASKED:
        raise BadRequest(f"message: name 1 to {status.MOST_ASKED}.")
    return ids


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/operations")(show_operations)
    bp.post("/operations/jobs")(run_again)
    bp.post("/operations/<name>")(replay_messages)
