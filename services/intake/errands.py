"""What intake does itself after a commit, in a process of its own: it looks at what claims point to, pulls feeds, reads
the pages of stories, submits the rows of uploaded files, and sends webhooks on and delivers them."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from urllib.parse import urlsplit

from sqlmodel import Session

from services.intake import lookups, posting, seen, uploads, webhooks
from services.intake.archive import Visit, picturing, visiting
from services.intake.archive.looking import look
from services.intake.archive.picturing import Picture
from services.intake.auth import account_of
from services.intake.backlog import refuse_when_full
from services.intake.idempotency import Answer
from services.intake.models import Claim, Newsroom, Upload
from services.intake.posting import Post
from services.intake.pulling import Pull, fetching, pulls
from services.intake.seen import Encode, Index
from services.intake.service import reading, service, transaction
from services.intake.stories.comparing import Compare, note_seen, order_again, sentences_of
from services.intake.stories.fetching import ReadPage, begin_page, end_page, fetch_page
from services.intake.uploads import SendRows
from services.intake.uploads.files import Ready
from services.intake.webhooks.errands import Deliver, Release, SendOn
from services.intake.workflow import Given
from shared.errands import NotNow, does
from shared.errors import Forbidden, Problem, Unavailable
from shared.matching.errors import Silent
from shared.together import Together

VISITORS = 4  # at one host at a time, so that neither it nor the others have to wait for us

_browser = threading.Lock()
_begin = Together(transaction, webhooks.begin_all)
_finish = Together(transaction, webhooks.finish_all)
_move = Together(transaction, seen.move_claims)


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


@does(Picture, service)
def picture(_errand: Picture) -> None:
    """Have the picture made that has been wanted longest. One at a time, so that no page keeps the other errands waiting: who finds
    the browser busy leaves it to who has it, and orders the next."""
    if not _browser.acquire(blocking=False):
        return
    try:
        with transaction() as session:
            wanted = picturing.begin_picture(session)
        if wanted:
            found = picturing.look_at(wanted, service.settings)
            with transaction() as session:
                picturing.end_picture(session, wanted.copy_id, found)
    finally:
        _browser.release()
    with transaction() as session:
        picturing.order_next(session)


@does(Pull, service)
def pull(errand: Pull) -> None:
    """Pull a feed, and take in what stands in it."""
    with reading() as session:
        wanted = pulls.begin(session, errand)
    if wanted is None:
        return
    with _hosts.at(urlsplit(wanted.url).netloc) as let_in:
        outcome = fetching.pull(wanted, service.settings) if let_in else None
    if outcome is None:
        with transaction() as session:
            pulls.put_off(session, errand)
        return
    with reading() as session:
        stories = pulls.read(session, errand, outcome)
    with transaction() as session:
        pulls.end(session, errand, outcome, stories)


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


@does(Compare, service)
def compare_sentences(errand: Compare) -> None:
    """See which of a story's sentences say what was checked before."""
    with reading() as session:
        sentences, language = sentences_of(session, errand)
        found = {one.id: lookups.look_for_sentence(session, one, language) for one in sentences}
    if found:
        with transaction() as session:
            note_seen(session, errand, found)


@does(SendRows, service)
def send_rows(errand: SendRows) -> None:
    """Submit the rows of an uploaded file, from where it stands on."""
    with reading() as session:
        upload = uploads.waiting(session, errand)
    if upload is None:
        return
    with uploads.open_upload(upload) as table:
        rows = islice(uploads.mapped_rows(upload, table), upload.done, None)
        done: int | None = upload.done
        while done is not None:
            some = list(islice(rows, uploads.AT_ONCE))
            try:
                refuse_when_full()
            except Unavailable:
                with transaction() as session:
                    uploads.put_off(session, errand)
                return
            with transaction() as session:
                done = _send_some(session, errand, done, some)


def _send_some(session: Session, errand: SendRows, done: int, rows: list[Ready]) -> int | None:
    """Submit rows that come after so many; how many are done then. None if there are no more, or somebody else is at it."""
    upload = session.get(Upload, errand.upload_id, with_for_update=True)
    if upload is None or upload.state != "sending" or upload.done != done:
        return None
    newsroom = session.get_one(Newsroom, upload.newsroom_id)
    refused = {n: one.refused for n, one in enumerate(rows) if one.refused}
    wanted = [n for n in range(len(rows)) if n not in refused]
    new = 0
    try:
        account = account_of(session, newsroom.id) if wanted else None
    except Forbidden as problem:
        refused |= dict.fromkeys(wanted, problem.detail)
    else:
        given = [Given(one.claim, newsroom.id, newsroom.name, account=account) for one in rows if one.claim]
        answers = posting.answer_all(session, [Post(one) for one in given])
        refused |= {n: one.detail for n, one in zip(wanted, answers, strict=True) if isinstance(one, Problem)}
        new = sum(isinstance(one, Answer) and one.status == 201 for one in answers)
    uploads.note(upload, rows, [refused.get(n) for n in range(len(rows))], new)
    return upload.done if upload.state == "sending" else None


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


@does(Encode, service)
def encode(_errand: Encode) -> None:
    """Have the models read what they have not read, some at a time."""
    try:
        while seen.index.encode_some():
            pass
    except Silent as error:
        raise NotNow(str(error)) from error


@does(Index, service)
def index_claims(errand: Index) -> None:
    """Index the claims that came in, some at a time; and put the one where it belongs of which something was told."""
    while _index_some() == seen.AT_ONCE:
        pass
    if errand.claim_id:
        _move(errand.claim_id)
    with transaction() as session:
        claim = session.get(Claim, errand.claim_id) if errand.claim_id else None
        if claim and claim.merged_into is None and not claim.test:
            order_again(session, claim.record)
        seen.order_encoding(session)


def _index_some() -> int:
    with transaction() as session:
        return seen.put_new_claims(session)


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
