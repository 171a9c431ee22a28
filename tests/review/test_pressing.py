"""A button that is pressed twice does what it does once, and the second answer is the first's."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from asked import listen
from pressed import WAYS, Form
from review_desk import PASSWORD, sign_in
from sqlmodel import func, select, update

from services.review import auth, workflow
from services.review.models import (
    Case,
    CaseFile,
    Desk,
    Evidence,
    HistoryEntry,
    OneTimeLink,
    Person,
    Policy,
    Press,
    RecoveryCode,
    SavedList,
    Sender,
    SignIn,
    SignInFailure,
)
from services.review.schemas import RuleIn
from shared import pressing
from shared.clock import now

pytestmark = pytest.mark.parametrize("press", WAYS)


@pytest.fixture
def count(review):
    """`count(Case, Case.state == …)`: how many rows there are of a table."""

    def look(table, *which):
        with review.reading() as session:
            return session.exec(select(func.count()).select_from(table).where(*which)).one()

    return look


def led_to(answers):
    """Where all of these answers lead."""
    assert {one.status_code for one in answers} <= {302, 303}, [(one.status_code, one.text[-900:]) for one in answers]
    [place] = {one.location for one in answers}
    return place


def told(browser):
    """What stands above a page."""
    return re.findall(r'<p class="flash">([^<]+)</p>', browser.get("/").text)


def test_the_next_claim_is_one_and_a_press_on_a_new_page_is_for_another(desk, make_case, count, ada, press):
    for text in ("One.", "Two.", "Three."):
        make_case(text)
    browser = desk("ada")
    taken = led_to(press(Form(browser, "/", "/next")))
    assert count(Case, Case.assignee_id == ada.id) == 1
    assert Form(browser, "/", "/next").press().location != taken
    assert count(Case, Case.assignee_id == ada.id) == 2


def test_a_page_on_how_the_newsroom_works_is_posted_once(desk, count, press):
    form = Form(
        desk("eve"), "/policies/methodology/en", "/policies/methodology/en", title="How we work", text="With care."
    )
    led_to(press(form))
    assert count(Policy) == 1


def test_a_page_that_is_posted_again_as_it_stands_has_no_other_revision(desk, count, press):
    eve, path = desk("eve"), "/policies/methodology/en"
    for _ in range(2):  # who goes back has a form of the newest page
        led_to(press(Form(eve, path, path, title="How we work", text="With care.")))
    assert count(Policy) == 1
    old = Form(eve, path, path, title="How we work", text="With great care.")
    led_to([Form(eve, path, path, title="How we work", text="With the greatest care.").press()])
    refused = old.press()
    assert (refused.status_code, "You have posted this page meanwhile" in refused.text) == (412, True)
    assert "With great care." in refused.text


def test_an_invitation_is_one_and_its_link_works(desk, client, count, press):
    root = desk("root")
    led_to(press(Form(root, "/people", "/people/invitations", email="new@desk.example", role="checker")))
    assert count(OneTimeLink) == 1
    link = re.search(r"/invitation/[0-9a-zA-Z]{72}", root.get("/people").text)[0]
    assert client.get(link).status_code == 200


def test_a_desk_that_oneself_has_just_made_is_not_taken_by_another(desk, count, press):
    place = led_to(press(Form(desk("root"), "/desks", "/desks", slug="health", name="Health")))
    assert place.endswith("#desk-health")
    assert count(Desk, Desk.slug == "health") == 1


def test_a_claim_that_is_entered_by_hand_is_sent_to_intake_once(desk, messages, press):
    led_to(press(Form(desk("ada"), "/stories/new", "/stories/new", claims="The bridge was shut.")))
    assert [one["topic"] for one in messages()].count("story.brought.v1") == 1


def test_a_file_is_brought_as_evidence_once(desk, make_case, do, ada, count, press):
    case_id = make_case()
    do(case_id, "take", ada)
    filled = {"title": "Log", "kind": "document", "stance": "refutes", "public": "true", "file": b"a,b\n1,2\n"}
    led_to(press(Form(desk("ada"), f"/cases/{case_id}", f"/cases/{case_id}/evidence", **filled)))
    assert (count(Evidence), count(CaseFile)) == (1, 1)


def test_a_file_of_a_form_that_was_refused_is_kept_once(desk, make_case, do, ada, count, press):
    case_id = make_case()
    do(case_id, "take", ada)
    filled = {"title": "", "kind": "document", "stance": "refutes", "public": "true", "file": b"a,b\n1,2\n"}
    form = Form(desk("ada"), f"/cases/{case_id}", f"/cases/{case_id}/evidence", **filled)
    assert {one.status_code for one in press(form)} == {422}
    assert (count(Evidence), count(CaseFile)) == (0, 1)


def test_a_rule_that_is_entered_at_another_place_is_moved_there(review, eve, press):
    with review.transaction() as session:
        for name in ("First", "Second"):
            workflow.make_rule(session, RuleIn(name=name, when={"words": [name]}, then={"tags": ["a"]}), eve)
        again = RuleIn(name="Second", when={"words": ["Second"]}, then={"tags": ["a"]}, place=1)
        for _ in range(2):
            workflow.make_rule(session, again, eve)
    with review.reading() as session:
        assert [(one.name, one.place) for one in workflow.list_rules(session)] == [("Second", 1), ("First", 2)]


def test_a_sender_is_blocked_once(desk, make_case, count, press):
    case_id = make_case()
    form = Form(
        desk("eve"), f"/cases/{case_id}", f"/cases/{case_id}/senders/block", newsroom="Courier", because="Spam."
    )  # fmt: skip
    led_to(press(form))
    assert count(Sender) == 1
    assert count(HistoryEntry, HistoryEntry.action == "block sender") == 1
    form.fields["press"] = "of another page"
    assert form.press().status_code == 409


def test_what_is_removed_is_removed_and_not_missed(desk, count, press):
    ada, root = desk("ada"), desk("root")
    ada.post("/lists", data={"name": "Bridges", "q": "bridge"})
    kept = re.search(r"/lists/[0-9a-f-]{36}/drop", ada.get("/").text)[0]
    led_to(press(Form(ada, "/", kept)))
    assert count(SavedList) == 0
    root.post("/people/invitations", data={"email": "new@desk.example", "role": "checker"})
    withdrawn = re.search(r"/people/invitations/[0-9a-f-]{36}/withdraw", root.get("/people").text)[0]
    led_to(press(Form(root, "/people", withdrawn)))


def test_an_act_on_a_case_is_done_once_and_nobody_else_is_said_to_have_done_it(desk, make_case, look, press):
    case_id = make_case()
    browser = desk("ada")
    led_to(press(Form(browser, f"/cases/{case_id}", f"/cases/{case_id}/take")))
    version = look(case_id).version
    noted = press(Form(browser, f"/cases/{case_id}", f"/cases/{case_id}/note", text="They called back."))
    led_to(noted)
    assert look(case_id).version == version + 1
    assert browser.get(f"/cases/{case_id}").text.count("They called back.</p>") == 1


def test_recovery_codes_that_the_first_answer_showed_are_shown_again_and_work(desk, client, review, count, press):
    browser = desk("ada")
    shown = Form(browser, "/account/second-factor", "/account/second-factor", password=PASSWORD).press()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', shown.text)[1].replace(" ", "")
    answers = press(Form(browser, shown, "/account/second-factor/confirm", code=pyotp.TOTP(secret).now()))
    assert {one.status_code for one in answers} == {200}
    [codes] = {tuple(re.findall(r"<code>([a-z0-9-]{19})</code>", one.text)) for one in answers}
    assert (len(codes), count(RecoveryCode)) == (10, 10)
    assert sign_in(client, "ada").location.startswith("/sign-in/code")
    assert client.post("/sign-in/code", data={"code": codes[3]}).status_code == 302
    assert count(HistoryEntry, HistoryEntry.action == "second factor set up") == 1


def test_a_secret_is_not_to_be_read_from_the_presses_while_its_form_is_answered(desk, review, press, monkeypatch):
    make, noted = auth.make_token, []

    def look(*args, **kwargs):
        with review.reading() as session:
            noted.extend(session.exec(select(Press.id)))
        return make(*args, **kwargs)

    monkeypatch.setattr(auth, "make_token", look)
    answers = press(Form(desk("ada"), "/account", "/account/tokens", name="Scripts"))
    [token] = {re.search(r"fdt_[0-9a-f]+_[0-9a-f]+", one.text)[0] for one in answers}
    assert noted
    assert not [one for one in noted if token.rpartition("_")[2] in one]


def test_a_code_that_is_given_twice_at_the_door_lets_in_once_and_keeps_nobody_out(desk, app, count, press):
    browser = desk("ada")
    shown = Form(browser, "/account/second-factor", "/account/second-factor", password=PASSWORD).press()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', shown.text)[1].replace(" ", "")
    shown = Form(browser, shown, "/account/second-factor/confirm", code=pyotp.TOTP(secret).now()).press()
    code = re.search(r"<code>([a-z0-9-]{19})</code>", shown.text)[1]
    client = app.test_client()
    Form(client, "/sign-in?next=/desks", "/sign-in", email="ada@desk.example", password=PASSWORD).press()
    form = Form(client, "/sign-in/code?next=/desks", "/sign-in/code", code=code)
    waiting = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    assert led_to(press(form)) == "/desks"
    late = app.test_client()
    late.set_cookie(app.config["SESSION_COOKIE_NAME"], waiting)
    assert form.press(late).location == "/desks", "the browser threw away the first answer, and its cookie"
    assert late.get("/account").status_code == 200
    form.fields["press"] = "of another page"
    other = app.test_client()
    other.set_cookie(app.config["SESSION_COOKIE_NAME"], waiting)
    assert form.press(other).status_code == 401, "a code opens one session"
    assert count(SignInFailure) == 0
    assert count(SignIn, SignIn.way == "recovery") == 1


def test_who_comes_by_an_invitation_and_presses_twice_is_in(desk, app, count, press):
    root = desk("root")
    Form(root, "/people", "/people/invitations", email="new@desk.example", role="checker").press()
    link = re.search(r"/invitation/[0-9a-zA-Z]{72}", root.get("/people").text)[0]
    client = app.test_client()
    answers = press(Form(client, link, link, name="New Person", password=PASSWORD))
    assert led_to(answers) == "/"
    assert count(Person, Person.email == "new@desk.example") == 1
    other = app.test_client()
    assert other.post(link, data={"name": "New Person", "password": PASSWORD}).status_code == 404


def test_a_new_password_that_is_chosen_twice_is_chosen(desk, client, people, press):
    root = desk("root")
    shown = Form(root, "/people", f"/people/{people['ben'].id}/password-link").press()
    link = re.search(r"/password/[0-9a-zA-Z]{72}", shown.text)[0]
    assert led_to(press(Form(client, link, link, password="another battery staple"))) == "/sign-in"
    assert client.post(link, data={"password": "a third battery staple"}).status_code == 404
    assert sign_in(client, "ben", "another battery staple").status_code == 302


def test_a_press_long_after_the_first_does_nothing_and_says_so(desk, make_case, review, count, ada, press):
    make_case("One.")
    make_case("Two.")
    browser = desk("ada")
    form = Form(browser, "/", "/next")
    taken = led_to(press(form))
    told(browser)
    with review.transaction() as session:
        session.execute(update(Press).values(answered_at=now() - timedelta(minutes=5)))
    assert form.press().location == taken
    assert any("You had sent this form before" in one for one in told(browser))
    assert count(Case, Case.assignee_id == ada.id) == 1


def test_a_press_that_was_refused_may_come_again(desk, make_case, count, press):
    form = Form(desk("root"), "/desks", "/desks", slug="health", name="")
    assert {one.status_code for one in press(form)} == {422}
    assert count(Press) == 0
    form.fields["name"] = "Health"
    led_to(press(form))


def test_a_press_whose_process_died_is_answered_by_the_next(desk, make_case, review, monkeypatch, count, ada, press):
    make_case("One.")
    form = Form(desk("ada"), "/", "/next")
    monkeypatch.setattr(pressing.Presses, "end", lambda self, response: response)
    app = form.browser.application
    app.after_request_funcs[None] = [one for one in app.after_request_funcs[None] if one.__name__ != "end"]
    first = form.press()
    assert first.status_code == 302
    with review.transaction() as session:
        session.execute(update(Press).values(pressed_at=now() - pressing.LONGEST - timedelta(seconds=1)))
    assert form.press().status_code == 302


def test_many_that_wait_for_the_first_press_keep_nobody_from_writing(desk, make_case, review, monkeypatch, press):
    make_case("One.")
    form = Form(desk("ada"), "/", "/next")
    app = form.browser.application
    asked, first = listen(review.database), [None]

    def take(*args, **kwargs):
        while sum("FROM presses" in sql for sql, _ in asked) < 30:
            time.sleep(0.01)
        first[0] = sum(sql.startswith("INSERT INTO presses") for sql, _ in asked)
        return app_next(*args, **kwargs)

    app_next = app.view_functions["pages.take_next"]
    monkeypatch.setitem(app.view_functions, "pages.take_next", take)
    led_to(form.press_at_once(4))
    assert first[0] <= 4


def test_another_session_s_press_is_another(desk, make_case, count, press):
    make_case("One.")
    make_case("Two.")
    ada, ben = desk("ada"), desk("ben")
    form = Form(ada, "/", "/next")
    taken = led_to(press(form))
    assert form.press(ben).location != taken
    assert count(Case, Case.assignee_id.is_not(None)) == 2


def test_a_password_link_that_is_shown_works(desk, client, people, press):
    root = desk("root")
    path = f"/people/{people['ben'].id}/password-link"
    answers = press(Form(root, "/people", path))
    assert {one.status_code for one in answers} == {200}
    [link] = {re.search(r"/password/[0-9a-zA-Z]{72}", one.text)[0] for one in answers}
    assert client.get(link).status_code == 200


def test_whoever_is_in_or_out_already_is_led_on_though_the_form_was_of_before(app, people, press):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    entering = Form(client, "/sign-in?next=/desks", "/sign-in", email="ada@desk.example", password=PASSWORD)
    assert led_to(press(entering)) == "/desks"
    assert led_to([entering.press(), entering.press()]) == "/desks"
    leaving = Form(client, "/", "/sign-out")
    assert led_to(press(leaving)) == "/sign-in"
    assert led_to([leaving.press(), leaving.press()]) == "/sign-in"
