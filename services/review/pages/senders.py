"""Newsrooms that are blocked from a case, and let in again."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.review import workflow
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.pages.queue import rail
from services.review.schemas import BlockSenderIn, LetInIn
from services.review.service import reading, transaction
from shared.contracts import READERS
from shared.errors import NotAllowed, Problem
from shared.web import read_form


@signed_in
def show_senders(person: Person) -> ResponseReturnValue:
    """Who is blocked, who was, and why."""
    return _page(person)


@signed_in
def block_sender(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Take nothing more from a newsroom that sent this claim in."""
    found = read_form(BlockSenderIn)
    try:
        with transaction() as session:
            workflow.block_sender(session, case_id, found, person)
    except NotAllowed as problem:
        return _page(person, problem)
    flash(f"{found.newsroom} is blocked. What it sent and nobody has taken leaves the queue.")
    return redirect(url_for(".show_senders"))


@signed_in
def let_sender_in(person: Person) -> ResponseReturnValue:
    """Take from it again."""
    try:
        found = read_form(LetInIn)
        with transaction() as session:
            workflow.let_sender_in(session, found, person)
    except Problem as problem:
        return _page(person, problem)
    flash(f"{found.newsroom} is let in again. Its claims come back into the queue.")
    return redirect(url_for(".show_senders"))


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/senders")(show_senders)
    bp.post("/senders/let-in")(let_sender_in)
    bp.post("/cases/<uuid:case_id>/senders/block")(block_sender)


def _page(person: Person, problem: Problem | None = None) -> ResponseReturnValue:
    with reading() as session:
        senders = workflow.list_senders(session)
        beside = rail(session, person)
    page = render_template(
        "senders.html", senders=senders, readers=READERS, wrong=problem.detail if problem else "", **beside
    )
    return (page, problem.status) if problem else page
