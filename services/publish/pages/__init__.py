"""Pages for readers. A verdict page is one indexed read; nothing here asks another service."""

from flask import Blueprint

from services.publish.pages import checks, lists, look, policies, readers

bp = Blueprint("pages", __name__)
for part in (checks, lists, look, policies, readers):
    part.add_to(bp)

__all__ = ["bp"]
