"""`python -m services.publish`: this service's commands."""

from shared.process import loading

with loading():
    from flask import Flask

    from services.publish.cli import cli, export_command
    from services.publish.settings import Settings


def _make_app(settings: Settings) -> Flask:
    from services.publish.app import create_app  # only for who asks for it: workers have no use for the web side

    return create_app(settings)


cli.add_command(export_command(_make_app))
cli()
