"""Work that is done beside other work has a share of the time, one at a time."""

import pytest

from shared import shares
from shared.shares import Share


class Clock:
    def __init__(self):
        self.now = self.worked = 0.0

    def work(self, seconds):
        self.now += seconds
        self.worked += seconds

    def monotonic(self):
        return self.now

    def thread_time(self):
        return self.worked


def test_what_is_saved_is_spent_and_comes_back_with_time(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(shares, "time", clock)
    share = Share(0.1, saved=0.5)

    def work(seconds):
        with share.ask() as has_time:
            clock.work(seconds if has_time else 0)
        return has_time

    assert [work(0.3), work(0.3), work(0.3)] == [True, True, False]
    clock.now += 0.9  # of 0.06 seconds too much, as much was not paid back yet
    assert work(0.1) is True
    clock.now += 100
    assert [work(0.4), work(0.4), work(0.4)] == [True, True, False]


def test_waiting_costs_nothing(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(shares, "time", clock)
    share = Share(0.1, saved=0.5)
    for _ in range(9):  # such as for a processor that others are at
        with share.ask() as has_time:
            assert has_time
            clock.now += 3
            clock.work(0.3)


def test_one_is_let_in_at_a_time_and_nobody_without_a_share():
    with Share(1).ask() as first:
        assert first
    share = Share(1)
    with share.ask(), share.ask() as second:
        assert not second
    with Share(0).ask() as any_time:
        assert not any_time


def test_what_failed_is_paid_for_too(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(shares, "time", clock)
    share = Share(0.1, saved=0.5)
    with pytest.raises(ZeroDivisionError), share.ask():
        clock.work(1)
        raise ZeroDivisionError
    with share.ask() as has_time:
        assert not has_time
