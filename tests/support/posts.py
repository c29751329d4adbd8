"""Items, findings and a judge for tests that need posts but no platform."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from data.model import Category, Characteristic, Contribution, Explanation, Finding, Item, Part, PostKind, Version
from data.store import intake, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt

BASE = datetime(2026, 11, 1, 9, tzinfo=UTC)


def item(number: int, text: str = "", **more: Any) -> Item:
    """Return post `number`, published `number` hours after a fixed morning."""
    words = text or f"Post number {number}"
    payload = f"{number}:{words}".encode()
    usual: dict[str, Any] = {
        "platform_id": f"p{number}",
        "kind": PostKind.OWN,
        "text": words,
        "payload": payload,
        "original_sha256": hashlib.sha256(payload).hexdigest(),
        "rule": "test/1",
        "published_at": BASE + timedelta(hours=number),
    }
    return Item(**usual | more)


def store_items(store: Store, account_id: str, *items: Item) -> posts.Tally:
    """Store items as one run would."""
    with store.write() as tx:
        run_id = runs.begin(tx, account_id, store.now())
        return intake.record(tx, account_id, items, Receipt(run_id, "0" * 64, store.now()))


@dataclass
class WordJudge:
    """A model that is sure of what it is told: a category for texts that contain a word."""

    words: Mapping[str, Category]
    hash: str = "a" * 64
    manifest: Mapping[str, Any] = field(default_factory=lambda: {"name": "word judge"})
    calls: int = 0

    def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        """Return a finding for the own words of each version, and one for the words it passes on."""
        self.calls += 1
        return [self._parts(v, explain) for v in versions]

    def _parts(self, version: Version, explain: bool) -> tuple[Finding, ...]:
        own = self._finding(version.text, Part.OWN, explain)
        return (own, self._finding(version.shared_text, Part.SHARED, explain)) if version.shared_text else (own,)

    def _finding(self, text: str, part: Part, explain: bool) -> Finding:
        met = {category: 0.9 for word, category in self.words.items() if word in text}
        places = [(text.index(w), w) for w in self.words if w in text]
        why = Explanation(2.0, -1.0, tuple(Contribution(s, s + len(w), w, 3.0) for s, w in places)) if explain else None
        return Finding(self.hash, 0.9 if met else 0.001, met, {Characteristic.AGE: 0.5}, part=part, explanation=why)
