"""Rows of several tables come by one statement, each as its own model has it."""

import hotel
from sqlalchemy import bindparam, event
from sqlmodel import col, select

from shared.gathering import Gathering

STAYING = Gathering(
    quiet=select(hotel.Room).where(hotel.Room.stays < bindparam("few")),
    busiest=select(hotel.Room).order_by(col(hotel.Room.stays).desc()).limit(1),
    told=select(hotel.Outbox).where(hotel.Outbox.key == bindparam("number")),
    others=select(hotel.Outbox).where(hotel.Outbox.key == "none"),
)


def test_rows_of_several_tables_come_by_one_statement_as_their_models_have_them(service, reserve):
    reserve("101")
    with service.transaction() as session:
        session.add_all(
            hotel.Room(number=number, guest="Ada", stays=stays) for number, stays in (("9", 1), ("2", 7), ("5", 2))
        )
        expected = session.exec(select(hotel.Outbox).where(hotel.Outbox.key == "101")).all()
    asked = []
    event.listen(service.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with service.transaction() as session:
        found = STAYING.read(session, few=5, number="101")
    assert len([one for one in asked if one.startswith("SELECT")]) == 1
    assert [one.number for one in found["quiet"]] == ["5", "9"], "in the order of their keys"
    assert [one.model_dump() for one in found["busiest"]] == [{"number": "2", "guest": "Ada", "stays": 7}]
    assert {one.id: one.model_dump() for one in found["told"]} == {one.id: one.model_dump() for one in expected} != {}
    assert found["others"] == []


def test_what_was_changed_before_is_seen_and_what_is_changed_in_a_row_is_not_kept(service, stays):
    with service.transaction() as session:
        session.add(hotel.Room(number="9", guest="Ada", stays=1))
        (room,) = STAYING.read(session, few=5, number="")["quiet"]
        room.stays = 4
    assert stays() == {"9": 1}
