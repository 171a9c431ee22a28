"""Lists of the queue as files for spreadsheets: all of a list, with its filters, as it is read from the database."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.review import queries
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import asked_for, filtered, views_for
from services.review.queries import Wanted
from services.review.schemas import CaseRow
from services.review.service import reading, service
from shared import spreadsheet
from shared.clock import now
from shared.errors import NotFound

AT_ONCE = 200
COLUMNS = (
    "id", "state", "claim", "claimant", "newsrooms", "submissions", "tags", "assignee", "urgency", "received", "due",
    "revision", "kind", "test", "address",
)  # fmt: skip


@signed_in
def export_queue(person: Person) -> ResponseReturnValue:
    """A list as CSV. It is read page by page, so that it may be as long as it likes; `mark=yes` for Excel."""
    view = next((one for one in views_for(person) if one.name == request.args.get("view", "all")), None)
    if view is None:
        raise NotFound("There is no such list.")
    rows = _rows(filtered(view, asked_for()), person)
    name = f"{view.name}-{now():%Y-%m-%d-%H%M}.csv"
    return spreadsheet.download(name, rows, with_mark=request.args.get("mark") == "yes")


def _rows(wanted: Wanted, person: Person) -> Iterator[tuple[Any, ...]]:
    """Each page is a look of its own: a file that is fetched slowly keeps no transaction open."""
    base = service.settings.public_base_url.rstrip("/")
    yield COLUMNS
    after = None
    while True:
        with reading() as session:
            page = queries.list_queue(session, wanted, AT_ONCE, after, person)
        yield from (_row(one, base) for one in page.rows)
        after = page.after
        if after is None:
            return


def _row(one: CaseRow, base: str) -> tuple[Any, ...]:
    return (
        str(one.id), one.state, one.text, one.claimant, "; ".join(one.newsrooms), one.submissions, "; ".join(one.tags),
        one.assignee.name if one.assignee else None, one.urgency, one.received_at, one.due_at, one.revision, one.kind, one.test,
        f"{base}/cases/{one.id}",
    )  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/queue.csv")(export_queue)
