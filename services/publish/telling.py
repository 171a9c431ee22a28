"""What is told beyond the desk when readers can read something new: the WebSub hub, if there is one."""

from datetime import timedelta
from typing import ClassVar

from sqlmodel import Session, col, select

from services.publish.models import Check, Outbox
from services.publish.service import service
from shared.clock import now
from shared.errands import Errand, order

FEEDS = ("atom.xml", "rss.xml", "feed.json")
ALL_FEEDS = (*FEEDS, "corrections.xml")
SOON = timedelta(seconds=2)  # many changes at once are one ping


class PingHub(Errand):
    """Tell the hub that these feeds have changed."""

    topic: ClassVar[str] = "hub.ping"
    job: ClassVar[str] = "services.publish.errands.ping_hub"
    feeds: tuple[str, ...]
    site: int = 0


def tell_hub(session: Session, check: Check) -> None:
    """Have the hub told of a change of one check."""
    if check.position is not None:
        tell_hub_of(session, check.site, FEEDS if check.revision == 1 else ALL_FEEDS)


def tell_hub_of(session: Session, site: int, feeds: tuple[str, ...] = ALL_FEEDS) -> None:
    """Have the hub told that these feeds of a site have changed, unless it is going to be told of an earlier change anyway, after
    this is committed."""
    if not service.settings.websub_hub:
        return
    moment = now()
    waiting = select(Outbox.payload).where(Outbox.job == PingHub.job, col(Outbox.due_at) > moment + SOON / 2)
    ordered = [PingHub.model_validate_json(payload) for payload in session.exec(waiting)]
    if not any(set(feeds) <= set(one.feeds) and one.site == site for one in ordered):
        order(session, Outbox, service.name, [(PingHub(feeds=feeds, site=site), moment + SOON)])
