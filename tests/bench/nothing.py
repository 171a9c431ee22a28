"""A Flask app that reads a claim and stores nothing, or says hello: what the web server and the framework cost by themselves."""

from flask import Flask, request


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/v1/claims")
    def take():
        return {"text": request.get_json()["text"]}, 201

    @app.get("/hello")
    def hello():
        return "hello"

    @app.get("/healthz")
    def healthz():
        return "ok"

    return app
