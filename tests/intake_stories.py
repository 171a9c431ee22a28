"""One story, written for the tests, in every format that intake reads; and what review is told of stories."""

from sqlmodel import select

from services.intake.models import Outbox
from services.intake.service import service as intake
from shared.contracts import StoryReceived

PARAGRAPHS = (
    "ELLERY, March 30 (Courier) - The bridge was closed on four days in March, Mayor Jo Doe told the Courier.",
    "The Courier could not immediately verify the figure. The Harbour Office did not respond to a request for comment.",
    "Ice had closed it on 12 days in the year before, more than in any year since 1990.",
)
HEADLINE = "Bridge shut again"
BODY = "\n\n".join(PARAGRAPHS)
XHTML = "".join(f"<h:p>{one}</h:p>" for one in PARAGRAPHS)
MARKED = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)

PLAIN = {
    "uri": "urn:courier:bridge", "headline": HEADLINE, "body": BODY, "publisher": "Ellery Courier", "language": "en",
}  # fmt: skip

NINJS = {
    "1.6": {
        "uri": "urn:courier:bridge:1", "type": "text", "version": "2", "versioncreated": "2026-03-30T10:00:00Z",
        "pubstatus": "usable", "language": "en", "headline_main": HEADLINE, "body_main": BODY, "body_richtext": MARKED,
        "infosource": [{"name": "Ellery Courier"}], "urgency": 3,
    },
    "2.2": {
        "uri": "urn:courier:bridge:2", "type": "text", "version": "2", "versioncreated": "2026-03-30T10:00:00Z",
        "pubstatus": "usable", "language": "en", "headlines": [{"role": "main", "value": HEADLINE}],
        "bodies": [{"role": "main", "contenttype": "text/html", "value": MARKED}],
        "infosources": [{"name": "Ellery Courier"}],
    },
    "3.1": {
        "uri": "urn:courier:bridge:3", "type": "text", "version": "2", "versionCreated": "2026-03-30T10:00:00Z",
        "pubStatus": "usable", "language": "en", "headlines": [{"role": "main", "value": HEADLINE}],
        "bodies": [
            {"role": "main", "contentType": "text/html", "value": MARKED},
            {"role": "caption", "contentType": "text/plain", "value": "The bridge from the harbour. " * 40},
        ],
        "infoSources": [{"name": "Ellery Courier"}],
    },
}  # fmt: skip

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/" xmlns:h="http://www.w3.org/1999/xhtml">
<header><sent>2026-03-30T10:01:00Z</sent><sender>courier.example</sender></header><itemSet>
<newsItem guid="{uri}" version="{version}" standard="NewsML-G2" standardversion="2.35" conformance="power" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider><name>Ellery Courier</name></provider>
<versionCreated>2026-03-30T10:00:00Z</versionCreated><pubStatus qcode="{status}"/></itemMeta>
<contentMeta><urgency>3</urgency><headline>{headline}</headline><dateline>Ellery, March 30</dateline></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><h:html><h:head><h:title>{headline}</h:title></h:head>
<h:body>{body}</h:body></h:html></inlineXML></contentSet></newsItem>
</itemSet></newsMessage>"""


def g2(
    uri="urn:newsml:courier.example:20260330:bridge", version="2", status="stat:usable", headline=HEADLINE,
    body=XHTML,
):  # fmt: skip
    """A NewsML-G2 message with one story."""
    return MESSAGE.format(uri=uri, version=version, status=status, headline=headline, body=body).encode()


G2 = g2()

NAR = 'xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:courier.example:20260330:{}" version="1" xml:lang="en"'


def item_of(kind, inside, meta="", name="it"):
    """A NewsML-G2 item that is no text: of this class (`picture`), or of this element (`planningItem`)."""
    element = kind if kind.endswith("Item") else "newsItem"
    head = f'<itemMeta><itemClass qcode="ninat:{kind}"/><provider uri="http://www.courier.example/about"/>{meta}</itemMeta>'
    return f"<{element} {NAR.format(name)}>{head}{inside}</{element}>".encode()


PICTURE = item_of(
    "picture",
    f"""<contentMeta><subject qcode="cv:0400"/><subject><mainConcept><name>bridges</name></mainConcept></subject>
    <headline>{HEADLINE}</headline><description role="drol:caption">Ice on the bridge.<br/>It was closed on four days.</description>
    </contentMeta><contentSet><remoteContent href="./bridge.jpg"/></contentSet>""",
    '<link rel="irel:seeAlso" href="https://courier.example/another"/>',
)
PACKAGE = item_of(
    "packageItem",
    """<contentMeta><headline>This hour</headline></contentMeta><groupSet><group>
    <itemRef><title>Bridge shut</title><description>It was closed on four days.</description></itemRef>
    <itemRef><headline>Ferry sails</headline></itemRef></group></groupSet>""",
)
NITF = item_of(
    "text",
    """<contentSet><inlineXML><nitf><body><body.head><hedline><hl1>Bridge shut</hl1></hedline><byline>By Ada Byron</byline>
    <dateline>ELLERY</dateline></body.head><body.content><p>It was closed on four days.</p></body.content></body></nitf></inlineXML>
    </contentSet>""",
)

PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge shut again | Courier</title>
<link rel="canonical" href="https://courier.example/bridge">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite"}}, {{"@type": "NewsArticle",
"headline": "{HEADLINE}", "datePublished": "2026-03-30T10:00:00Z",
"publisher": {{"@type": "Organization", "name": "Ellery Courier"}},
"url": "https://courier.example/bridge"}}]}}</script></head>
<body><nav>Home News Sport</nav><article><h1>{HEADLINE}</h1>{MARKED}</article><footer>All rights reserved</footer></body></html>
""".encode()


def told():
    """What review was told of stories, in order."""
    with intake.reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.topic == StoryReceived.topic).order_by(Outbox.id)).all()
        return [StoryReceived.model_validate_json(row.payload) for row in rows]
