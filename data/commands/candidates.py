"""What is not on the register, from the shell: account candidates."""

import click

from data.cli import Context, pass_context
from data.services import actors
from data.services import candidates as service
from data.services.anchoring import anchor_head
from data.store.rows import AnyRow

WHY = {
    "name": "has one of the council’s words in its name",
    "linked": "is linked again and again by corporate accounts",
}
APPLY = "Apply for one with: postreeve account apply ID --platform … --handle … --url …"


@click.command()
@click.option("--search", is_flag=True, help="Look through the posts now; `watch` does so once a day.")
@click.option("--dismiss", type=int, metavar="NUMBER", help="Set this one aside for good; its name is not kept.")
@click.option("--reason", default="", help="Why it is not an account of the council.")
@click.option("--by", metavar="EMAIL", help="Who does it; the user of this shell when left out.")
@pass_context
def candidates(context: Context, search: bool, dismiss: int | None, reason: str, by: str | None) -> None:
    """List names in own posts that look like the council's and are not on the register; none is ever collected."""
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    if search:
        service.search(context.store, context.settings.council_names)
    if dismiss is not None:
        service.dismiss(context.store, actor, dismiss, reason)
    if search or dismiss is not None:
        anchor_head(context.store, context.settings)
    rows = service.listed(context.store, actor)
    text = "\n".join([*map(_line, rows), *([APPLY] if rows else [])])
    context.emit([_document(row) for row in rows], text or "No name that looks like the council's waits.")


def _document(row: AnyRow) -> dict[str, object]:
    shown = {"number": row.id, "platform": row.platform or None, "handle": row.handle, "url": service.address(row)}
    return shown | {"why": row.why, "posts": row.posts, "post": row.post_id, "account": row.account_id}


def _line(row: AnyRow) -> str:
    named = f"{row.platform or 'not said':<10} {row.handle:<32}"
    return f"{row.id:>4}  {named} {WHY[row.why]}; post {row.post_id} of {row.account_id}, {row.posts} in all"


COMMANDS = (candidates,)
