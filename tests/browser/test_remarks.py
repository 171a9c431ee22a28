"""A reader on a phone, without scripts, says that a fact-check was not useful, and why; the desk sees it and puts it aside."""

import pytest
from by_axe import faults_of
from playwright.sync_api import expect
from review_desk import VERDICT
from served import served
from sqlmodel import select

from services.publish import jobs as site_jobs
from services.publish.app import create_app
from services.publish.models import Outbox as SiteOutbox
from services.review import jobs, workflow
from services.review.models import Case, Outbox
from services.review.schemas import EvidenceIn, NothingIn
from shared import open_forms
from shared.contracts import OpinionsCounted, RemarkMade, VerdictApproved, VerdictPublished

JOBS = {
    VerdictApproved: site_jobs.workflow.publish,
    VerdictPublished: workflow.note_published,
    OpinionsCounted: jobs.note_counted,
    RemarkMade: jobs.note_remark,
}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "color_scheme": "dark",
    "user_agent": "Mozilla/5.0 (Linux) Chrome/140.0",
}


@pytest.fixture
def bring(review, start_service):
    """`bring(VerdictApproved, Outbox, review, publish)`: what one service has told of a topic reaches the other."""

    def carry(kind, outbox, sender, receiver):
        with sender.reading() as session:
            rows = session.exec(select(outbox).where(outbox.topic == kind.topic, outbox.queue == receiver.name)).all()
        assert rows
        with receiver.transaction() as session:
            for one in sorted(rows, key=lambda row: row.id):
                JOBS[kind](session, kind.model_validate_json(one.payload))

    return carry


@pytest.fixture
def read_by_readers(review, people, make_case, start_service, bring, monkeypatch):
    """A verdict that readers read: its case, the site, and the address of its page."""
    case_id, site = make_case(), start_service("publish")

    def do(name, person, found=None):
        with review.transaction() as session:
            version = session.get(Case, case_id).version
            workflow.act(session, case_id, name, found or NothingIn(), people[person], version)

    for title in ("Log", "Letter"):
        do("evidence", "ada", EvidenceIn(kind="document", title=title, stance="refutes"))
    do("check", "ada", VERDICT)
    do("approve", "eve")
    with served(create_app(site.settings)) as url:
        monkeypatch.setattr(site, "_settings", site.settings.model_copy(update={"public_base_url": url}))
        bring(VerdictApproved, Outbox, review, site)
        bring(VerdictPublished, SiteOutbox, site, review)
        with review.reading() as session:
            yield site, session.get(Case, case_id).url


def test_what_a_reader_writes_is_read_at_the_desk(read_by_readers, review, chromium, sign_in, bring, monkeypatch):
    monkeypatch.setattr(open_forms, "QUICKEST", 0)
    site, address = read_by_readers
    context = chromium.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("What was missing?").fill("Who closed it, and \u202ewhy.")
    page.get_by_role("button", name="Send it to the desk").click()
    expect(page.get_by_text("What you wrote goes to the desk.")).to_be_visible()
    context.close()
    context = chromium.new_context(**PHONE, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/useful?said=yes&revision=1")
    assert faults_of(page) == ""
    page.get_by_label("What was useful?").fill("x" * 1001)
    page.get_by_role("button", name="Send it to the desk").click()
    expect(page.get_by_role("alert")).to_contain_text("longer than 1000 characters")
    assert faults_of(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()
    bring(OpinionsCounted, SiteOutbox, site, review)
    bring(RemarkMade, SiteOutbox, site, review)
    desk = sign_in("ada")
    desk.goto("/")
    desk.get_by_role("link", name="Remarks 1").click()
    expect(desk.get_by_text("Who closed it, and why.")).to_be_visible()
    assert faults_of(desk) == ""
    desk.get_by_role("link", name="The bridge was closed on four days.").click()
    readers = desk.locator("section", has=desk.get_by_role("heading", name="Was it useful to readers?"))
    expect(readers).to_contain_text("Revision 1: 0 found it useful, 1 did not.")
    expect(readers).to_contain_text("Did not find it useful · revision 1")
    assert faults_of(desk) == ""
    readers.get_by_role("button", name="Read: put it aside").click()
    expect(readers.get_by_text("1 put aside")).to_be_visible()
    expect(readers.get_by_text("Who closed it")).to_have_count(0)
    expect(desk.get_by_role("link", name="Remarks", exact=True)).to_be_visible()
