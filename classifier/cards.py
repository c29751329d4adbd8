"""The card of the model that scans use, for the screens: what it is, how it measures, where it is poor."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from classifier import storage
from classifier.adapt_commands import folder_of
from classifier.pipeline import SHIPPED
from data.cli import Context
from data.services import models

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]


def answering(context: Context) -> Answer:
    """Return what answers a request for the card, `{}`, of the model in use then."""
    return lambda _: card(_folder(context))


def card(folder: Path) -> dict[str, Any]:
    """Return a model's name, hash, prevalence, card and figures; raise `ModelError` when it is not there.

    One that learnt from reviews has its base's card, and in `adapted` what it learnt from and how it was measured.
    """
    manifest = storage.read_manifest(folder)
    told = folder if (folder / storage.CARD).exists() else SHIPPED
    figures = told / storage.FIGURES
    return {
        "hash": storage.digest(manifest),
        "name": str(manifest.get("name", "")),
        "prevalence": float(manifest["prevalence"]),
        "card": (told / storage.CARD).read_text(encoding="utf-8"),
        "figures": json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else {},
        "adapted": manifest.get("adapted"),
    }


def _folder(context: Context) -> Path:
    if context.settings.model:
        return Path(context.settings.model)
    usable = models.standing(context.store).usable
    return folder_of(context.settings, usable) if usable else SHIPPED
