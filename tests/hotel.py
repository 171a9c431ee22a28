"""A service that has nothing to do with newsrooms, to show that the plumbing has not either.

It tells itself of reservations: the sender and the receiver are the same service, with one outbox and one inbox.
"""

from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel
from sqlalchemy import null
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared import outbox
from shared.db import new_metadata
from shared.errands import Errand, does
from shared.inbox import InboxRow, inbox_indexes
from shared.jobs import periodic, receives
from shared.outbox import OutboxRow, outbox_indexes
from shared.service import Service
from shared.settings import ServiceSettings


class Table(SQLModel, registry=registry(metadata=new_metadata())):
    pass


class Outbox(OutboxRow, Table, table=True):
    __tablename__ = "outbox"
    __table_args__ = outbox_indexes()


class Inbox(InboxRow, Table, table=True):
    __tablename__ = "inbox"
    __table_args__ = inbox_indexes()


class Room(Table, table=True):
    __tablename__ = "rooms"

    number: str = Field(primary_key=True)
    guest: str
    stays: int = 0


class RoomReserved(BaseModel):
    topic: ClassVar[str] = "room.reserved.v1"
    key: str
    revision: int = 1
    urgent: bool = False
    guest: str


class Desk:
    queue = "hotel"
    job = "hotel.room_reserved"


class Settings(ServiceSettings):
    public_base_url: str = "http://127.0.0.1"


service = Service("hotel", Settings, Outbox, Inbox, Path(__file__).parent)


@receives(RoomReserved, service)
def room_reserved(session, message):
    if message.guest == "nobody":
        raise ValueError("Nobody can't stay here")
    room = session.get(Room, message.key, with_for_update=True) or Room(number=message.key, guest=message.guest)
    room.stays += 1
    if "incognito" in message.guest:
        room.stays = null()  # which the database refuses
    session.add(room)


class CallTaxi(Errand):
    topic: ClassVar[str] = "call a taxi.now"
    job: ClassVar[str] = "hotel.call_taxi"

    number: str


taxis = {}  # by room: what is done when a taxi is called


@does(CallTaxi, service)
def call_taxi(errand):
    taxis[errand.number](errand)


@periodic
def sweep():
    pass


def checkout(number):
    """Not a job: nothing in Redis may run it."""
    raise AssertionError("it ran")


def reserve(session, number, guest="Ada"):
    outbox.tell(session, Outbox, RoomReserved(key=number, guest=guest), [Desk])
