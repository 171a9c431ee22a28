"""The desk's Markdown can do nothing but be read."""

import re

import pytest

from shared.markdown import links_inside, to_html, to_text


def test_what_desks_write_is_shown():
    html = to_html("**Bold**, *soft*, `code`.\n\n- one\n- two\n\n> said\n\n[log](https://example.org/log)")
    assert "<strong>Bold</strong>" in html
    assert '<a href="https://example.org/log" rel="nofollow noopener">log</a>' in html
    assert '<p dir="auto">' in html


def test_what_leads_into_a_network_of_somebody_s_own_is_words_alone():
    for inside in ("http://10.0.0.3/x", "https://wiki/x", "http://[fd00::1]/", "http://2130706433/", "//10.0.0.3/x"):
        assert "href" not in to_html(f"[the *log*]({inside}) <{inside}>")
    assert to_html("[a](http://10.0.0.3/) [b](https://b.example/)").count("<a ") == 1
    written = "> [a](http://10.0.0.3/) [b](https://b.example/)\n\n[c] <http://wiki/> [c]\n\n[c]: //10.0.0.3/c"
    assert links_inside(written) == ["http://10.0.0.3/", "//10.0.0.3/c", "http://wiki/"]


def test_it_is_read_without_its_marks():
    written = "## The log\n\n*Two*\ndays, `a < b`.\n\n- one\n- [two](https://b.example/)\n\n7. seven\n\n> said\n\n"
    written += "<https://c.example/> [in](http://10.0.0.3/)"
    assert to_text(written).split("\n\n") == [
        "The log", "Two\ndays, a < b.", "• one", "• two (https://b.example/)", "7. seven", "said", "https://c.example/ in",
    ]  # fmt: skip
    assert to_text("") == ""


@pytest.mark.parametrize(
    "trick",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:alert)",
        "<javascript:alert(1)>",
        "![x](https://tracker.example/pixel.gif)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        "<!-- --><svg/onload=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_tricks_are_shown_as_text(trick):
    html = to_html(trick)
    for opening in re.findall(r"<[^>]*>", html):
        assert re.match(r"</?(a|blockquote|br|code|em|h[3-6]|hr|li|ol|p|pre|strong|ul)\b", opening), opening
        assert not re.search(r"\son\w+=[^\"]|(java|vb)script:|data:", opening.split('title="')[0], re.I), opening
    assert not re.search(r'href="(?!https?:|mailto:|/)', html)


def test_headings_stand_below_the_page_s_own_without_gaps():
    levels = re.findall(r"<h(\d)", to_html("# A\n\n### B\n\n### C\n\n###### D\n\n# E\n\n## F"))
    assert levels == ["3", "4", "4", "5", "3", "4"]
    assert re.findall(r"<h(\d)", to_html("## A\n\n## B")) == ["3", "3"]
