"""What the acts on a case take."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AliasChoices, Field, field_validator, model_validator

from shared.contracts import EXPLAINER, CloseReason, Confidence, EvidenceStance
from shared.fields import In, Language, Line, LongText, Moment, PublicUrl, ShortLine, Text, Url
from shared.hostnames import is_same_page

EvidenceKind = Literal["document", "data", "on_the_record", "unnamed", "expert", "media"]


Headline = Annotated[Line, Field(max_length=200)]


class AssignIn(In):
    """Hand a case to somebody, by e-mail address."""

    to: Line
    note: Text


class NoteIn(In):
    """A reviewer's note, or a reply to one."""

    text: Text
    reply_to: UUID | None = None


class StrikeIn(In):
    """Strike out a note, evidence, a statement, a request for comment or a question; it stays readable with the reason."""

    note_id: UUID | None = None
    evidence_id: UUID | None = None
    statement_id: UUID | None = None
    request_id: UUID | None = None
    question_id: UUID | None = None
    reason: Text

    @property
    def named(self) -> dict[str, UUID]:
        """What is to be struck out, by the name of its field."""
        return self.model_dump(exclude={"reason"}, exclude_none=True)

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if len(self.named) != 1:
            raise ValueError("has to name one thing: a note_id, evidence_id, statement_id, request_id or question_id")
        return self


class SettleIn(In):
    """What came of looking at a source that has changed, or at a verdict whose time has come."""

    alarm_id: UUID
    note: Text


class EvidenceIn(In):
    """A source that was consulted. What is not public needs a reason that readers may see.

    `position` is where in it the quote stands: page 4, at 12:31. `interests` is what the source has at stake, for readers to know.
    `file_id` is that of a file that was brought to this case; `archive_url` where a public archive shows a copy of the page.
    """

    kind: EvidenceKind
    title: Line
    url: Url | None = None
    publisher: Line | None = None
    stance: EvidenceStance
    quote: Text | None = None
    position: ShortLine | None = None
    interests: Line | None = None
    file_id: UUID | None = None
    archive_url: PublicUrl | None = None
    public: bool = True
    withheld_reason: Text | None = None

    @model_validator(mode="after")
    def _withheld_with_reason(self) -> Self:
        if not self.public and not self.withheld_reason:
            raise ValueError("withheld_reason: has to tell readers why they don't see it")
        if self.public and self.withheld_reason:
            raise ValueError(
                "withheld_reason: says why readers don't see it, but they would; choose that they don't, or no reason"
            )
        if self.archive_url and self.url and is_same_page(self.archive_url, self.url):
            raise ValueError("archive_url: has to be the address of a copy, not of the page itself")
        return self


class ArchiveIn(In):
    """Where a public archive shows a copy of a piece of evidence; without `archive_url`, that it shows none any more."""

    evidence_id: UUID
    archive_url: PublicUrl | None = None


class CheckIn(In):
    """A verdict. `waiver` says why there are fewer than two pieces of evidence, if there are; `interests` what ties the checker
    has to anybody whom the claim is about, for readers to know. It says what was known `as_of` a time, and can be relied on
    until `valid_until`; `confidence` says how sure the desk is of it, and `rests_on` what that rests on. The desk looks at it
    again at `recheck_at`, or when what `recheck_when` names happens.

    `rating` is one of the desk's, or `explainer` for what gives context and judges nothing. `language` is the one that it is
    written in, if that is not the site's own; `translation_of` what it says in that language: the other case's id, or the
    address at which readers read it."""

    rating: ShortLine
    headline: Headline
    summary: Annotated[Text, Field(max_length=500)]
    text: LongText
    unknown: Text | None = None
    confidence: Confidence | None = None
    rests_on: Text | None = None
    waiver: Text | None = None
    interests: Text | None = None
    as_of: Moment | None = None
    valid_until: Moment | None = None
    recheck_at: Moment | None = None
    recheck_when: Annotated[Text, Field(max_length=500)] | None = None
    language: Language | None = None
    translation_of: Line | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.as_of and self.valid_until and self.valid_until <= self.as_of:
            raise ValueError("valid_until: has to be later than the moment as of which it holds")
        if self.translation_of and not self.language:
            raise ValueError("language: has to be said of what is a translation")
        return self

    @model_validator(mode="after")
    def _says_what_it_rests_on(self) -> Self:
        if self.confidence and not self.rests_on:
            raise ValueError("rests_on: has to say what that rests on: nobody can check a bare word")
        if self.rests_on and not self.confidence:
            raise ValueError("confidence: has to be said, where something is said of what it rests on")
        if self.confidence and self.rating == EXPLAINER:
            raise ValueError("confidence: is of a verdict; what explains judges nothing")
        return self


class SecondIn(In):
    """A second checker's own rating of a claim that was checked; `note` says why if it is another than the verdict's."""

    rating: ShortLine
    note: Text | None = None


class ReturnIn(In):
    """Send a checked claim back to its checker."""

    note: Text


class MergeIn(In):
    """The case that says the same, and why. `found_by` is what suggested it, such as a search or a program, with its score."""

    into: UUID
    reason: Annotated[Text, Field(validation_alias=AliasChoices("reason", "note"))]
    found_by: Line | None = None


class CloseIn(In):
    """End the work without a verdict. The submitter sees the reason, not the note."""

    reason: CloseReason
    note: Text

    @field_validator("reason")
    @classmethod
    def _is_a_persons(cls, value: CloseReason) -> CloseReason:
        if value == "submitter_blocked":
            raise ValueError("is said by intake alone, when a sender is blocked there")
        return value


class ReopenIn(In):
    """Take up a closed case again, or start the next revision of a published verdict.

    For a published one `kind` says what it will be, and readers see `note` as the reason for the change. With `take` whoever
    reopens it works on it, as by the act of this name; without, it is nobody's.
    """

    kind: Literal["correction", "clarification", "update", "retraction"] | None = None
    note: Text
    take: bool = False
