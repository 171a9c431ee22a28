"""A command that has others under it: `factdesk match "…"` and, where a desk is installed, `factdesk match tune`."""

from typing import Any

import click


class WithOthers(click.Command):
    """What begins with the name of one of the others is for that one, all else its own; after `--` nothing is a name."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.others: dict[str, click.Command] = {}

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of this command or of another under it."""
        other = self.others.get(args[0]) if args else None
        if other is None:
            return super().make_context(info_name, args, parent, **extra)
        return other.make_context(f"{info_name} {other.name}", args[1:], parent, **extra)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The others, below the help."""
        super().format_epilog(ctx, formatter)
        if self.others:
            with formatter.section("Also"):
                formatter.write_dl(
                    [(f"{ctx.command_path} {name}", one.get_short_help_str(80)) for name, one in self.others.items()]
                )
