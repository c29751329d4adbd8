"""Texts for owners in another language: gettext's catalogues, read from the .po files that translators edit.

The standard library reads compiled catalogues alone, and nothing here has to be compiled: a .po file is small.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from gettext import NullTranslations
from importlib.resources import files

from data.errors import NotFound

FOLDER = files("dashboard") / "templates"
LANGUAGES: Mapping[str, str] = {"en": "English", "cy": "Cymraeg (Welsh)"}


class Catalogue(NullTranslations):
    """The texts of a language; what has no translation stays English, and says so in `missing`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.texts = texts
        self.missing: list[str] = []

    def gettext(self, message: str) -> str:
        """Return a text in this language."""
        found = self.texts.get(message, "")
        if not found:
            self.missing.append(message)
        return found or message


def translations(language: str) -> NullTranslations:
    """Return the texts of a language; raise `NotFound` for one there is no catalogue of."""
    if language not in LANGUAGES:
        raise NotFound(f"There are no texts in {language!r}; there are {', '.join(LANGUAGES)}.")
    return NullTranslations() if language == "en" else Catalogue(_texts(language))


def read(content: str) -> dict[str, str]:
    """Return the texts of a .po file by their English; raise `ValueError`, with the line, for what is none."""
    found: dict[str, str] = {}
    for entry in _entries(content):
        if entry.get("msgid"):
            found[entry["msgid"]] = entry.get("msgstr", "")
    return found


@cache
def _texts(language: str) -> Mapping[str, str]:
    return read((FOLDER / f"{language}.po").read_text(encoding="utf-8"))


def _entries(content: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    last = ""
    for number, line in enumerate(content.splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, quote, rest = text.partition('"')
        key = key.strip()
        if not quote or key not in ("msgid", "msgstr", ""):
            raise ValueError(f"line {number}: {text[:40]!r} is neither msgid, msgstr nor a text in quotes")
        if key == "msgid" and entry:
            yield entry
            entry = {}
        last = key or last
        entry[last] = entry.get(last, "") + _unquoted(f'"{rest}', number)
    if entry:
        yield entry


def _unquoted(text: str, number: int) -> str:
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"line {number}: {text[:40]!r} is no text in quotes") from error
