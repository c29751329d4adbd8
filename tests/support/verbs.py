"""Every verb of the command, as a test walks through them."""

from collections.abc import Iterator

import click


def verbs(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command below a group as its words and itself, groups before what is in them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        yield (*before, name), one
        if isinstance(one, click.Group):
            yield from verbs(one, (*before, name))
