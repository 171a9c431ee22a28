"""The publisher's own style and logo, at addresses that change with them, so that they may be kept for ever."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from services.publish import sites
from services.publish.rendering import theme
from shared.errors import NotFound
from shared.web import shown_anywhere

ONE_YEAR = 31_536_000


def show_theme() -> ResponseReturnValue:
    """What differs from the usual style."""
    return _for_long(theme.stylesheet(sites.here()), "text/css; charset=utf-8")


def show_logo() -> ResponseReturnValue:
    """The logo."""
    found = theme.logo(sites.here())
    if found is None:
        raise NotFound("This site has no logo.")
    return _for_long(*found)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/theme.css")(show_theme)
    bp.get("/logo")(show_logo)


def _for_long(body: bytes, kind: str) -> Response:
    answer = Response(body, content_type=kind)
    answer.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}"
    return shown_anywhere(answer)
