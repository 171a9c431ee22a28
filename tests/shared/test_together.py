"""Work of many callers in one commit: each gets its own outcome, whatever happens to the others."""

import threading

import pytest
from cut_wire import CutWire
from hotel import Room
from sqlmodel import select

from shared import commits, together
from shared.together import Together


class Full(Exception):
    """There is no room."""


class FrontDesk:
    """Gives rooms to guests; the first one takes as long as the test likes, so that the others gather."""

    def __init__(self, hotel):
        self.reserve = Together(hotel.transaction, self._reserve)
        self.transactions = []
        self._first_came, self._may_go_on = threading.Event(), threading.Event()
        self.outcomes = {}

    def _reserve(self, session, guests):
        self._first_came.set()
        assert self._may_go_on.wait(240)
        self.transactions.append(list(guests))
        if "breaks the desk" in guests:
            raise RuntimeError("the desk broke")
        session.add_all(Room(number=guest, guest=guest) for guest in guests if guest != "comes late")
        return [Full("no room") if guest == "comes late" else f"key of {guest}" for guest in guests]

    def come(self, *guests):
        """The first guest is being served while the others come."""

        def one(guest):
            try:
                self.outcomes[guest] = self.reserve(guest)
            except Exception as error:  # noqa: BLE001 - whatever it gets is its outcome
                self.outcomes[guest] = error

        threads = [threading.Thread(target=one, args=[guest]) for guest in guests]
        threads[0].start()
        assert self._first_came.wait(240)
        for thread in threads[1:]:
            thread.start()
        while self.reserve.waiting < len(guests) - 1:  # in the order they came
            threading.Event().wait(0.001)
        self._may_go_on.set()
        for thread in threads:
            thread.join(240)


@pytest.fixture
def rooms(service):
    def look():
        with service.reading() as session:
            return sorted(session.exec(select(Room.guest)))

    return look


def test_who_waits_is_served_by_the_next_commit(service, rooms):
    desk = FrontDesk(service)
    desk.come("Ada", "Bea", "Cem", "Dan")
    assert desk.outcomes == {guest: f"key of {guest}" for guest in ("Ada", "Bea", "Cem", "Dan")}
    assert [len(guests) for guests in desk.transactions] == [1, 3]
    assert rooms() == ["Ada", "Bea", "Cem", "Dan"]


def test_after_many_came_at_once_as_many_are_expected_for_a_while(service, monkeypatch):
    monkeypatch.setattr(together, "LASTS", 3600.0)
    desk = FrontDesk(service)
    desk.come("Ada", "Bea", "Cem", "Dan")
    assert not desk.reserve.is_busy  # three at once are not many
    for lasts in (3600.0, 0.0):
        monkeypatch.setattr(together, "LASTS", lasts)
        desk = FrontDesk(service)
        desk.come(*(f"{name} {lasts}" for name in ("Ada", "Bea", "Cem", "Dan", "Eva")))
        assert desk.reserve.is_busy == (lasts > 0)  # though nobody waits any more


def test_one_that_is_turned_away_harms_nobody(service, rooms):
    desk = FrontDesk(service)
    desk.come("Ada", "comes late", "Cem")
    assert isinstance(desk.outcomes["comes late"], Full)
    assert rooms() == ["Ada", "Cem"]


def test_one_that_breaks_the_transaction_fails_alone(service, rooms):
    desk = FrontDesk(service)
    desk.come("Ada", "Bea", "breaks the desk", "Cem")
    assert str(desk.outcomes.pop("breaks the desk")) == "the desk broke"
    assert desk.outcomes == {guest: f"key of {guest}" for guest in ("Ada", "Bea", "Cem")}
    assert rooms() == ["Ada", "Bea", "Cem"]


def test_a_commit_that_fails_is_told_to_nobody_as_done(service, rooms):
    with service.transaction() as session:
        session.add(Room(number="Bea", guest="somebody else"))
    desk = FrontDesk(service)
    desk.come("Ada", "Bea", "Cem")
    assert "UNIQUE" in str(desk.outcomes["Bea"]) or "unique" in str(desk.outcomes["Bea"])
    assert (desk.outcomes["Ada"], desk.outcomes["Cem"]) == ("key of Ada", "key of Cem")
    assert rooms() == ["Ada", "Cem", "somebody else"]


def test_who_is_done_goes_on_while_the_next_commit_is_under_way(service):
    second_began, go_on, over = threading.Event(), threading.Event(), threading.Event()

    def reserve(session, guests):
        if guests == ["late"]:
            second_began.set()
            assert go_on.wait(240)
        elif guests == ["first"]:
            late.start()
            while not desk._waiting:  # it comes while this one is served
                over.wait(0.001)
        return guests

    desk = Together(service.transaction, reserve)
    late = threading.Thread(target=desk, args=["late"])
    first = threading.Thread(target=lambda: (desk("first"), over.set()))
    first.start()
    assert second_began.wait(240)
    assert over.wait(240)  # though the second one's is not over
    go_on.set()
    late.join(240)
    first.join(240)


def test_a_transaction_that_can_t_begin_fails_one_at_a_time_and_the_next_is_tried(service):
    broken = iter([True, False])

    def transaction():
        if next(broken, False):
            raise OSError("the disk is away")
        return service.transaction()

    desk = Together(transaction, lambda session, guests: guests)
    with pytest.raises(OSError, match="away"):
        desk("Ada")
    assert desk("Bea") == "Bea"


def test_nobody_waits_for_one_who_was_interrupted(service, monkeypatch):
    desk = FrontDesk(service)
    original = Together._wait

    class Interrupted:
        """A lock whose waiting is interrupted."""

        def __init__(self, lock):
            self.lock, self.release = lock, lock.release

        def acquire(self, blocking=True):
            if blocking:
                raise KeyboardInterrupt
            return self.lock.acquire(blocking=False)

    def interrupt(self, mine):
        if mine.item == "runs away":
            mine.turn = Interrupted(mine.turn)
        return original(self, mine)

    monkeypatch.setattr(Together, "_wait", interrupt)
    desk._may_go_on.set()
    reserve = desk.reserve
    reserve._led = True  # somebody is at work
    with pytest.raises(KeyboardInterrupt):
        reserve("runs away")
    reserve._hand_over()  # and ends
    assert reserve("Cem") == "key of Cem"


@pytest.fixture
def wire(service, hotel_url):
    """To the hotel's PostgreSQL; it can be cut."""
    wire = CutWire(hotel_url)
    service.database.connect(wire.url)
    yield wire
    service.database.close()
    wire.close()


class UnluckyDesk(FrontDesk):
    """Its line to the database is cut when it serves three at once."""

    def __init__(self, hotel, wire, cut):
        super().__init__(hotel)
        self._wire, self._cut = wire, cut

    def _reserve(self, session, guests):
        keys = super()._reserve(session, guests)
        self._wire.cut = self._cut if len(guests) == 3 else None
        return keys


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("cut", ["before", "after", "late"])
def test_what_a_commit_without_an_answer_kept_is_not_done_again(service, rooms, wire, cut):
    desk = UnluckyDesk(service, wire, cut)
    desk.come("Ada", "Bea", "Cem", "Dan")
    assert desk.outcomes == {guest: f"key of {guest}" for guest in ("Ada", "Bea", "Cem", "Dan")}
    assert rooms() == ["Ada", "Bea", "Cem", "Dan"]
    again = {"before": [["Bea"], ["Cem"], ["Dan"]]}.get(cut, [])
    assert desk.transactions == [["Ada"], ["Bea", "Cem", "Dan"], *again]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_who_can_t_be_told_whether_it_was_kept_is_told_so(service, wire, monkeypatch):
    monkeypatch.setattr(commits, "ASKED_FOR", 0.0)
    desk = UnluckyDesk(service, wire, "for good")
    desk.come("Ada", "Bea", "Cem", "Dan")
    assert desk.outcomes.pop("Ada") == "key of Ada"
    [told] = {str(one) for one in desk.outcomes.values()}
    assert "whether this was kept is not known" in told
