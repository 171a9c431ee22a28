"""Rows by the driver itself are the rows that SQLAlchemy would write and read."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import hotel
import pytest
from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy import select as columns
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col, select

from shared.clock import new_id
from shared.db import Json, new_metadata, row_of
from shared.rows import Question, Rows, Sql, add_absent, add_rows, replace_rows, write_all, write_new


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    pass


class Guest(Table, table=True):
    """A value of every kind that a service keeps."""

    __tablename__ = "guests"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    paid: int
    regular: bool
    born: date
    came_at: datetime
    left_at: datetime | None = None
    wishes: dict[str, Any] = Field(sa_type=Json)
    picture: bytes = Field(sa_type=LargeBinary)
    stays: int = 1


@pytest.fixture
def guests(service):
    Guest.metadata.create_all(service.database.engine)
    yield
    Guest.metadata.drop_all(service.database.engine)


def _guest(name):
    return {
        "id": uuid4(),
        "name": name,
        "paid": 2**31 - 1,
        "regular": name == "Ada",
        "born": date(1815, 12, 10),
        "came_at": datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
        "left_at": None if name == "Ada" else datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC),
        "wishes": {"tea": [1, None, True, "50 % \u201emilk\u201c"]},
        "picture": bytes(range(256)),
        "stays": 3,
    }


def test_values_of_every_kind_are_read_as_they_were_written(service, guests):
    names = ["Ada", "'; DROP TABLE guests; --", "50 %s, {nobody}, NULL", "Bj\u00f6rk \U0001f9ca\n\\"]
    given = [_guest(name) for name in names]
    with service.transaction() as session:
        add_rows(session, Guest, given)
    with service.reading() as session:
        assert {one.name: one.model_dump() for one in session.exec(select(Guest))} == {
            one["name"]: one for one in given
        }
    asked = Question(columns(*map(col, (Guest.id, Guest.regular, Guest.came_at, Guest.left_at, Guest.wishes))).where(
        col(Guest.name) == bindparam("name")
    ))  # fmt: skip
    for one in given:
        found = asked.ask(service.database, name=one["name"])
        assert found._asdict() == {name: one[name] for name in found._fields}
    assert asked.ask(service.database, name="Nobody") is None


def test_what_the_database_makes_stands_beside_what_is_given(service, guests):
    with service.transaction() as session:
        add_rows(session, Guest, [{**_guest(name), "paid": 1} for name in ("Ada", "Ben")])
        given = [{name: value for name, value in _guest("Eve").items() if name != "paid"} for _ in range(2)]
        add_rows(session, Guest, given, made=(("paid", "20 + 22"),))
        assert session.scalars(text("SELECT paid FROM guests ORDER BY paid")).all() == [1, 1, 42, 42]


def test_what_is_not_given_is_as_the_model_says(service, guests):
    with service.transaction() as session:
        add_absent(
            session, Guest, [{name: value for name, value in _guest("Ada").items() if name not in ("stays", "left_at")}]
        )
        found = session.exec(select(Guest)).one()
        assert (found.stays, found.left_at) == (1, None)
        without = {name: value for name, value in _guest("Ben").items() if name != "id"}
        with pytest.raises(TypeError, match="bring their id"):
            add_rows(session, Guest, [without])


def test_only_what_is_there_is_passed_over_and_not_what_is_wrong(service, guests):
    with pytest.raises(Exception, match=r"(?i)not.null"), service.transaction() as session:
        add_absent(session, Guest, [_guest("Ada") | {"name": None}])


def test_a_moment_without_a_zone_is_refused(service, guests):
    with pytest.raises(ValueError, match="timezone"), service.transaction() as session:
        add_rows(session, Guest, [_guest("Ada") | {"came_at": datetime(2026, 3, 1)}])  # noqa: DTZ001


def test_questions_are_answered_after_the_server_has_dropped_every_connection(service, guests):
    asked = Question(columns(col(Guest.paid)).where(col(Guest.name) == bindparam("name")))
    with service.transaction() as session:
        add_rows(session, Guest, [_guest("Ada")])
    assert asked.ask(service.database, name="Ada").paid == 2**31 - 1
    if not service.database.is_sqlite:
        with service.transaction() as session:
            others = "datname = current_database() AND pid != pg_backend_pid()"
            session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    assert asked.ask(service.database, name="Ada").paid == 2**31 - 1


def _rooms(numbers, guest="Ada"):
    return [row_of(hotel.Room, number=str(number), guest=guest) for number in numbers]


def test_what_is_there_already_is_passed_over_and_the_rest_counted(service, stays):
    with service.transaction() as session:
        assert add_absent(session, hotel.Room, _rooms(range(3))) == 3
        assert add_absent(session, hotel.Room, _rooms(range(1, 1203), "Ben")) == 1200
        assert add_absent(session, hotel.Room, _rooms(range(1203))) == 0
    assert len(stays()) == 1203


def test_rows_take_the_place_of_those_with_their_keys_and_of_no_others(service):
    with service.transaction() as session:
        add_absent(session, hotel.Room, _rooms(range(600)))
        replace_rows(session, hotel.Room, _rooms(range(1, 600), "Ben"))
        guests = session.execute(text("SELECT guest, count(*) FROM rooms GROUP BY guest")).all()
    assert dict(map(tuple, guests)) == {"Ada": 1, "Ben": 599}


def _moves(number):
    return Sql("UPDATE rooms SET stays = stays + ? WHERE number = ?", (1, str(number)))


def test_what_is_new_is_written_together_and_counted_step_by_step(service, stays):
    with service.transaction() as session:
        assert write_new(session, [Rows(hotel.Room, _rooms(range(700)), "pass"), _moves(3)])
        more = [Rows(hotel.Room, _rooms(range(650, 702)), "pass"), Sql("NOTIFY outbox", only="postgresql"), _moves(999)]
        assert write_all(session, more)[0::2] == [2, 0]
    assert len(stays()) == 702


@pytest.mark.parametrize("last", ["a row that is there", "a statement that finds nothing"])
def test_if_one_thing_is_not_new_nothing_is_written_and_the_transaction_goes_on(service, stays, last):
    not_new = {
        "a row that is there": Rows(hotel.Room, _rooms([1, 2]), "pass"),
        "a statement that finds nothing": _moves(999),
    }
    with service.transaction() as session:
        add_rows(session, hotel.Room, _rooms([1]))
    for turn in range(3):  # what the driver has prepared is forgotten with what is taken back, and prepared anew
        with service.transaction() as session:
            add_rows(session, hotel.Room, _rooms([f"before {turn}"]))
            assert not write_new(session, [Rows(hotel.Room, _rooms([8, 9]), "pass"), _moves(1), not_new[last]])
            assert write_new(session, [Rows(hotel.Room, _rooms([f"after {turn}"]), "pass")])
    assert set(stays()) == {"1", *(f"{when} {turn}" for when in ("before", "after") for turn in range(3))}
    assert stays()["1"] == 0
