"""What a worker runs: jobs that receive batches of messages, and periodic ones.

A batch is applied message by message under savepoints in one transaction: the message's id goes into the
inbox, then the handler does its work. A message that raises is set aside with its error and those behind it go
on. The job returns the outcome of each message, signed; the sender's relay reads that as the acknowledgement.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from rq.timeouts import BaseTimeoutException
from sqlmodel import Session

from shared.inbox import is_first
from shared.log import request_id, traceparent
from shared.service import Service

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)
Envelope = dict[str, Any]
Answer = dict[str, Any]


def receives(
    contract: type[M], service: Service[Any]
) -> Callable[[Callable[[Session, M], None]], Callable[[list[Envelope]], Answer]]:
    """Make a handler of one message a job that receives batches of them.

    An envelope is `{"id", "topic", "key", "revision", "payload", "request_id", "traceparent", "signature"}`, the
    signature over the others. The job returns `{"outcomes": {id: None or the error}, "signature"}`.
    """

    def decorate(handle: Callable[[Session, M], None]) -> Callable[[list[Envelope]], Answer]:
        @wraps(handle)
        def job(batch: list[Envelope]) -> Answer:
            with service.transaction() as session:
                outcomes = {str(e.get("id")): _apply(session, service, contract, handle, e) for e in batch}
            return {"outcomes": outcomes, "signature": service.answers.sign(outcomes)}

        job.contract = contract  # type: ignore[attr-defined]
        job.is_job = True  # type: ignore[attr-defined]
        return job

    return decorate


def periodic(function: Callable[[], None]) -> Callable[[], None]:
    """Mark a function that the scheduler may enqueue. It may run twice, and with nothing to do."""
    function.is_job = True  # type: ignore[attr-defined]
    return function


def _apply(
    session: Session, service: Service[Any], contract: type[M], handle: Callable[[Session, M], None], envelope: Envelope
) -> str | None:
    """Apply one message; None when it is applied, now or earlier, else the error."""
    unsigned = {name: value for name, value in envelope.items() if name != "signature"}
    if not service.messages.holds(unsigned, envelope.get("signature")):
        log.error("message refused: its signature does not hold")
        return "The signature does not hold."
    request_id.set(envelope["request_id"])
    traceparent.set(envelope["traceparent"])
    about = {"message_id": envelope["id"], "topic": envelope["topic"], "key": envelope["key"]}
    try:
        with session.begin_nested():
            first = is_first(
                session, service.inbox, UUID(envelope["id"]), envelope["topic"], envelope["key"], envelope["revision"]
            )
            if first:
                handle(session, contract.model_validate_json(envelope["payload"]))
                session.flush()
    except BaseTimeoutException:  # the whole job has run out of time
        raise
    except Exception as error:
        log.exception("message could not be applied", extra=about)
        return f"{type(error).__name__}: {error}"[:2000]
    log.info("message applied" if first else "message came again", extra=about)
    return None
