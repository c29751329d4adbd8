"""The verb bundle: the evidence of one alert as a zip."""

import zipfile
from pathlib import Path

import click

from data import anchor
from data.cli import Context, pass_context
from data.commands.rights import acting
from data.errors import UseError
from data.services import bundle as service
from data.services import exporting
from data.services.anchoring import anchor_head
from data.services.exporting import Scope


@click.command()
@click.argument("number", type=int, metavar="ALERT")
@click.option("-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--redact", multiple=True, metavar="WORDS", help="Black these words out; may be repeated.")
@click.option("--by", required=True, metavar="EMAIL", help="Who makes it: someone who reviews.")
@pass_context
def bundle(context: Context, number: int, file: Path, redact: tuple[str, ...], by: str) -> None:
    """Write the evidence of one alert as a zip that verifies on its own (python3 verify.py in it)."""
    if not file.parent.is_dir():
        raise UseError(f"There is no folder {file.parent}. Make it first, then make the bundle.")
    store, settings, actor = context.store, context.settings, acting(context, by)
    made = service.make(store, actor, number, anchor.place(store, settings.anchor), redact)
    file.touch(mode=0o600)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(made.files.items()):
            packed.writestr(name, content)
    scope = Scope(words=True, accounts=(made.account_id,), posts=(made.post_id,))
    exporting.note_file(store, actor, "bundle", scope, len(made.files), file)
    anchor_head(store, settings)
    withheld = f" Not in it: evidence {', '.join(map(str, made.withheld))}." if made.withheld else ""
    text = f"Wrote the bundle of alert {number} to {file}: {len(made.files)} files.{withheld}"
    context.emit({"alert": number, "file": str(file), "withheld": list(made.withheld)}, text)


COMMANDS = (bundle,)
