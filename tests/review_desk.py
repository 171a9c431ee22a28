"""What several tests of review speak of."""

import re
from datetime import UTC, datetime

from services.review import passwords
from services.review.models import Person
from services.review.schemas import CheckIn
from shared.contracts import (
    CheckSign,
    Offered,
    RequestForComment,
    Sentence,
    Statement,
    Story,
    StoryClaim,
    StoryReceived,
    Unnamed,
)

NOON = datetime(2026, 1, 27, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
VERDICT = CheckIn(
    rating="false", headline="It was one day", summary="The log shows one.", text="The **log** shows one."
)

SENTENCES = (
    Sentence(
        id="a" * 16, text="It was shut on four days.", exact="It was shut on four days.", start=0, score=90,
        signs=(CheckSign(kind="quantity", why="a quantity", points=30, words="four"),),
        offered=Offered(hedge="likely", statements=(
            Statement(id="s1", stance="asserts", unnamed=Unnamed(count=8, described_as="people on the quay")),
        ), requests_for_comment=(RequestForComment(id="r1", asked_by="Courier", asked="Harbour Office"),)),
    ),
    Sentence(id="b" * 16, text="Ice closed it.", exact="Ice closed it.", start=30, score=60),
)  # fmt: skip


def person(name, role):
    """Somebody at the desk, not stored yet."""
    password_hash = passwords.hash_password(PASSWORD)
    return Person(name=name.title(), email=f"{name}@desk.example", password_hash=password_hash, roles=[role])


def story(
    story_id, revision=1, status="usable", claims=(), note=None, sentences=SENTENCES, headline="Bridge shut", **more
):
    """What intake tells of a story with two sentences, and claims as (id, words)."""
    return StoryReceived(
        story_id=story_id, revision=revision, newsroom="Ellery Courier", status=status, version=str(revision), note=note,
        story=Story(headline=headline, publisher="Courier", url="https://courier.example/bridge"), language="en",
        body="It was shut on four days.\n\nIce closed it.", received_at=NOON, changed_at=NOON, sentences=sentences,
        offered=Offered(
            unverified="The Courier could not verify it.",
            requests_for_comment=(RequestForComment(id="r1", asked_by="Courier", asked="Harbour Office"),),
        ),
        claims=tuple(StoryClaim(claim_id=one, exact=exact, stands=True) for one, exact in claims), **more,
    )  # fmt: skip


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": f"{name}@desk.example", "password": password} | more)


def submit(client, case_id, name, **fields):
    page = client.get(f"/cases/{case_id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    version = seen.group(1) if seen else "1"
    return client.post(f"/cases/{case_id}/{name}", data={"seen": version} | fields)
