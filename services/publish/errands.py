"""What publish does after a commit, in a process of its own: it tells the hub that feeds have changed, draws cards, makes pages
anew, and has checks read by the models that find what says the same."""

import logging
import threading
import time
from urllib.parse import urlencode
from uuid import UUID

from services.publish import cards, neighbours, queries, rendering, renewing, search, sites, workflow
from services.publish.cards import DrawCard
from services.publish.cards.drawing import draw
from services.publish.models import Outbox
from services.publish.neighbours import ShowAgain, ShowOneAgain
from services.publish.renewing import Renew
from services.publish.service import reading, service, transaction
from services.publish.telling import PingHub
from shared.errands import NotNow, does, order
from shared.fetch import fetch
from shared.matching.errors import Silent

log = logging.getLogger(__name__)

_reading = threading.Lock()


class HubRefuses(NotNow):
    """The hub did not take it. It is told again later."""


@does(PingHub, service)
def ping_hub(errand: PingHub) -> None:
    """Tell the hub of these feeds (WebSub): it fetches them and tells its subscribers."""
    settings = service.settings
    if not settings.websub_hub:
        return
    told = [
        ("hub.mode", "publish"),
        *(("hub.url", f"{sites.numbered(errand.site).url}/feeds/{name}") for name in errand.feeds),
    ]
    answer = fetch(
        settings.websub_hub,
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(told).encode(),
        private_hosts=settings.private_hosts,
        redirects=0,
    )
    if not 200 <= answer.status < 300:
        raise HubRefuses(f"{settings.websub_hub} answers {answer.status}.")


@does(search.Encode, service)
def encode(_errand: search.Encode) -> None:
    """Have the models read the checks that they have not read, some at a time; one errand after the other, or two would read the
    same."""
    with _reading:
        try:
            while search.index.encode_some():
                pass
        except Silent as error:
            raise NotNow(str(error)) from error


@does(Renew, service)
def renew(errand: Renew) -> None:
    """Go on making pages anew, for a few seconds."""
    renewing.work(errand.number, errand.stretch)


@does(ShowAgain, service)
def show_again(errand: ShowAgain) -> None:
    """Make the pages anew that name a check, for a few seconds; what is left then is another errand."""
    until = time.monotonic() + renewing.STRETCH
    left: ShowAgain | None = errand
    while left is not None:
        with reading() as session:
            claim_ids, left = neighbours.next_of(session, left)
        for claim_id in claim_ids:
            _show_or_put_off(claim_id)
        if left is not None and time.monotonic() > until:
            with transaction() as session:
                order(session, Outbox, service.name, [(left, None)])
            return


def _show_or_put_off(claim_id: UUID) -> None:
    try:
        with transaction() as session:
            workflow.show_again(session, claim_id)
    except Exception:
        log.exception("a page could not be made anew", extra={"claim_id": str(claim_id)})
        with transaction() as session:  # if that can't be written either, nothing can, and all of it is tried again
            neighbours.put_off(session, claim_id)


@does(ShowOneAgain, service)
def show_one_again(errand: ShowOneAgain) -> None:
    """Make a page anew that could not be made with the others that name the same check."""
    with transaction() as session:
        workflow.show_again(session, errand.claim_id)


@does(DrawCard, service)
def draw_card(errand: DrawCard) -> None:
    """Draw the card that a check is to have now; nothing if it is there."""
    with reading() as session:
        check, kept = (
            queries.checks_of(session, [errand.claim_id]).get(errand.claim_id),
            queries.get_card(session, errand.claim_id),
        )
        with sites.at(check.site if check else sites.MAIN):
            wanted = rendering.card_of(check) if check else None
    if wanted is None or (kept is not None and kept.version == wanted.version):
        return
    image = draw(wanted)
    with transaction() as session:
        cards.keep(session, errand.claim_id, wanted.version, image)
