"""What a desk rates claims with, as it calls and draws it."""

from collections.abc import Mapping
from typing import TypeVar

from shared.contracts.records import Snapshot
from shared.shapes import Colour, Shape

W = TypeVar("W")


def words_in(tag: str, words: Mapping[str, W]) -> W | None:
    """What is said in a language, or in what it is a kind of (`de` for `de-AT`), of words by tags in small letters."""
    small = tag.casefold()
    return words.get(small) or words.get(small.partition("-")[0])


class RatingWords(Snapshot):
    """What a step of a desk's scale is called in another language than the desk's own; the meaning as there, if it is None."""

    label: str
    meaning: str | None = None


class RatingLook(Snapshot):
    """What a step of a desk's scale is called and drawn as. How true it says that a claim is has no place in it. One of a desk's
    own has the shape and the colour that the desk gave it. `words` are its names in other languages, by their tags in small
    letters."""

    slug: str
    label: str
    meaning: str | None = None
    shape: Shape | None = None
    colour: Colour | None = None
    words: dict[str, RatingWords] = {}


class Rating(RatingLook):
    """One step of the desk's scale. `value`, `best` and `worst` are schema.org `ratingValue` and its bounds,
    a higher value is truer; all three are None for ratings that say nothing about truth (unproven, satire)."""

    value: int | None = None
    best: int | None = None
    worst: int | None = None

    @property
    def look(self) -> str | None:
        """Its own shape and colour in one word, as in `clock-teal`; None for a rating of the usual scale."""
        return f"{self.shape}-{self.colour}" if self.shape and self.colour else None

    def in_language(self, tag: str) -> "Rating":
        """The same in the words of a language; in the desk's own if it has none there."""
        own = words_in(tag, self.words)
        return self.model_copy(update={"label": own.label, "meaning": own.meaning or self.meaning}) if own else self

    def looking(self, look: RatingLook) -> "Rating":
        """The same under the names and with the mark that a desk gave it. How true it says that a claim is stays what it was."""
        return self.model_copy(update={name: getattr(look, name) for name in RatingLook.model_fields})
