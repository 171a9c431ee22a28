"""What newsrooms ask of intake costs no more statements, however much they have there."""

import pytest
from asked import listen
from intake_stories import PLAIN

SOMEWHERE = "127.0.0.1:9"  # where nobody listens
API = (
    "/v1/claims", "/v1/claims?state=published", "/v1/changes", "/v1/stories", "/v1/feeds", "/v1/webhook-endpoints",
    "/v1/webhook-endpoints/{endpoint}/deliveries",
)  # fmt: skip
PAGES = ("", "/stories", "/keys", "/webhooks", "/webhooks/{endpoint}", "/feeds", "/uploads")


@pytest.fixture
def intake_settings():
    return {"private_hosts": (SOMEWHERE,)}


@pytest.fixture
def fill(newsroom, make_key, send_story, upload, arrive, moved, published):
    """`fill(2)`: two more of everything that a newsroom can have; returns the id of a webhook endpoint that has them delivered."""
    numbers, endpoints = iter(range(1_000)), []

    def post(path, **body):
        headers = {"Authorization": f"Bearer {newsroom.key}"}
        answer = newsroom.client.post(path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json

    def more(count):
        for number in [next(numbers) for _ in range(count)]:
            claim = newsroom.post({"text": f"The bridge was closed on {number} days."}).json
            arrive(moved(claim["id"], 2, "published"), published(claim["id"]))
            send_story(PLAIN | {"uri": f"urn:courier:{number}"})
            post("/v1/feeds", url=f"https://feed.example/{number}.xml")
            endpoints.append(post("/v1/webhook-endpoints", url=f"http://{SOMEWHERE}/{number}")["id"])
            post(f"/v1/webhook-endpoints/{endpoints[0]}/test")
            upload(f"text\nBus {number} was late.\n", name=f"{number}.csv")
            make_key()
        return endpoints[0]

    return more


def test_lists_take_as_many_statements_for_many_rows_as_for_few(service, newsroom, visitor, fill):
    asked = listen(service.database)

    def costs():
        doors = [(newsroom.get, path) for path in API] + [(visitor.open, f"/newsroom{path}") for path in PAGES]
        for _ in range(2):  # what is kept for a while is there the second time
            found = {}
            for ask, path in doors:
                asked.clear()
                assert ask(path.format(endpoint=endpoint)).status_code == 200, path
                found[path] = len(asked)
        return found

    endpoint = fill(2)
    few = costs()
    fill(8)
    assert costs() == few
