"""Lists that come in pages: asked for as they are read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from factdesk.errors import UnexpectedAnswer

T = TypeVar("T", covariant=True)


class Pages(Generic[T]):
    """Goes through a list page by page. `cursor` is where the page being read ends: given again, the list goes on there."""

    def __init__(
        self, ask: Callable[[str | None], Any], make: Callable[[Mapping[str, Any], str | None], T], cursor: str | None
    ) -> None:
        self.cursor = cursor
        self._ask = ask
        self._items = self._all(make)

    def __iter__(self) -> Iterator[T]:
        return self._items

    def __next__(self) -> T:
        return next(self._items)

    def _all(self, make: Callable[[Mapping[str, Any], str | None], T]) -> Iterator[T]:
        while True:
            before = self.cursor
            found = self._ask(before)
            data = found.get("data") if isinstance(found, dict) else None
            if not isinstance(data, list):
                raise UnexpectedAnswer("The answer should be a page with `data`, but is not.")
            following = found.get("next_cursor")
            self.cursor = following or before
            yield from (make(one, before) for one in data)
            if not following or following == before or not found.get("more", data):
                return
