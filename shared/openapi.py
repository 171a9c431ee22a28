"""The OpenAPI 3.1 document of a service, made from what its views declare, and a page to read it.

Views are plain Flask views. `@operation` says what they take and give as pydantic models; the address, the
method and the path's parameters come from Flask's own routing, so that the document can't name an address that
isn't there. Served at `/openapi.json`; `/docs` is the same as a page, without script and without a CDN.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

F = TypeVar("F", bound=Callable[..., Any])
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
    412: "Somebody else changed it first",
    413: "Too large",
    415: "Not JSON",
    422: "The input does not hold; `errors` names the fields",
    428: "Say by If-Match which version you saw",
    429: "Too many requests",
    503: "Not now; see Retry-After",
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


@dataclass(frozen=True)
class Operation:
    """What a view takes and gives. `answers` maps a status to the model of its body, None for no body."""

    answers: dict[int, type[BaseModel] | None]
    body: type[BaseModel] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    secured: bool = True


def operation(
    answers: dict[int, type[BaseModel] | None],
    *,
    body: type[BaseModel] | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    problems: tuple[int, ...] = (),
    secured: bool = True,
) -> Callable[[F], F]:
    """Declare a view for the document. The docstring's first line is its summary, the rest its description.

    `query` and `headers` map a parameter's name to what it means. Every operation may answer 400; those with a
    body 413, 415 and 422; those that are `secured` 401.
    """

    def declare(view: F) -> F:
        view.operation = Operation(answers, body, query or {}, headers or {}, problems, secured)  # type: ignore[attr-defined]
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

    app.register_blueprint(bp)


def describe(app: Flask, title: str, description: str, version: str) -> dict[str, Any]:
    """The document of all of an app's declared views."""
    declared = [
        (rule, method.lower(), view.operation, inspect.getdoc(view) or "")
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "operation")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    inputs = {op.body for _, _, op, _ in declared if op.body}
    outputs = {model for _, _, op, _ in declared for model in op.answers.values() if model}
    _, schemas = models_json_schema(
        [(model, "validation") for model in inputs] + [(model, "serialization") for model in (*outputs, ProblemOut)],
        ref_template=REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, op, words in declared:
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[method] = _describe_operation(rule, op, words, method)
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


def _describe_operation(rule: Any, op: Operation, words: str, method: str) -> dict[str, Any]:
    summary, _, rest = words.partition("\n")
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(rule, name)}
        for name in sorted(rule.arguments)
    ]
    parameters += [
        {"name": n, "in": "query", "description": d, "schema": {"type": "string"}} for n, d in op.query.items()
    ]
    parameters += [
        {"name": n, "in": "header", "description": d, "schema": {"type": "string"}} for n, d in op.headers.items()
    ]
    found: dict[str, Any] = {
        "operationId": f"{rule.endpoint.replace('.', '_')}",
        "summary": summary,
        "description": rest.strip(),
        "parameters": parameters,
        "responses": {str(status): _answer(status, model) for status, model in op.answers.items()},
    }
    problems = {400, *op.problems} | ({413, 415, 422} if op.body else set()) | ({401} if op.secured else set())
    for status in sorted(problems):
        found["responses"][str(status)] = {
            "description": WORDS[status],
            "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="ProblemOut")}}},
        }
    if op.body:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model=op.body.__name__)}}},
        }
    if op.secured:
        found["security"] = [{"bearer": []}]
    return found


def _path_schema(rule: Any, name: str) -> dict[str, str]:
    converter = type(rule._converters[name]).__name__
    return {"type": "string", "format": "uuid"} if converter == "UUIDConverter" else {"type": "string"}


def _answer(status: int, model: type[BaseModel] | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": WORDS[status]}
    if model:
        answer["content"] = {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
    return answer
