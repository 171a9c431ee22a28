"""What the desk asks of the database, whatever words it is asked with: pages and API ask by the same functions."""

import pytest

from services.review import queries
from services.review.queries import Wanted


@pytest.mark.parametrize("words", ["\x00", "a\x00b", "%", "_", "\\", "'; DROP TABLE cases; --", "\ufffe"])
def test_words_are_looked_for_as_they_are_and_harm_nothing(review, make_case, people, words):
    make_case("The bridge was closed on four days.", tags=("harbour",))
    with review.reading() as session:
        assert queries.list_queue(session, Wanted(q=words), 10).rows == []
        assert queries.list_queue(session, Wanted(tag=words), 10).rows == []
        assert queries.count_queues(session, [Wanted(q=words)]) == [0]
        assert queries.find_person(session, words) is None
        assert len(queries.list_queue(session, Wanted(q="BRIDGE was"), 10).rows) == 1


@pytest.mark.parametrize("query", ["q=%00", "tag=%00", "view=%00", "q=%ED%A0%80", "cursor=%00"])
def test_the_page_of_the_queue_answers_whatever_its_address_says(client, people, make_case, query):
    client.post("/sign-in", data={"email": "ada@desk.example", "password": "correct horse battery"})
    assert client.get(f"/?{query}").status_code in (200, 400, 404)
