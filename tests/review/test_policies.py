"""What the newsroom says of itself is written by editors and travels to the site, every revision of it."""

from review_desk import sign_in
from sqlmodel import select

from services.review import ledger
from services.review.models import HistoryEntry, Outbox
from shared.contracts import PolicyPosted


def test_an_editor_writes_a_page_and_readers_are_told(client, review, people):
    sign_in(client, "eve")
    assert "Who pays for this" in client.get("/policies").text
    form = client.get("/policies/funding/en").text
    assert "has not been written down here yet" in form
    look = client.post("/policies/funding/en", data={"title": "Money", "text": "**Readers**", "seen": "0", "look": "1"})
    assert "<strong>Readers</strong>" in look.text
    given = {"title": "Money", "text": "We live on <b>readers</b> & <script>", "seen": "0"}
    assert client.post("/policies/funding/en", data=given).status_code == 302
    late = client.post("/policies/funding/en", data=given | {"text": "Mine, typed at the same time"})
    assert late.status_code == 412
    assert "Mine, typed at the same time" in late.text
    assert client.post("/policies/funding/en", data=given | {"seen": "1", "text": "Again"}).status_code == 302
    with review.reading() as session:
        told = [one for one in session.exec(select(Outbox).order_by(Outbox.id)) if one.topic == PolicyPosted.topic]
        acts = session.exec(select(HistoryEntry.action).order_by(HistoryEntry.seq)).all()
        entries = [one for one in ledger.told(session) if one.topic == PolicyPosted.topic]
    messages = [PolicyPosted.model_validate_json(one.payload) for one in told]
    assert [(one.name, one.language, one.revision, one.posted_by) for one in messages] == [
        ("funding", "en", 1, people["eve"].name),
        ("funding", "en", 2, people["eve"].name),
    ]
    assert messages[0].text == given["text"]
    assert acts.count("policy posted") == 2
    with review.transaction() as session:
        ledger.tell_again(session, entries[0])
        again = session.exec(select(Outbox).order_by(Outbox.id)).all()[-1]
    assert PolicyPosted.model_validate_json(again.payload) == messages[0]


def test_who_is_no_editor_reads_and_changes_nothing(client, people):
    sign_in(client, "ada")
    page = client.get("/policies/methodology/de")
    assert "Wie wir prüfen" in page.text
    assert "<textarea" not in page.text
    assert client.post("/policies/methodology/de", data={"title": "x", "text": "y", "seen": "0"}).status_code == 403
    for path in ("/policies/none/en", "/policies/funding/xx"):
        assert client.get(path).status_code == 404


def test_a_page_without_words_is_refused_and_what_was_typed_stays(client, people):
    sign_in(client, "root")
    answer = client.post("/policies/about/en", data={"title": "About us, then", "text": "  ", "seen": "0"})
    assert answer.status_code == 422
    assert "About us, then" in answer.text
