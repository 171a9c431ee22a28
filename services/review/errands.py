"""What review does for people outside the page, in a process of its own: it sends mail and chat lines."""

from datetime import date
from uuid import UUID

from services.review import queries, telling, workflow
from services.review.queries import Wanted
from services.review.schemas import NotificationOut
from services.review.service import reading, service, transaction
from services.review.telling import Told
from services.review.workflow import Digest, Tell
from shared.clock import now
from shared.errands import does

CHOOSE = "/notifications#h-choices"


@does(Tell, service)
def tell(errand: Tell) -> None:
    """Tell a person by one way all that is still to be told; nothing if an errand before this one has."""
    with reading() as session:
        found = queries.find_to_tell(session, errand.person_id, errand.way)
    if found is None:
        return
    told = [_in_words(one) for one in found.told]
    if errand.way == "mail":
        name = f"told.{found.told[-1].id}"
        telling.send(service.settings, telling.letter(found.person.email, name, told, _address(CHOOSE)))
    else:
        telling.say(service.settings, found.chat_name, told)
    with transaction() as session:
        workflow.note_told(session, [one.id for one in found.told], errand.way)


@does(Digest, service)
def digest(errand: Digest) -> None:
    """Send a person what waits for them, and what they have not read."""
    with reading() as session:
        person = queries.find_person_by_id(session, errand.person_id)
        if person is None:
            return
        lists = _lists(person.id, person.may("editor"))
        counts = queries.count_queues(session, [wanted for _, wanted, _ in lists])
        unread = [one for one in queries.list_notifications(session, person, 20) if one.read_at is None]
    rows = [(title, count, _address(path)) for (title, _, path), count in zip(lists, counts, strict=True)]
    name = f"digest.{person.id}.{_today().isoformat()}"
    telling.send(
        service.settings,
        telling.digest(person.email, name, rows, [_in_words(one) for one in unread], _address(CHOOSE)),
    )


def _lists(person_id: UUID, is_editor: bool) -> list[tuple[str, Wanted, str]]:
    lists = [
        ("on your desk", Wanted("unverified", assignee=person_id), "/?view=mine"),
        ("wait for a checker", Wanted("unverified", unassigned=True), "/?view=open"),
        ("wait for approval", Wanted("checked", waits_for="approver"), "/?view=approve"),
    ]
    return lists if is_editor else lists[:2]


def _in_words(one: NotificationOut) -> Told:
    return Told(one.kind, one.claim, one.by, one.words, _address(f"/cases/{one.case_id}"))


def _address(path: str) -> str:
    return service.settings.public_base_url.rstrip("/") + path


def _today() -> date:
    return now().date()
