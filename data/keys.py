"""Keys that people choose for steps of the review: none unless they say so (WCAG 2.2, success criterion 2.1.4)."""

from collections.abc import Mapping
from enum import StrEnum

from data.errors import IllegalStep

MODIFIERS = ("Ctrl", "Alt", "Shift")
LETTERS = frozenset("abdefghijklmnopqstuvwxyz0123456789")  # C and R are the screen's own
RESERVED = frozenset({"Ctrl+T", "Ctrl+W", "Ctrl+N", "Ctrl+L", "Ctrl+Shift+T", "Ctrl+Shift+W", "Ctrl+Shift+N"})


class Step(StrEnum):
    """What a key can do on the page of an alert."""

    SHOW = "show"
    TAKE = "take"
    ASK = "ask"
    RECORD = "record"


Keys = Mapping[Step, str]
NONE: Keys = {}


def understood(typed: Mapping[Step, str]) -> Keys:
    """Return keys as they are kept, "Alt+T"; what is left empty has none. Raises `IllegalStep` naming the mistake."""
    kept = {step: _one(text) for step, text in typed.items() if text.strip()}
    for key in sorted(set(kept.values())):
        if list(kept.values()).count(key) > 1:
            raise IllegalStep(f"{key} stands for two steps; give each a key of its own.")
    return kept


def _one(text: str) -> str:
    *held, last = (part.strip() for part in text.split("+"))
    modifiers = [word for word in MODIFIERS if word.lower() in {part.lower() for part in held}]
    if last.lower() not in LETTERS or len(modifiers) != len(held):
        raise IllegalStep(
            f"{text.strip()[:20]!r} is no key for this. Name a letter or digit but C and R, alone or with "
            f"{', '.join(MODIFIERS[:-1])} or {MODIFIERS[-1]}: T, Alt+T, Ctrl+Shift+4."
        )
    key = "+".join([*modifiers, last.upper()])
    if key in RESERVED:
        raise IllegalStep(f"{key} belongs to the browser; choose another key.")
    return key
