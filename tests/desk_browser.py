"""What somebody at the desk does in a browser."""

STATEMENTS = (
    {
        "id": "a", "stance": "asserts", "quote": "closed on four days",
        "via": [{"name": "Reuters", "relation": "cites"}, {"name": "Courier", "relation": "reports"}],
        "unnamed": {"count": 8, "described_as": "people familiar with the talks", "basis": "They were there."},
    },
    {"id": "b", "stance": "denies", "speaker": {"name": "Anna Kelly", "title": "spokeswoman"}, "quote": "totally false"},
)  # fmt: skip


def act(page, button):
    """Press a button and wait until its answer is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def press(page, *keys):
    """Keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def goes_on(page, key):
    """Press a key that leads to another page, and wait until it is there."""
    with page.expect_navigation():
        page.keyboard.press(key)


def add_evidence(page, title, withheld=None):
    page.keyboard.press("e")
    form = page.get_by_role("form", name="Add evidence")
    form.get_by_label("What it does to the claim", exact=True).select_option("refutes")
    form.get_by_label("Title").fill(title)
    if withheld:
        form.get_by_label("don't see it").check()
        form.get_by_label("Why it is withheld").fill(withheld)
    act(page, "Add evidence")


def give_verdict(page, headline="It was one day"):
    form = page.get_by_role("form", name="Give a verdict")
    form.get_by_label("Mostly false").check()
    form.get_by_label("Headline").fill(headline)
    form.get_by_label("Summary").fill("The log shows one.")
    form.get_by_label("What we found").fill("The **log** shows one.")
    act(page, "Check: hand it to a second pair of eyes")
