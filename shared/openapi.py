"""The OpenAPI 3.1 document of a service, made from what its views declare, and a page to read it.

Views are plain Flask views. `@operation` says what they take and give as pydantic models; the address, the
method and the path's parameters come from Flask's own routing, so that the document can't name an address that
isn't there. Served at `/openapi.json`; `/docs` is the same as a page, without script and without a CDN.
"""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

F = TypeVar("F", bound=Callable[..., Any])
JSON, PAGE = "application/json", "text/html"
REF = "#/components/schemas/{model}"
WORDS = {
    200: "Done",
    201: "Made",
    202: "Accepted",
    204: "Done; nothing to say",
    304: "Not changed",
    400: "The request can't be read",
    401: "No key or token, or not a valid one",
    403: "Not your right",
    404: "There is no such thing",
    409: "Not in its present state",
    410: "It was there once, and is no more",
    412: "Somebody else changed it first",
    413: "Too large",
    415: "Not JSON",
    422: "The input does not hold; `errors` names the fields",
    428: "Say by If-Match which version you saw",
    429: "Too many requests",
    501: "There is such a thing, and not here",
    503: "Not now; see Retry-After",
}


IF_NONE_MATCH = {"If-None-Match": "The ETag you have."}

ANSWER_HEADERS = {
    201: {"Location": "Where what was made is found, if it has an address of its own."},
    304: {"ETag": "The version you have."},
    401: {"WWW-Authenticate": "Bearer (RFC 6750)."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}


class FieldError(BaseModel):
    """One field that does not hold."""

    pointer: str = Field(description="A JSON pointer into the body, as a fragment: `#/claimant/name`.")
    detail: str


class ProblemOut(BaseModel):
    """An error, as RFC 9457 describes it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None = Field(default=None, description="Tell us this when you ask about it.")
    errors: list[FieldError] = []


class Parameter(NamedTuple):
    """A parameter in the query or the headers: what it means, its JSON schema, and whether nothing is answered without it."""

    description: str
    schema: dict[str, Any]
    is_required: bool = False


Parameters = Mapping[str, str | Parameter]
Answers = Mapping[int, type[BaseModel] | Mapping[str, Any] | None]
Refs = Mapping[Any, dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """What a view takes and gives. `answers` maps a status to the model of its body or to its schema, None for no body; `bodies`
    maps a media type that is taken to the model of what is in it, or to its schema; `gives` are the media types of the answers,
    the first of them for whoever does not say what they take."""

    answers: Answers
    bodies: Mapping[str, Any] = field(default_factory=dict)
    gives: tuple[str, ...] = (JSON,)
    query: Parameters = field(default_factory=dict)
    headers: Parameters = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    secured: bool = True
    any_query: bool = False
    problem: type[BaseModel] | None = None


def operation(
    answers: Answers,
    *,
    body: type[BaseModel] | None = None,
    bodies: Mapping[str, Any] | None = None,
    gives: str | tuple[str, ...] = JSON,
    query: Parameters | None = None,
    headers: Parameters | None = None,
    problems: tuple[int, ...] = (),
    secured: bool = True,
    any_query: bool = False,
    problem: type[BaseModel] | None = None,
) -> Callable[[F], F]:
    """Declare a view for the document. The docstring's first line is its summary, the rest its description.

    `query` and `headers` map a parameter's name to what it means, or to a `Parameter` if not any text will do. Every
    operation may answer 400; those with a body 413, 415 and 422; those that are `secured` 401. A `body` is JSON; `bodies` names
    other media types, too, `gives` what the answers are. `any_query` is for addresses that others call with parameters of
    their own; see `shared.parameters.refuse_unknown`. Errors are problems, unless they have a shape of their own: `problem`.
    """
    takes = {JSON: body} if body else bodies or {}
    kinds = (gives,) if isinstance(gives, str) else gives

    def declare(view: F) -> F:
        view.operation = Operation(  # type: ignore[attr-defined]
            answers, takes, kinds, query or {}, headers or {}, problems, secured, any_query, problem
        )
        return view

    return declare


def add_openapi(app: Flask, title: str, description: str, version: str) -> None:
    """Serve `/openapi.json` and `/docs`. The page extends the service's template `base.html` (blocks title, content)."""
    bp = Blueprint("openapi", __name__, template_folder="templates")
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(describe(current_app, title, description, version))
        return made

    @bp.get("/openapi.json")
    def show_document() -> ResponseReturnValue:
        return jsonify(document())

    @bp.get("/docs")
    def show_docs() -> ResponseReturnValue:
        return Response(render_template("docs.html", document=document()), content_type="text/html; charset=utf-8")

    bp.add_app_template_filter(_readable, "readable")
    bp.add_app_template_filter(_as_json, "as_json")
    app.register_blueprint(bp)


def describe(app: Flask, title: str, description: str, version: str) -> dict[str, Any]:
    """The document of all of an app's declared views."""
    declared = [
        (rule, method.lower(), view.operation, inspect.getdoc(view) or "")
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "operation")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    inputs = {body for _, _, op, _ in declared for body in op.bodies.values() if not isinstance(body, dict)}
    outputs = {
        model for _, _, op, _ in declared for model in (*op.answers.values(), op.problem) if isinstance(model, type)
    }
    # a model that is both taken and given may get two names, so that the references come from here alone
    refs, schemas = models_json_schema(
        [(model, "validation") for model in sorted(inputs, key=_name)]
        + [(model, "serialization") for model in (*sorted(outputs, key=_name), ProblemOut)],
        ref_template=REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, op, words in declared:
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method] = _describe_operation(rule, op, words, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "description": description,
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": app.config["SERVICE"].settings.public_base_url}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _readable(words: str) -> Markup:
    """A description as HTML: its paragraphs, and `code` between backticks."""
    parts = [escape(" ".join(part.split())) for part in re.split(r"\n\s*\n", words) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(_code(part)) for part in parts)


def _code(escaped: Markup) -> Markup:
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escaped)))  # noqa: S704


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _describe_operation(rule: Any, op: Operation, words: str, refs: Refs) -> dict[str, Any]:
    summary, _, rest = words.partition("\n")
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(rule, name)}
        for name in sorted(rule.arguments)
    ]
    for place, given in (("query", op.query), ("header", op.headers)):
        for name, means in given.items():
            told = means if isinstance(means, Parameter) else Parameter(means, {"type": "string"})
            about = {"name": name, "in": place, "description": told.description, "schema": told.schema}
            parameters.append(about | ({"required": True} if told.is_required else {}))
    found: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": summary,
        "description": rest.strip(),
        "parameters": parameters,
        "responses": {
            str(status): _answer(status, op.gives, refs[given, "serialization"] if isinstance(given, type) else given)
            for status, given in op.answers.items()
        },
    }
    problems = {400, *op.problems} | ({413, 415, 422} if op.bodies else set()) | ({401} if op.secured else set())
    for_people = (PAGE,) if PAGE in op.gives else ()
    kinds = (JSON,) if op.problem else (*for_people, "application/problem+json")
    for status in sorted(problems):
        found["responses"][str(status)] = _answer(status, kinds, refs[op.problem or ProblemOut, "serialization"])
    if op.bodies:
        found["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": _body_schema(body, refs)} for kind, body in op.bodies.items()},
        }
    if op.secured:
        found["security"] = [{"bearer": []}]
    return found


def _body_schema(body: Any, refs: Refs) -> dict[str, Any]:
    schema: dict[str, Any] = body if isinstance(body, dict) else refs[body, "validation"]
    return schema


def _path_schema(rule: Any, name: str) -> dict[str, str]:
    converter = type(rule._converters[name]).__name__
    return {"type": "string", "format": "uuid"} if converter == "UUIDConverter" else {"type": "string"}


def _answer(status: int, kinds: tuple[str, ...], schema: Mapping[str, Any] | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": WORDS[status]}
    if status in ANSWER_HEADERS:
        answer["headers"] = {
            name: {"description": means, "schema": {"type": "string"}} for name, means in ANSWER_HEADERS[status].items()
        }
    if schema:
        only = len(kinds) == 1
        answer["content"] = {
            kind: {"schema": schema if only or kind.endswith("json") else {"type": "string"}} for kind in kinds
        }
    return answer
