"""People: user add, list, role, disable, enable."""

import sys

import click

from data.cli import Context, pass_context
from data.model import Role
from data.services import actors, identity, people
from data.services.anchoring import anchor_head

ROLE = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Keep the people who work with the register, and their roles."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Name as shown.")
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="A role; may be repeated.")
@click.option("--password/--no-password", default=False, help="Ask for a password, for signing in to the dashboard.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_context
def add(
    context: Context, /, email: str, name: str, roles: tuple[str, ...], password: bool, password_stdin: bool
) -> None:
    """Add a person, or change the roles and the password of one who is there."""
    secret = None
    if password_stdin:
        secret = sys.stdin.readline().rstrip("\n")
    elif password:
        secret = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    found = people.add(context.store, actors.shell(), email, name, map(Role, roles), secret)
    anchor_head(context.store, context.settings)
    context.emit(
        {"email": found.email, "roles": sorted(found.roles)}, f"{found.email} is {', '.join(sorted(found.roles))}."
    )


@user.command(name="list")
@pass_context
def list_(context: Context) -> None:
    """List everyone with their roles."""
    everyone = people.everyone(context.store)
    documents = [{"email": p.email, "name": p.name, "roles": sorted(p.roles), "active": p.active} for p in everyone]
    lines = [f"{p.email:<40} {', '.join(sorted(p.roles)) or '-'}{'' if p.active else ' (disabled)'}" for p in everyone]
    context.emit(documents, "\n".join(lines) or "Nobody is known yet.")


@user.command()
@click.argument("email")
@click.argument("roles", nargs=-1, type=ROLE)
@pass_context
def role(context: Context, email: str, roles: tuple[str, ...]) -> None:
    """Give a person exactly these roles; none takes all away."""
    found = people.set_roles(context.store, actors.shell(), email, [Role(r) for r in roles])
    anchor_head(context.store, context.settings)
    context.emit(
        {"email": found.email, "roles": sorted(found.roles)},
        f"{found.email}: {', '.join(sorted(found.roles)) or 'no role'}.",
    )


@user.command()
@click.argument("email")
@pass_context
def disable(context: Context, email: str) -> None:
    """Let a person no longer sign in; what they did stays on record."""
    people.set_active(context.store, actors.shell(), email, False)
    anchor_head(context.store, context.settings)
    context.emit({"email": email, "active": False}, f"{email} can no longer sign in.")


@user.command()
@click.argument("email")
@pass_context
def enable(context: Context, email: str) -> None:
    """Let a disabled person sign in again."""
    people.set_active(context.store, actors.shell(), email, True)
    anchor_head(context.store, context.settings)
    context.emit({"email": email, "active": True}, f"{email} can sign in again.")


@user.command()
@click.argument("email")
@pass_context
def unlink(context: Context, email: str) -> None:
    """Forget who a person is to the service that signs people in; the next one with that address is linked anew."""
    links = identity.unlink(context.store, actors.ref(actors.shell()), email)
    anchor_head(context.store, context.settings)
    context.emit({"email": email, "links": links}, f"{email} is linked anew at their next sign-in.")


COMMANDS = (user,)
