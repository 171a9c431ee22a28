"""Pages for readers. A verdict page is one indexed read; nothing here asks another service."""

import re

from flask import Blueprint

from services.publish.pages import checks, files, lists, look, opinions, policies, readers, views
from services.publish.pages.answers import MAX_AGE

ADDRESS = re.compile(
    r"/checks/(\d{4}/\d{2}/[a-z0-9-]{1,200})", re.A
)  # of a verdict page, which is answered from where it is kept
bp = Blueprint("pages", __name__)
for part in (checks, files, lists, look, opinions, policies, readers, views):
    part.add_to(bp)

__all__ = ["ADDRESS", "MAX_AGE", "bp"]
