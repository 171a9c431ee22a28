"""What intake does itself after a commit, in a process of its own: webhooks are sent on and delivered."""

from services.intake import webhooks
from services.intake.service import service, transaction
from services.intake.webhooks.errands import Deliver, Release, SendOn
from shared.errands import does
from shared.together import Together

_begin = Together(transaction, webhooks.begin_all)
_finish = Together(transaction, webhooks.finish_all)


@does(SendOn, service)
def send_on(errand: SendOn) -> None:
    with transaction() as session:
        webhooks.send_on(session, errand)


@does(Release, service)
def release(errand: Release) -> None:
    with transaction() as session:
        webhooks.release(session, errand)


@does(Deliver, service)
def deliver(errand: Deliver) -> None:
    """Try a delivery. Others that are tried at the same moment are begun and noted in the same transactions."""
    sending = _begin(errand)
    if sending is not None:
        _finish((errand, webhooks.attempt(sending)))
