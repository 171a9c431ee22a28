"""Following every change of one's claims."""

import threading

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from services.intake import changes
from services.intake.changes import Noted
from services.intake.models import Change, Claim
from services.intake.service import service as intake
from shared import cursor as cursors
from shared.following import place_in
from shared.relay import Relay


@pytest.fixture
def follow(newsroom):
    """`follow(cursor)`: the changes after it as (kind, state) pairs, and the next cursor."""

    def ask(cursor=None, limit=50):
        answer = newsroom.get(f"/v1/changes?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.json
        found = answer.json
        return (
            [(one["kind"], one["claim"]["text"], one["claim"]["state"]) for one in found["data"]],
            found["next_cursor"],
            found["more"],
        )

    return ask


def test_every_change_comes_once_in_order_with_the_claim_as_it_stands(newsroom, follow, arrive, moved, published):
    nothing, start, _ = follow()
    assert nothing == []
    one = newsroom.post({"text": "Bus one was late."}).json["id"]
    newsroom.post({"text": "Bus two was late."})
    seen, cursor, more = follow(start)
    assert seen == [("submitted", "Bus one was late.", "unverified"), ("submitted", "Bus two was late.", "unverified")]
    assert not more
    assert follow(cursor)[0] == []
    arrive(moved(one, 2, "checked"), published(one))
    assert follow(cursor)[0] == [
        ("moved", "Bus one was late.", "published"),
        ("published", "Bus one was late.", "published"),
    ]
    arrive(moved(one, 2, "checked"))  # again: nothing new
    arrive(moved(one, 5, "closed", close_reason="withdrawn"))
    newsroom.post({"text": "Bus two was late."})
    assert [kind for kind, _, _ in follow(cursor)[0]] == ["moved", "published", "moved", "submitted"]


def test_whoever_follows_misses_nothing_after_a_restore_on_another_server(newsroom, follow):
    ahead = 0 if intake.database.is_sqlite else 10**12  # so many transactions the other server has done more
    newsroom.post({"text": "Bus one was late."})
    place = place_in(follow()[1])
    newsroom.post({"text": "Bus two was late."})
    with intake.transaction() as session:
        session.execute(update(Change).values(transaction=col(Change.transaction) + ahead))
    Relay(intake).go_on()
    newsroom.post({"text": "Bus three was late."})
    buses = [text.split()[1] for _, text, _ in follow(cursors.write(place.transaction + ahead, *place[1:]))[0]]
    assert buses == ["two", "three"]
    assert [text.split()[1] for _, text, _ in follow()[0]] == ["one", "two", "three"]


def test_whoever_stopped_before_a_restore_misses_nothing_when_the_other_server_has_done_as_many_transactions(
    newsroom, follow
):
    newsroom.post({"text": "Bus one was late."})
    place = place_in(follow()[1])
    with intake.transaction() as session:  # the row is put before all others, as the relay does it
        session.execute(update(Change).values(transaction=0))
    newsroom.post({"text": "Bus two was late."})
    if not intake.database.is_sqlite:
        with intake.reading() as session:
            [_, two] = session.exec(select(Change).order_by(col(Change.seq))).all()
        place = place._replace(transaction=two.transaction + 1)  # which this server reaches with the next one
    newsroom.post({"text": "Bus three was late."})
    newsroom.post({"text": "Bus four was late."})
    assert [text.split()[1] for _, text, _ in follow(cursors.write(*place))[0]] == ["two", "three", "four"]


def test_whoever_followed_beyond_a_backup_is_told_after_its_restore_rather_than_led_past_what_is_new(
    newsroom, follow, put_back
):
    newsroom.post({"text": "Bus one was late."})
    kept = follow()[1]
    for number in ("two", "three"):
        newsroom.post({"text": f"Bus {number} was late."})
    lost = follow()[1]
    old = cursors.write(*place_in(lost)[:2])  # as it was written before there were moments in them
    put_back(intake, Change, place_in(kept).number)
    for cursor in (lost, old):
        answer = newsroom.get(f"/v1/changes?cursor={cursor}")
        assert answer.status_code == 410
        assert "without a cursor" in answer.json["detail"]
    for number in ("four", "five", "six"):
        newsroom.post({"text": f"Bus {number} was late."})
    assert newsroom.get(f"/v1/changes?cursor={lost}").status_code == 410, "its number is another change's now"
    assert [text.split()[1] for _, text, _ in follow(kept)[0]] == ["four", "five", "six"]


def test_a_cursor_from_before_there_were_moments_in_them_goes_on(newsroom, follow):
    newsroom.post({"text": "Bus one was late."})
    cursor = cursors.write(*place_in(follow()[1])[:2])
    newsroom.post({"text": "Bus two was late."})
    assert [text.split()[1] for _, text, _ in follow(cursor)[0]] == ["two"]


def test_pages_follow_one_another_without_a_gap(newsroom, follow):
    for number in range(7):
        newsroom.post({"text": f"Bus {number} was late."})
    cursor, texts = None, []
    while True:
        seen, cursor, more = follow(cursor, limit=3)
        texts += [text for _, text, _ in seen]
        if not more:
            break
    assert texts == [f"Bus {number} was late." for number in range(7)]


def test_others_changes_are_not_shown(newsroom, other_newsroom, follow):
    other_newsroom.post({"text": "Theirs was late."})
    assert follow()[0] == []


def test_nothing_is_passed_over_though_an_older_change_is_committed_later(
    newsroom, follow, service, app, database_kind
):
    if database_kind == "sqlite":
        pytest.skip("SQLite's writers queue: there is no older change that is committed later")
    claim = newsroom.post({"text": "Bus one was late."}).json["id"]
    _, cursor, _ = follow()
    with intake.reading() as session:
        row = session.get(Claim, claim)
    noted, go_on = threading.Event(), threading.Event()

    def slow():
        with intake.transaction() as session:
            changes.note_all(session, [Noted(row.newsroom_id, row.id, "moved")])
            noted.set()
            assert go_on.wait(240)

    thread = threading.Thread(target=slow)
    thread.start()
    assert noted.wait(240)
    newsroom.post({"text": "Bus two was late."})
    early, cursor, _ = follow(cursor)
    go_on.set()
    thread.join()
    late, _, _ = follow(cursor)
    assert early == []
    assert [kind for kind, _, _ in late] == ["moved", "submitted"]


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd", "WyJhIiwxXQ", "Wy0xLDFd", "W3RydWUsMV0", "WzkyMjMzNzIwMzY4NTQ3NzU4MDgsMF0"]
)
def test_a_cursor_that_is_not_ours_is_refused(newsroom, cursor):
    answer = newsroom.get(f"/v1/changes?cursor={cursor}")
    assert answer.status_code == 404
    assert "cursor" in answer.json["detail"]


def test_a_key_that_may_not_read_follows_nothing(newsroom, make_key):
    key = make_key("Writer", "claims:write")
    assert newsroom.client.get("/v1/changes", headers={"Authorization": f"Bearer {key}"}).status_code == 403
