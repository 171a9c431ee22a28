"""Errands of a service, done in this process."""

from importlib import import_module

from sqlmodel import select

from shared import errands as plumbing
from shared.clock import now


def do_errands(service, early=False):
    """Do the errands that are due, and those that come of them; with `early`, those that are due later, too, once.

    Returns how many were done."""
    done = 0
    while rows := _ordered(service, early):
        for row in rows:
            module, name = row.job.rsplit(".", 1)
            getattr(import_module(module), name)([_envelope(service, row)])
        plumbing.close()
        done += len(rows)
        if early:
            break
    return done


def _ordered(service, early):
    outbox = service.outbox
    with service.reading() as session:
        chosen = select(outbox).where(outbox.queue == plumbing.queue_of(service.name), outbox.due_at.is_not(None))
        return [row for row in session.exec(chosen.order_by(outbox.id)) if early or row.due_at <= now()]


def _envelope(service, row):
    envelope = row.model_dump(mode="json", include={"topic", "key", "revision", "payload", "request_id", "traceparent"})
    envelope["id"] = str(row.id)
    return envelope | {"signature": service.messages.sign(envelope)}
