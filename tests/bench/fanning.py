"""Ten thousand recipients are told of one correction: how long other work takes meanwhile, beside how long it takes without, in one
run on a whole desk of real processes; and how many are told a second.

The recipients are endpoints in intake's table; whoever is told is a process of its own that answers 200. The correction arrives as
publish tells it.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import requests
from desk import Desk
from sqlmodel import func, select

from bench.figures import Figure
from services.intake.models import Delivery, Newsroom, WebhookEndpoint
from services.intake.service import service, transaction
from services.intake.settings import Settings
from services.intake.webhooks.signatures import new_secret
from services.intake.workflow import note_verdict_published
from shared.clock import new_id, now
from shared.contracts import VerdictPublished
from shared.rows import add_rows

ENDPOINTS = 10_000
CLAIMS = 40  # of the other work, before and meanwhile
RATING = {"slug": "false", "label": "False", "meaning": "It is not so.", "value": 1, "best": 5, "worst": 1}


def measure(folder: Path) -> Iterator[Figure]:
    """Other work alone, then while they are told."""
    sink = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("sink.py"))], stdout=subprocess.PIPE, text=True
    )
    address = sink.stdout.readline().strip()
    desk = Desk()
    desk.start(folder, SAMPLE="no", INTAKE_PRIVATE_HOSTS=address)
    try:
        desk_settings = Settings(
            secret_key=(folder / "secret_key").read_text(), database_url=desk.database_url("intake"),
            redis_url=desk.local["redis"], public_base_url=desk.local["intake"],
        )  # fmt: skip
        service.start(desk_settings)
        claim = _post(desk, "The quay was shut on Monday.")
        _add_endpoints(address)
        alone = [_visible(desk, number) for number in range(CLAIMS)]
        began = time.perf_counter()
        with transaction() as session:
            note_verdict_published(session, _correction(claim))
        meanwhile = [_visible(desk, CLAIMS + number) for number in range(CLAIMS)]
        told, took = _told(), time.perf_counter() - began
        assert told, "nobody was told while the other work was done"
        name = f"claim posted to claim in the queue while {ENDPOINTS:,} are told of a correction"
        note = f"{told:,} of them were told in those {took:.0f} s, {told / took:,.0f} a second"
        yield Figure(
            f"{name}, median", _at(meanwhile, 0.5), _at(alone, 0.5), "alone", "ms", 2.0, at_most=True, note=note
        )
        yield Figure(f"{name}, slowest of twenty", _at(meanwhile, 0.95), 1000, "limit", "ms", 1.0, at_most=True)
    finally:
        service.database.close()
        desk.stop()
        sink.terminate()
        sink.wait(10)


def _add_endpoints(address: str) -> None:
    """Of the newsroom that has sent something, an hour ago; they ask for every newsroom's corrections."""
    rows = []
    with transaction() as session:
        owner = session.exec(select(Newsroom.id).limit(1)).one()
        for number in range(ENDPOINTS):
            endpoint_id = new_id()
            secret = new_secret(endpoint_id)
            rows.append({
                "id": endpoint_id, "newsroom_id": owner, "url": f"http://{address}/{number}", "about": "all_verdicts",
                "events": ["verdict.published", "verdict.corrected"], "salt": secret.salt, "fingerprint": secret.fingerprint,
                "previous": [], "created_at": now() - timedelta(hours=1), "changed_at": now(),
            })  # fmt: skip
        add_rows(session, WebhookEndpoint, rows)


def _correction(claim: str) -> VerdictPublished:
    """Of a verdict that nobody was told of: all who ask for verdicts are told."""
    return VerdictPublished.model_validate({
        "claim_id": claim, "revision": 2, "kind": "correction", "change": "It was Tuesday.", "rating": RATING,
        "url": "http://127.0.0.1/checks/quay", "headline": "Shut on Tuesday", "summary": "It was shut.", "published_at": now(),
    })  # fmt: skip


def _post(desk: Desk, text: str) -> str:
    headers = {"Authorization": f"Bearer {desk.local['api_key']}"}
    answer = requests.post(
        f"{desk.local['intake']}/v1/claims", json={"text": text, "urgency": 1}, headers=headers, timeout=60
    )
    assert answer.status_code == 201, answer.text
    return str(UUID(answer.json()["id"]))


def _visible(desk: Desk, number: int) -> float:
    """Milliseconds from a claim's post to its case at the desk."""
    began = time.perf_counter()
    claim = _post(desk, f"Ferry {number} was late.")
    headers = {"Authorization": f"Bearer {desk.local['people'][0]['token']}"}
    while requests.get(f"{desk.local['review']}/v1/cases/{claim}", headers=headers, timeout=60).status_code != 200:
        time.sleep(0.02)
    return (time.perf_counter() - began) * 1000


def _told() -> int:
    with service.reading() as session:
        return session.exec(select(func.count()).select_from(Delivery).where(Delivery.status == "delivered")).one()


def _at(taken: list[float], part: float) -> float:
    return sorted(taken)[int(len(taken) * part)]
