"""Pages of intake for people: what it is, the readers' form, what became of a submission, a story and its sentences,
and what newsrooms look after themselves."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.intake.languages import chosen, languages
from services.intake.pages import earlier, newsroom, readers, receipts, stories
from services.intake.service import service

bp = Blueprint("pages", __name__)
for part in (newsroom, readers, receipts, stories, earlier):
    bp.register_blueprint(part.bp)


@bp.get("/")
def show_front() -> ResponseReturnValue:
    """What this is, and where the documentation stands."""
    return render_template("front.html", base_url=service.settings.public_base_url, form=service.settings.readers_form)


@bp.app_context_processor
def add_words() -> dict[str, object]:
    """Every template speaks the reader's language."""
    return {"words": chosen(), "languages": languages()}


__all__ = ["bp", "newsroom"]
