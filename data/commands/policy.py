"""The policy: policy check, show, use."""

from pathlib import Path

import click

from data import policy as policies
from data.cli import Context, pass_context
from data.errors import PolicyError
from data.services import actors
from data.services.anchoring import anchor_head
from data.services.policy import put_in_force
from data.store import findings

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def policy() -> None:
    """Check the council's policy and put it in force."""


@policy.command()
@FILE
@pass_context
def check(context: Context, file: Path) -> None:
    """Check a policy file; every mistake is shown with its line."""
    found = policies.load(_text(file), file.name)
    document = {"version": found.version, "clauses": [c.id for c in found.clauses], "sha256": found.sha256}
    context.emit(document, f"{file.name}: policy {found.version} with {len(found.clauses)} clauses holds together.")


@policy.command()
@pass_context
def show(context: Context) -> None:
    """Print the policy in force, as TOML."""
    with context.store.read() as tx:
        row = findings.current_policy(tx)
    content = row.content if row else policies.default().content
    context.emit({"version": row.name if row else policies.default().version, "content": content}, content.rstrip("\n"))


@policy.command()
@FILE
@pass_context
def use(context: Context, file: Path) -> None:
    """Put a policy in force from now on. What people have decided stays decided."""
    in_force = put_in_force(context.store, actors.shell(), _text(file), file.name)
    anchor_head(context.store, context.settings)
    context.emit({"version": in_force.policy.version}, f"Policy {in_force.policy.version} is in force.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file}: it is not UTF-8 text.") from error


COMMANDS = (policy,)
