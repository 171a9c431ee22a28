"""What review does in a process of its own: it sends mail and chat lines, compares claims with what is known, takes what blocked
newsrooms sent out of the queue, and asks for approvals by a desk's new rules."""

from hashlib import sha256
from uuid import UUID

from services.review import files, queries, seen, stamps, telling, workflow
from services.review.models import OneTimeLink, Person, TimeStamp
from services.review.queries import Wanted
from services.review.schemas import NotificationOut
from services.review.seen import Compare
from services.review.service import reading, service, transaction
from services.review.telling import Told
from services.review.workflow import Digest, Heed, Tell, invitations
from services.review.workflow.invitations import AnswerForgotten, MailLink
from services.review.workflow.notifying import zone_of
from services.review.workflow.owners import MailChange
from services.review.workflow.stamps import HaveStamped, keep_stamp
from services.review.workflow.waiting import AskAnew, ask_by_new_rules
from shared.clock import now
from shared.errands import does
from shared.stored import path_of

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
        today = now().astimezone(zone_of(session, person.id)).date()
        lists = _lists(person.id, person.may("editor"))
        counts = queries.count_queues(session, [wanted for _, wanted, _ in lists])
        unread = queries.list_for_digest(session, person, 20)
    rows = [(title, count, _address(path)) for (title, _, path), count in zip(lists, counts, strict=True)]
    name = f"digest.{person.id}.{today.isoformat()}"
    telling.send(
        service.settings,
        telling.digest(person.email, name, rows, [_in_words(one) for one in unread], _address(CHOOSE), today),
    )


@does(MailLink, service)
def mail_link(errand: MailLink) -> None:
    """Mail an invitation or a way to a new password; nothing if it was used or withdrawn meanwhile."""
    with reading() as session:
        link = session.get(OneTimeLink, errand.link_id)
        maker = session.get(Person, link.made_by) if link and link.made_by else None
        zone = zone_of(session, (link.person_id or link.made_by) if link else None)
    if link is None or not link.is_open:
        return
    url, name = invitations.address_of(link), f"link.{link.id}"
    if link.kind == "invitation":
        one = telling.invitation(link.email, name, maker.name if maker else None, url, link.expires_at, zone)
    else:
        one = telling.new_password(link.email, name, url, link.expires_at, zone)
    telling.send(service.settings, one)


@does(MailChange, service)
def mail_change(errand: MailChange) -> None:
    """Mail somebody that what opens their account was changed; nothing to who has left."""
    with reading() as session:
        person = queries.find_person_by_id(session, errand.person_id)
        zone = zone_of(session, errand.person_id)
    if person is not None:
        name = f"account.{person.id}.{errand.at:%Y%m%d%H%M%S%f}"
        telling.send(
            service.settings, telling.changed(person.email, name, errand.words, errand.at, _address("/account"), zone)
        )


@does(AnswerForgotten, service)
def answer_forgotten(errand: AnswerForgotten) -> None:
    """Make a link for whoever forgot their password, which is mailed; nothing if nobody here has the address."""
    with transaction() as session:
        person = queries.find_person(session, errand.email)
        if person is not None:
            invitations.make_password_link(session, person, None)


@does(Heed, service)
def heed_sender(errand: Heed) -> None:
    """Have what a newsroom sent leave the queue, or come back, until all of it has."""
    is_more = True
    while is_more:
        with transaction() as session:
            is_more = workflow.heed(session, errand.newsroom)


@does(AskAnew, service)
def ask_anew(errand: AskAnew) -> None:
    """Go on asking for approvals by a desk's new rules; the next stretch is an errand of its own."""
    with transaction() as session:
        ask_by_new_rules(session, errand.desk_id, errand.after)


@does(HaveStamped, service)
def have_stamped(errand: HaveStamped) -> None:
    """Have a copy, a file or the history's head stamped; nothing if it is, or if nobody is named any more who could."""
    settings = service.settings
    with reading() as session:
        is_stamped = session.get(TimeStamp, (errand.kind, errand.stamped)) is not None
    if is_stamped or not settings.tsa_url or settings.tsa_roots is None:
        return
    if errand.kind == "head":
        content = errand.stamped.encode()
    elif errand.kind == "file":
        if not files.is_kept(settings.files_folder, errand.stamped):
            return  # it was erased meanwhile, or forgotten as nobody entered it
        content = files.read(settings.files_folder, errand.stamped)
    else:
        content = path_of(settings.archive_folder, errand.stamped).read_bytes()
    if errand.kind != "head" and sha256(content).hexdigest() != errand.stamped:
        raise stamps.DoesNotHold(f"The {errand.kind} {errand.stamped} is not what its name says.")
    stamp = stamps.ask(settings.tsa_url, settings.tsa_roots, content)
    with transaction() as session:
        keep_stamp(session, errand, stamp, settings.tsa_url)


@does(Compare, service)
def compare(_errand: Compare) -> None:
    """Compare what was not compared yet."""
    seen.compare_all()


def _lists(person_id: UUID, is_editor: bool) -> list[tuple[str, Wanted, str]]:
    lists = [
        ("on your desk", Wanted("unverified", assignee=person_id), "/?view=mine"),
        ("wait for a checker", Wanted("unverified", unassigned=True), "/?view=open"),
        ("wait for approval", Wanted("checked", waits_for="approver"), "/?view=approve"),
    ]
    return lists if is_editor else lists[:2]


def _in_words(one: NotificationOut) -> Told:
    if one.kind == "account":
        return Told(one.kind, one.words, one.by, "", _address(one.path))
    return telling.legible(Told(one.kind, one.subject, one.by, one.words, _address(one.path)))


def _address(path: str) -> str:
    return service.settings.public_base_url.rstrip("/") + path
