"""A form whose button is pressed twice, as by a double click, does what it does once: also where a browser or a proxy sends it
anew, or somebody goes back and sends it again. Without JavaScript.

Each page gives its forms a number. What is sent with it, word for word the same in the same session, is one press: the first is
answered by its view, and where that led to (a redirect, and what it flashed) is kept for a day. Another waits for that answer and
gets it. A press that led nowhere else, as one that was refused, did nothing and is forgotten: it may come again.

    first   ──noted──▶ its view ──▶ a redirect, kept     or anything else, forgotten
    another ──waits─────────────▶ the same redirect               ──▶ its own view

What a form shows once instead, a secret, is kept nowhere in readable form. It is derived, by the services' secret key, from what
was sent: the second press derives the same one, and finds by it what the first has made. A secret is shown again for two minutes,
in the same session alone; after that, it is said that it was made.
"""

import hmac
import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from typing import Any
from uuid import UUID

from flask import Flask, Response, flash, g, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import Index, delete, update
from sqlmodel import Field, Session, SQLModel, col

from shared.clock import now
from shared.db import Json
from shared.errors import NotAllowed
from shared.rows import add_absent
from shared.service import Service

NUMBER = "press"  # the field of a form that holds its page's number
AGAIN_FOR = timedelta(minutes=2)
QUIETLY_FOR = timedelta(seconds=10)  # after that somebody wants to know why nothing is done
KEEP = timedelta(days=1)
NOBODY = UUID(int=0)  # who is not signed in, with a form whose number alone tells it from others'
LONGEST = timedelta(seconds=30)  # that a view may take: one that did not answer by then has died
LOOK_EVERY = 0.05  # seconds


class PressRow(SQLModel):
    """A press, by what was sent; `told` are what it flashed, each a category and a message. A service makes it its own:
    `class Press(PressRow, Table, table=True)`."""

    id: str = Field(primary_key=True)
    pressed_at: datetime = Field(default_factory=now)
    answered_at: datetime | None = None
    location: str | None = None
    told: list[Any] = Field(default_factory=list, sa_type=Json)


def press_indexes() -> tuple[Index, ...]:
    """For `__table_args__`."""
    return (Index(None, "pressed_at"),)


class Presses:
    """The presses of a service's forms. `begin` stands before the views, behind what looks whether a form is the service's own;
    `end` behind them. `session_id` says who presses; None if nobody is signed in, and then each press is answered by its view."""

    def __init__(self, service: Service[Any], rows: type[PressRow], session_id: Callable[[], UUID | None]) -> None:
        self._service = service
        self._rows = rows
        self._session_id = session_id

    def begin(self) -> ResponseReturnValue | None:
        """None for a press that is to be answered by its view; else the answer that it had before."""
        if request.method != "POST" or (who := self._session_id()) is None or not request.form.get(NUMBER):
            return None
        press_id = sha256(
            seed_of(self._service.settings.secret_key, who)
        ).hexdigest()  # no secret can be derived from it
        while not self._note(press_id):
            if (answer := self._wait(press_id)) is not None:
                return answer
        g.press_id = press_id
        return None

    def end(self, response: Response) -> Response:
        """Keep where a press led to; forget one that led nowhere else."""
        press_id = g.pop("press_id", None)
        if press_id is None:
            return response
        mine = col(self._rows.id) == press_id
        with self._service.hasty_transaction() as session:
            if response.status_code in (302, 303):
                told = [list(one) for one in cookie.get("_flashes", ())]
                answer = {"answered_at": now(), "location": response.location, "told": told}
                session.execute(update(self._rows).where(mine).values(answer))
            else:
                session.execute(delete(self._rows).where(mine))
        return response

    def _wait(self, press_id: str) -> ResponseReturnValue | None:
        """The answer to a press that is noted down, once it is there; None if it will have none. Whoever waits writes nothing, so
        that many who do keep no other from writing."""
        while True:
            with self._service.reading() as session:
                first = session.get(self._rows, press_id)
            if first is None:
                return None
            if first.answered_at is not None:
                return _answer_again(first)
            if first.pressed_at < now() - LONGEST:
                return None
            time.sleep(LOOK_EVERY)

    def _note(self, press_id: str) -> bool:
        """Note a press down; False if it is there already. One whose process died in the middle counts no more."""
        died = col(self._rows.answered_at).is_(None) & (col(self._rows.pressed_at) < now() - LONGEST)
        with self._service.hasty_transaction() as session:
            session.execute(delete(self._rows).where(col(self._rows.id) == press_id, died))
            return add_absent(session, self._rows, [self._rows(id=press_id).model_dump()]) == 1


def add_to(app: Flask) -> None:
    """Let templates write `form_token()` into each of their forms."""
    app.jinja_env.globals["form_token"] = form_token


def form_token() -> Markup:
    """The hidden fields of a form: the token that shows that it is ours, and the page's number."""
    if "press_number" not in g:
        g.press_number = secrets.token_urlsafe(12)
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format("csrf_token", generate_csrf()) + field.format(NUMBER, g.press_number)


def tidy(session: Session, rows: type[PressRow]) -> None:
    """Forget presses of yesterday."""
    session.execute(delete(rows).where(col(rows.pressed_at) < now() - KEEP))


def seed_of(secret_key: str, session_id: UUID) -> bytes:
    """32 bytes that nobody else can tell, the same for the same words and files from the same showing of a form in this session.
    Who goes back and writes something else makes something else. Where nobody is signed in, a form without a number is like no
    other."""
    if session_id == NOBODY and not request.form.get(NUMBER):
        return secrets.token_bytes(32)
    sent = [str(session_id), request.full_path, *request.form.items(multi=True)]
    for name, file in request.files.items(multi=True):
        sent.append((name, file.filename, file_digest(file.stream, "sha256").hexdigest()))  # type: ignore[arg-type]
        file.stream.seek(0)
    return hmac.digest(secret_key.encode(), b"made by a form: " + json.dumps(sent).encode(), "sha256")


def refuse_later(made_at: datetime, gone_at: datetime | None = None) -> None:
    """Raises NotAllowed unless what an earlier press has made was made a moment ago, and is still in use."""
    if gone_at is not None or made_at < now() - AGAIN_FOR:
        raise NotAllowed(
            "This form has made it already, and its secret is not shown again. Open the page anew to make another."
        )


def _answer_again(first: PressRow) -> ResponseReturnValue:
    for category, message in first.told:
        flash(message, category)
    if first.answered_at is not None and first.answered_at < now() - QUIETLY_FOR:
        flash(
            f"You had sent this form before, at {first.answered_at:%H:%M} UTC, and it was not done once more. "
            "To do it again, open its page anew."
        )
    return redirect(first.location or "/", 303)
