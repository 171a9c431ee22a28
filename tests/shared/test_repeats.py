"""What came a moment ago is a repeat, for so long."""

import time

import pytest

from shared import repeats
from shared.repeats import Repeats


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands, and is moved."""
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    return moment


def test_a_guest_who_rings_twice_is_heard_once_and_later_again(clock):
    rung = Repeats(3)
    assert [rung.is_repeat("room 7"), rung.is_repeat("room 7"), rung.is_repeat("room 8")] == [False, True, False]
    clock[0] += 2.9
    assert rung.is_repeat("room 7")
    clock[0] += 0.2
    assert not rung.is_repeat("room 7")


def test_it_keeps_no_more_than_it_has_room_for(clock, monkeypatch):
    monkeypatch.setattr(repeats, "MOST_KEPT", 3)
    rung = Repeats(3)
    for room in range(3):
        rung.is_repeat(f"room {room}")
    clock[0] += 2
    assert not rung.is_repeat("room 3")
    assert rung.is_repeat("room 3")
    assert len(rung._until) == 1
