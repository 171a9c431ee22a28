"""Somebody who has left is erased, piece by piece, while others work; see `workflow.erasure`."""

from collections.abc import Callable

from services.review.service import reading, transaction
from services.review.workflow import erasure
from services.review.workflow.erasure import begin_erasure, end_erasure, find_rows, rewrite_rows, tables_to_erase_from


def erase(email: str, told: Callable[[str, int], None]) -> str:
    """Take out what tells who somebody was, and return their name from now on. After each table `told` gets its name, and how many
    of its rows may have named them. What broke off goes on when it is called again. Raises NotFound or NotAllowed."""
    with transaction() as session:
        begun = begin_erasure(session, email)
    for name in tables_to_erase_from():
        after, count, is_more = None, 0, True
        while is_more:
            with reading() as session:
                keys, after = find_rows(session, begun, name, after)
            for start in range(0, len(keys), erasure.AT_ONCE):
                with transaction() as session:
                    rewrite_rows(session, begun, name, keys[start : start + erasure.AT_ONCE])
            count, is_more = count + len(keys), after is not None
        told(name, count)
    with transaction() as session:
        return end_erasure(session, begun).name
