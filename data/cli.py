"""What every command shares: the settings, the store, and how to speak to the person or program that called."""

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

import click

from data.clock import Clock, system_clock
from data.config import Settings
from data.store.engine import Store, open_store

T = TypeVar("T")
MINUTE = 60.0
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
CONTROLS = {c: None for c in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if c not in (0x09, 0x0A)}
BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass
class Context:
    """The object that click hands to every command."""

    settings: Settings
    as_json: bool = False
    quiet: bool = False
    clock: Clock = system_clock
    failures: list[str] = field(default_factory=list)

    @cached_property
    def store(self) -> Store:
        """The store, opened at first use; raises `StoreError` when there is none."""
        return open_store(self.settings.store, self.clock)

    def say(self, text: str) -> None:
        """Tell the person something: on standard error when the output is JSON."""
        if not self.quiet:
            click.echo(plain(text), err=self.as_json)

    def emit(self, document: Any, text: str) -> None:
        """Give the result: one JSON document with `--json`, else `text`."""
        if self.as_json:
            click.echo(as_json(document))
        elif not self.quiet:
            click.echo(plain(text))

    def progress(self, items: Iterable[T], label: str, length: int | None = None) -> Iterator[T]:
        """Yield `items` behind a progress bar on a terminal, with one line a minute elsewhere."""
        if self.quiet:
            yield from items
        elif sys.stderr.isatty():
            with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
                yield from bar
        else:
            yield from _spoken(items, label, length)


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic in the stubs alone
    """A time span such as 90s, 15m, 2h or 1d."""

    name = "duration"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, context: click.Context | None
    ) -> timedelta:
        """Return the span; fails with an example for anything else, and for spans under a second."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([smhd])", value.strip())
        span = timedelta(seconds=int(found[1]) * UNITS[found[2]]) if found else timedelta()
        if not timedelta(seconds=1) <= span <= timedelta(days=1):
            self.fail(
                f"{value!r} is no time span between a second and a day; write 90s, 15m, 2h or 1d.", param, context
            )
        return span


DURATION = Duration()


def as_json(document: Any) -> str:
    """Return a document as JSON on one line, with escapes for whatever a terminal might obey or UTF-8 cannot hold."""
    text = json.dumps(document, ensure_ascii=False, default=str)
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain(text: str) -> str:
    """Return `text` without what a terminal obeys or cannot show: post text may end up on a terminal."""
    return text.translate(CONTROLS).translate(BIDI).encode(errors="replace").decode()  # half a character is a "?"


def _spoken(items: Iterable[T], label: str, length: int | None) -> Iterator[T]:
    said = time.monotonic()
    for n, item in enumerate(items, 1):
        yield item
        if time.monotonic() - said >= MINUTE:
            click.echo(f"{label}: {n}{f' of {length}' if length else ''}", err=True)
            said = time.monotonic()


pass_context = click.make_pass_decorator(Context)
