"""Newsrooms that the desk blocks, and lets in again."""

from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from services.review import workflow
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.models import Sender
from services.review.schemas import BlockSenderIn, LetInIn, SenderOut, SendersOut
from services.review.service import reading, transaction
from shared.openapi import operation
from shared.web import read_json


@bp.get("/senders")
@operation({200: SendersOut})
def list_senders() -> ResponseReturnValue:
    """Every newsroom that the desk blocked or let in again."""
    token_owner()
    with reading() as session:
        return jsonify(SendersOut(data=_all(session)).model_dump(mode="json"))


@bp.post("/cases/<uuid:case_id>/senders/block")
@operation({200: SenderOut}, body=BlockSenderIn, problems=(403, 404, 409))
def block_sender(case_id: UUID) -> ResponseReturnValue:
    """Take nothing more from a newsroom that sent this claim in.

    Its claims that nobody has taken leave the queue, and come back when it is let in. Only for editors.
    """
    person = token_owner()
    found = read_json(BlockSenderIn)
    with transaction() as session:
        return _answer(session, workflow.block_sender(session, case_id, found, person))


@bp.post("/senders/let-in")
@operation({200: SenderOut}, body=LetInIn, problems=(403, 404, 409))
def let_sender_in() -> ResponseReturnValue:
    """Take from a blocked newsroom again. Only for editors."""
    person = token_owner()
    found = read_json(LetInIn)
    with transaction() as session:
        return _answer(session, workflow.let_sender_in(session, found, person))


def _answer(session: Session, sender: Sender) -> ResponseReturnValue:
    session.flush()
    (out,) = [one for one in _all(session) if one.newsroom == sender.newsroom]
    return jsonify(out.model_dump(mode="json"))


def _all(session: Session) -> list[SenderOut]:
    return [SenderOut(**one.model_dump() | {"decided_by": by}) for one, by in workflow.list_senders(session)]
