"""From an approval until readers can read the verdict, over a whole desk of real processes: one after the other, and with twenty a
second; and whether a reader gets less than a whole page while fifty a second are published."""

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import requests
from desk import Desk

from bench.door import ROOT, environment, serve
from bench.figures import Figure

ALONE, BUSY, A_SECOND = 60, 200, 20
PUBLISHED, PUBLISHED_A_SECOND, READERS = 500, 50, 4
PATIENCE = 60  # seconds
LOOK_EVERY = 0.005  # seconds: to ask without a pause would take a core from the desk, which readers elsewhere don't
IDLE = 0.3  # seconds in which what the last approval has set off comes to its end


def measure(folder: Path) -> Iterator[Figure]:
    """The desk first; then publish alone, because the way to it carries less."""
    desk = Desk()
    (folder / "desk").mkdir()
    desk.start(folder / "desk", SAMPLE="no")
    try:
        waiting = _checked(desk, ALONE + BUSY)
        alone = [_approved(desk, *waiting.pop()) for _ in range(ALONE)]
        yield from _within("approved to readable, one by one", alone, 100, 400)
        yield from _within(f"approved to readable, {A_SECOND} a second", _approved_at_once(desk, waiting), 1000, 1000)
    finally:
        desk.stop()
    (folder / "publish").mkdir()
    read, bad = _read_while_published(folder / "publish")
    words = f"pages torn or missing, of {read} read while {PUBLISHED_A_SECOND} a second are published"
    yield Figure(words, bad, 1, "none is allowed:", "pages", 0, at_most=True)


def _within(name: str, taken: list[float], median: float, most: float) -> Iterator[Figure]:
    """Two figures, in milliseconds."""
    cuts = quantiles(taken, n=100)
    yield Figure(f"{name}, median", cuts[49], median, "limit", "ms", 1.0, at_most=True)
    yield Figure(f"{name}, 99th percentile", cuts[98], most, "limit", "ms", 1.0, at_most=True)


def _checked(desk: Desk, count: int) -> list[tuple[str, str, int]]:
    """Cases that wait for approval: their ids, their versions, and the numbers in their headlines."""
    claims = "\n".join(json.dumps({"text": f"Claim {number}: tram {number} was late."}) for number in range(count))
    newsroom = {"Authorization": f"Bearer {desk.local['api_key']}", "Content-Type": "application/x-ndjson"}
    requests.post(
        f"{desk.local['intake']}/v1/claims/batch", data=claims, headers=newsroom, timeout=60
    ).raise_for_status()
    checker, found = _person(desk, "checker"), []
    until = time.monotonic() + PATIENCE
    while len(rows := _queue(desk, checker)) < count:
        assert time.monotonic() < until, f"{len(rows)} of {count} claims came to the desk"
        time.sleep(0.2)
    for number, row in enumerate(rows):
        verdict = {
            "rating": "false", "headline": f"Measured verdict {number}", "summary": "It was not.", "text": "The log says so.",
            "waiver": "It is measured.",
        }  # fmt: skip
        etag = row["etag"]
        for act, body in (("take", {}), ("check", verdict)):
            answer = checker.post(_case(desk, row["id"]) + f"/{act}", json=body, headers={"If-Match": etag}, timeout=60)
            assert answer.ok, answer.text
            etag = answer.json()["etag"]
        found.append((row["id"], etag, number))
    return found


def _queue(desk: Desk, person: requests.Session) -> list[dict]:
    rows, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = person.get(f"{desk.local['review']}/v1/queue", params={"limit": 200} | more, timeout=60).json()
        rows += page["data"]
        if not (cursor := page["next_cursor"]):
            return rows


def _approved(desk: Desk, case: str, etag: str, number: int) -> float:
    """Milliseconds from the editor's click, on an idle desk, until a reader has the page, asking again and again."""
    editor = _person(desk, "editor")
    time.sleep(IDLE)
    began = time.perf_counter()
    editor.post(_case(desk, case) + "/approve", json={}, headers={"If-Match": etag}, timeout=60).raise_for_status()
    with _reader(desk.local["publish"]) as read:
        while not _is_whole(*read(_path(number))):
            assert time.perf_counter() < began + PATIENCE, f"verdict {number} can not be read"
            time.sleep(LOOK_EVERY)
    return (time.perf_counter() - began) * 1000


def _approved_at_once(desk: Desk, waiting: list[tuple[str, str, int]]) -> list[float]:
    """The same, so many a second. One reader asks for the one that was approved first until it is there, then for the next: so at
    most two hundred times a second, and none is told of sooner than it could be read."""
    began, clicked, taken = time.perf_counter(), deque(), []
    sessions = [_person(desk, "editor") for _ in range(READERS)]

    def approve(place: int, case: str, etag: str, number: int) -> None:
        time.sleep(max(0.0, began + place / A_SECOND - time.perf_counter()))
        clicked.append((time.perf_counter(), _path(number)))
        url, headers = _case(desk, case) + "/approve", {"If-Match": etag}
        sessions[place % READERS].post(url, json={}, headers=headers, timeout=60).raise_for_status()

    with ThreadPoolExecutor(READERS) as editors, _reader(desk.local["publish"]) as read:
        done = [editors.submit(approve, place, *one) for place, one in enumerate(waiting)]
        while len(taken) < len(waiting):
            assert time.perf_counter() < began + PATIENCE + BUSY / A_SECOND, f"{len(taken)} can be read"
            if clicked and _is_whole(*read(clicked[0][1])):
                taken.append((time.perf_counter() - clicked.popleft()[0]) * 1000)
            else:
                time.sleep(LOOK_EVERY)
        for one in done:
            one.result()
    return taken


def _read_while_published(folder: Path) -> tuple[int, int]:
    """How many pages were read, and how many of them were not whole. Each is asked for as soon as its publication is told of."""
    subprocess.run(
        [sys.executable, "-m", "bench.publishing"],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with serve("services.publish.app:create_app()", folder) as port:
        publisher = subprocess.Popen(
            [sys.executable, "-m", "bench.publishing", str(PUBLISHED), str(PUBLISHED_A_SECOND)],
            cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        paths: list[str] = []

        def look(turn: int) -> tuple[int, int]:
            count = bad = 0
            with _reader(f"http://127.0.0.1:{port}") as read:
                while publisher.poll() is None:
                    for path in paths[-turn - 1 :: -READERS][:20]:
                        count, bad = count + 1, bad + (not _is_whole(*read(path)))
            return count, bad

        with ThreadPoolExecutor(READERS) as readers:
            looks = [readers.submit(look, turn) for turn in range(READERS)]
            for line in publisher.stdout or ():
                paths.append(f"/checks/{line.strip()}")
            publisher.wait()
            counted = [one.result() for one in looks]
    assert publisher.returncode == 0
    assert len(paths) == PUBLISHED
    return sum(count for count, _ in counted), sum(bad for _, bad in counted)


@contextmanager
def _reader(url: str):
    """`read(path)`: status and body, over one connection."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)

    def read(path: str) -> tuple[int, bytes]:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()

    yield read
    connection.close()


def _is_whole(status: int, body: bytes) -> bool:
    return status == 200 and body.rstrip().endswith(b"</html>")


def _path(number: int) -> str:
    return f"/checks/{time.strftime('%Y/%m', time.gmtime())}/measured-verdict-{number}"


def _case(desk: Desk, case: str) -> str:
    return f"{desk.local['review']}/v1/cases/{case}"


def _person(desk: Desk, role: str) -> requests.Session:
    session = requests.Session()
    [person, *_] = [one for one in desk.local["people"] if role in one["roles"]]
    session.headers["Authorization"] = f"Bearer {person['token']}"
    return session
