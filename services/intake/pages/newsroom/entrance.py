"""In and out, and the frame that all of a newsroom's pages have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.intake import visitors
from services.intake.service import reading
from services.intake.visitors import Visitor
from shared.errors import NotFound, Problem, TooLarge, Unauthenticated

V = TypeVar("V", bound=Callable[..., Any])


def for_visitors(view: V) -> V:
    """A view that is given who is signed in, first. Raises Unauthenticated."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        found = visitors.visitor()
        if found is None:
            raise Unauthenticated("Nobody is signed in here. The fact-check desk sends you a link that signs in.")
        return view(found, **arguments)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def page(template: str, visitor: Visitor, problem: Problem | None = None, **more: Any) -> ResponseReturnValue:
    """A page in the frame; with a problem, it says what is wrong and has its status, and keeps what was typed."""
    typed = MultiDict[str, str]() if isinstance(problem, TooLarge) else request.form  # what is too large is not read
    shown = render_template(
        f"newsroom/{template}", visitor=visitor, wrong=problem.detail if problem else None, typed=typed, **more
    )
    return (shown, problem.status) if problem else shown


@contextmanager
def unless_gone() -> Iterator[None]:
    """To remove something: what is not there need not be. So who presses twice ends where the first press led to, the list without
    it; and who names another newsroom's learns nothing."""
    with suppress(NotFound):
        yield


def show_link(token: str) -> ResponseReturnValue:
    """Whom the link signs in, and a button: what looks at a mail's links does not press it."""
    with reading() as session:
        newsroom = visitors.newsroom_of(session, token).name
    return render_template("newsroom/sign_in.html", newsroom=newsroom)


def sign_in(token: str) -> ResponseReturnValue:
    """Use the link."""
    visitors.sign_in(token)
    return redirect(url_for(".list_claims"), 303)


def sign_out() -> ResponseReturnValue:
    """End this session, or all of the newsroom's; who is out already is out."""
    if visitor := visitors.visitor():
        visitors.sign_out(visitor, everywhere=bool(request.form.get("everywhere")))
    return render_template("newsroom/signed_out.html")


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/sign-in/<token>")(show_link)
    bp.post("/sign-in/<token>")(sign_in)
    bp.post("/sign-out")(sign_out)
