"""What publish asks its database takes no longer, however much readers were given to read."""

from asked import listen, read_whole
from databases import ON_ONE


@ON_ONE
def test_nothing_that_grows_is_read_whole_where_a_verdict_is_published_and_told(
    service, receive, make_verdict, reader, database_kind
):
    first = make_verdict()
    receive(first)
    asked = listen(service.database)
    receive(make_verdict(), make_verdict(first.claim_id, revision=2))
    assert reader.get("/v1/changes").json["data"]
    assert asked
    assert read_whole(service.database, asked) == set()
