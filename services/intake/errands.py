"""What intake does itself after a commit, in a process of its own: it looks at what claims point to, pulls feeds, reads
the pages of stories, submits the rows of uploaded files, and sends webhooks on and delivers them."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from services.intake import uploads, webhooks
from services.intake.archive import Visit, visiting
from services.intake.archive.looking import look
from services.intake.models import Newsroom, Upload
from services.intake.pulling import Pull, fetching, pulls
from services.intake.service import reading, service, transaction
from services.intake.stories.fetching import ReadPage, begin_page, end_page, fetch_page
from services.intake.uploads import SendRows
from services.intake.webhooks.errands import Deliver, Release, SendOn
from services.intake.workflow import Given, submit_all
from shared.errands import does
from shared.together import Together

VISITORS = 4  # at one host at a time, so that neither it nor the others have to wait for us

_begin = Together(transaction, webhooks.begin_all)
_finish = Together(transaction, webhooks.finish_all)


@does(Visit, service)
def visit(errand: Visit) -> None:
    """Look at a source, and note what came of it."""
    with reading() as session:
        wanted = visiting.begin(session, errand)
    if wanted is None:
        return
    with _hosts.at(urlsplit(wanted.url).netloc) as let_in:
        outcome = look(wanted, service.settings) if let_in else None
    with transaction() as session:
        if outcome is None:
            visiting.put_off(session, errand)
        else:
            visiting.end(session, errand, outcome)


@does(Pull, service)
def pull(errand: Pull) -> None:
    """Pull a feed, and take in what stands in it."""
    with reading() as session:
        wanted = pulls.begin(session, errand)
    if wanted is None:
        return
    with _hosts.at(urlsplit(wanted.url).netloc) as let_in:
        outcome = fetching.pull(wanted, service.settings) if let_in else None
    with transaction() as session:
        if outcome is None:
            pulls.put_off(session, errand)
        else:
            pulls.end(session, errand, outcome)


@does(ReadPage, service)
def read_page(errand: ReadPage) -> None:
    """Fetch the page that a story is known by, and read it."""
    with reading() as session:
        url = begin_page(session, errand)
    if url is None:
        return
    with _hosts.at(urlsplit(url).netloc) as let_in:
        outcome = fetch_page(url, service.settings) if let_in else None
    with transaction() as session:
        end_page(session, errand, outcome)


@does(SendRows, service)
def send_rows(errand: SendRows) -> None:
    """Submit some rows of an uploaded file."""
    with reading() as session:
        rows = uploads.begin_rows(session, errand)
    if rows is None:
        return
    with transaction() as session:
        upload = session.get_one(Upload, errand.upload_id, with_for_update=True)
        if upload.state != "sending" or upload.done != errand.done:
            return
        newsroom = session.get_one(Newsroom, upload.newsroom_id)
        given = [Given(one.claim, newsroom.id, newsroom.name) for one in rows if one.claim]
        new = sum(one.is_new for one in submit_all(session, given))
        uploads.end_rows(session, upload, rows, new)


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


class _Hosts:
    """How many of this process's threads are at each host."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._visitors: Counter[str] = Counter()

    @contextmanager
    def at(self, host: str) -> Iterator[bool]:
        """Whether there is room at a host; if so, it is taken for as long as the block lasts."""
        with self._lock:
            let_in = self._visitors[host] < VISITORS
            self._visitors[host] += let_in
        try:
            yield let_in
        finally:
            with self._lock:
                self._visitors[host] -= let_in
                if not self._visitors[host]:
                    del self._visitors[host]


_hosts = _Hosts()
