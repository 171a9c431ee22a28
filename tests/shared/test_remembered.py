"""What the database said a moment ago is known, until this process changes it or the moment is over."""

import pytest
from hotel import Room

from shared.remembered import Remembered


@pytest.fixture
def ask(service):
    """`ask(remembered)`: who has room 7."""
    with service.transaction() as session:
        session.add(Room(number="7", guest="Ada"))

    def look(remembered):
        def find():
            with service.reading() as session:
                room = session.get(Room, "7")
                return room and room.guest

        return remembered.get("7", find)

    return look


def test_what_this_process_changes_is_asked_for_anew_once_it_is_committed(service, ask):
    remembered = Remembered(seconds=3600)
    remembered.forget_with(Room)
    assert ask(remembered) == "Ada"
    with service.transaction() as session:
        session.get(Room, "7").guest = "Bea"
        session.flush()
        assert service.database.is_sqlite or ask(remembered) == "Ada"
    assert ask(remembered) == "Bea"
    with pytest.raises(RuntimeError), service.transaction() as session:
        session.get(Room, "7").guest = "Cem"
        session.flush()
        raise RuntimeError
    assert ask(remembered) == "Bea"


def test_what_others_change_is_seen_when_the_time_is_over(service, ask):
    for_long, for_no_time = Remembered(seconds=3600), Remembered(seconds=0)
    assert (ask(for_long), ask(for_no_time)) == ("Ada", "Ada")
    with service.transaction() as session:
        session.get(Room, "7").guest = "Bea"
    assert (ask(for_long), ask(for_no_time)) == ("Ada", "Bea")


def test_what_was_not_found_is_asked_for_each_time():
    remembered, found = Remembered(seconds=3600), iter([None, "Ada", "Bea"])
    assert [remembered.get("7", lambda: next(found)) for _ in range(3)] == [None, "Ada", "Ada"]


def test_an_answer_from_before_a_change_is_not_kept_after_it():
    remembered = Remembered(seconds=3600)

    def changed_meanwhile():
        remembered.forget()
        return "Ada"

    assert remembered.get("7", changed_meanwhile) == "Ada"
    assert remembered.get("7", lambda: "Bea") == "Bea"
