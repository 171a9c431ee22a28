"""The commands of an index: how it is, and making it again with progress."""

from collections.abc import Callable, Iterator
from typing import Any

import click
from tqdm import tqdm

from shared.matching import indexing
from shared.matching.keeping import Keeper, Step
from shared.service import Service


def index_commands(
    service: Service[Any], keeper: Keeper, steps: Callable[[], Iterator[Step]], order: Callable[..., None]
) -> click.Group:
    """`matching status` and `matching rebuild`. `steps` fill an index that was emptied; `order` has vectors made by an errand."""

    @click.group("matching", help="The index of what may say the same.")
    def group() -> None:
        pass

    @group.command("status")
    def show_status() -> None:
        """How many texts are indexed, and how many wait for the models."""
        with service.reading() as session:
            texts, waiting = keeper.count(session)
        click.echo(f"{texts} texts, {waiting} wait for {keeper.tag or 'no model'}")

    @group.command("rebuild")
    @click.option("--vectors", is_flag=True, help="Make the vectors here and now, too; else an errand makes them.")
    def rebuild(vectors: bool) -> None:
        """Make the index again. What is indexed is found as it goes in."""
        with service.transaction() as session:
            indexing.empty(session, keeper.tables)
        for unit, total, done in steps():
            with tqdm(total=total, unit=f" {unit}") as bar:
                for count in done:
                    bar.update(count)
        if vectors:
            _make_vectors(service, keeper)
        else:
            with service.transaction() as session:
                order(session)

    return group


def _make_vectors(service: Service[Any], keeper: Keeper) -> None:
    with service.reading() as session:
        _, left = keeper.count(session)
    with tqdm(total=left, unit=" texts") as bar:
        while done := keeper.encode_some():
            bar.update(done)
