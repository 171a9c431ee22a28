"""What a worker runs: jobs that receive batches of messages, and periodic ones.

A batch is applied message by message under savepoints in one transaction: the message's id goes into the
inbox, then the handler does its work. A message that raises is set aside with its error and those behind it go
on. The job returns the outcome of each message, signed; the sender's relay reads that as the acknowledgement.
If the service's database is away or its disk full, no message is to blame: then the answer names none.

Where many come at once, a second handler may do the work of all of them in a few statements. If it raises, nothing of
it is kept, and each message is applied by itself.
"""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from rq.timeouts import BaseTimeoutException
from sqlmodel import Session

from shared.envelopes import Answer, Envelope, is_signed
from shared.inbox import first_of
from shared.log import request_id, traceparent, words_of
from shared.service import Service
from shared.unable import unable

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)


def receives(
    contract: type[M], service: Service[Any], together: Callable[[Session, Sequence[M]], None] | None = None
) -> Callable[[Callable[[Session, M], None]], Callable[[list[Envelope]], Answer]]:
    """Make a handler of one message a job that receives batches of them; `together` handles many.

    An envelope is `{"id", "topic", "key", "revision", "payload", "request_id", "traceparent", "signature"}`, the
    signature over the others. The job returns `{"outcomes": {id: None or the error}, "signature"}`, without outcomes where the
    service is unable to do anything now (see `shared.unable`).
    """

    def decorate(handle: Callable[[Session, M], None]) -> Callable[[list[Envelope]], Answer]:
        @wraps(handle)
        def job(batch: list[Envelope]) -> Answer:
            try:
                with service.transaction() as session:
                    done = _apply_together(session, service, contract, together, batch) if together else {}
                    outcomes = done | {
                        str(e.get("id")): _apply(session, service, contract, handle, e)
                        for e in batch
                        if e.get("id") not in done
                    }
            except Exception as error:
                if unable(error) is None:
                    raise
                log.error("unable to apply messages", extra={"count": len(batch), "error": words_of(error)})
                outcomes = {}
            return {"outcomes": outcomes, "signature": service.answers.sign(outcomes)}

        job.contract = contract  # type: ignore[attr-defined]
        job.is_job = True  # type: ignore[attr-defined]
        return job

    return decorate


def periodic(function: Callable[[], None]) -> Callable[[], None]:
    """Mark a function that the scheduler may enqueue. It may run twice, and with nothing to do."""
    function.is_job = True  # type: ignore[attr-defined]
    return function


def _apply_together(
    session: Session,
    service: Service[Any],
    contract: type[M],
    handle: Callable[[Session, Sequence[M]], None],
    batch: Sequence[Envelope],
) -> dict[str, str | None]:
    """The outcomes of the messages that were applied in one go: none of them if that could not be done."""
    good = [envelope for envelope in batch if is_signed(service, envelope)]
    if len(good) < 2:
        return {}
    request_id.set(None)  # they come from many requests
    traceparent.set(None)
    try:
        with session.begin_nested():
            first = first_of(session, service.inbox, [_noted(envelope) for envelope in good])
            payloads = [envelope["payload"] for envelope in good if UUID(envelope["id"]) in first]
            handle(session, [contract.model_validate_json(payload) for payload in payloads])
            session.flush()
    except BaseTimeoutException:  # the whole job has run out of time
        raise
    except Exception as error:
        if unable(error):
            raise
        log.warning("messages could not be applied together; each is tried by itself", exc_info=True)
        return {}
    log.info(
        "messages applied",
        extra={"topic": good[0]["topic"], "count": len(payloads), "again": len(good) - len(payloads)},
    )
    return {envelope["id"]: None for envelope in good}


def _noted(envelope: Envelope) -> tuple[UUID, str, str, int]:
    return UUID(envelope["id"]), envelope["topic"], envelope["key"], envelope["revision"]


def _apply(
    session: Session, service: Service[Any], contract: type[M], handle: Callable[[Session, M], None], envelope: Envelope
) -> str | None:
    """Apply one message; None when it is applied, now or earlier, else the error. Raises what makes the service unable to."""
    if not is_signed(service, envelope):
        log.error("message refused: its signature does not hold")
        return "The signature does not hold."
    request_id.set(envelope["request_id"])
    traceparent.set(envelope["traceparent"])
    about = {"message_id": envelope["id"], "topic": envelope["topic"], "key": envelope["key"]}
    try:
        with session.begin_nested():
            first = first_of(session, service.inbox, [_noted(envelope)])
            if first:
                handle(session, contract.model_validate_json(envelope["payload"]))
                session.flush()
    except BaseTimeoutException:  # the whole job has run out of time
        raise
    except Exception as error:
        if unable(error):
            raise
        log.exception("message could not be applied", extra=about)
        return words_of(error)
    log.info("message applied" if first else "message came again", extra=about)
    return None
