"""A button that is pressed twice: by a double click, a proxy that tries again, or somebody who goes back."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import lxml.html
from werkzeug.datastructures import MultiDict


class Form:
    """A form of a page, or of an answer that shows one, filled in. Each press sends the same fields, as they were when it was
    shown."""

    def __init__(self, browser, page, action, **typed):
        self.browser, self.action = browser, action
        shown = browser.get(page) if isinstance(page, str) else page
        assert shown.status_code == 200, (page, shown.status_code)
        form = next(one for one in lxml.html.fromstring(shown.text).forms if (one.get("action") or page) == action)
        sent = MultiDict(form.form_values())
        self.fields = {name: sent.getlist(name) for name in sent} | typed
        assert self.fields["press"], "the form has no number"

    def press(self, browser=None):
        """Press the button once. A field's value may be the bytes of a file."""
        sent = {name: (BytesIO(one), "a.csv") if isinstance(one, bytes) else one for name, one in self.fields.items()}
        return (browser or self.browser).post(self.action, data=sent)

    def press_at_once(self, times=3):
        """Press it several times in the same browser, before the first answer is there."""
        app = self.browser.application
        cookie = self.browser.get_cookie(app.config["SESSION_COOKIE_NAME"]).value

        def press(_):
            mine = app.test_client()
            mine.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
            return self.press(mine)

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(press, range(times)))


def one_after_another(form):
    """Three presses, each after the answer to the one before."""
    return [form.press() for _ in range(3)]


def at_once(form):
    """Three presses at the same time."""
    return form.press_at_once()


WAYS = (one_after_another, at_once)
