"""A small council in a store, filled through the services: invented, restrained, and a little of everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from classifier.scan import scan
from data.model import (
    Assessed,
    Category,
    Characteristic,
    Contribution,
    Explanation,
    Finding,
    Gap,
    Item,
    Media,
    Part,
    Person,
    Platform,
    PostKind,
    Role,
    RunResult,
    Version,
)
from data.services import people
from data.services.actors import shell
from data.store import intake, runs
from data.store.engine import Store
from data.store.posts import Receipt
from tests.support import register
from tests.support.posts import item

PASSWORD = "a long enough password"
HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=window.hacked=1> **bold** [link](javascript:window.hacked=1) "
    "# heading\n\n```python\n:material/home: $x^2$ \u202eevil\u202c &lt;b&gt; these people"
)
LONG = "Minutes of the meeting. " * 4170  # about 100,000 characters
DOMAIN = "fernbrook.example"


@dataclass
class Rehearsed:
    """A model that knows its lines: the word it looks for, the category it then names, a word that argues against."""

    lines: Mapping[str, tuple[Category, str]] = field(
        default_factory=lambda: {
            "these people": (Category.DISCRIMINATION, "residents"),
            "clueless": (Category.HARASSMENT, "bins"),
            "come round": (Category.THREAT, "sorry"),
            "legs": (Category.SEXUAL_HARASSMENT, "festival"),
        }
    )
    hash: str = "b" * 64
    manifest: Mapping[str, Any] = field(default_factory=lambda: {"name": "rehearsed"})

    def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        """Return a finding for each version's own words, and one for those it passes on."""
        return [self._parts(v) for v in versions]

    def _parts(self, version: Version) -> tuple[Finding, ...]:
        own = "\n".join([version.text, *filter(None, [version.warning, *version.alt_texts])])
        unseen = ("image",) if version.media_count > len(version.alt_texts) else ()
        found = self._finding(own, Part.OWN, unseen)
        return (found, self._finding(version.shared_text, Part.SHARED, ())) if version.shared_text else (found,)

    def _finding(self, text: str, part: Part, unseen: tuple[str, ...]) -> Finding:
        met = {word: line for word, line in self.lines.items() if word in text}
        for_ = tuple(_said(text, word, 2.4) for word in met)
        against = tuple(_said(text, word, -0.8) for _, word in met.values() if word in text)
        return Finding(
            self.hash,
            0.42 if met else 0.001,
            {category: 0.42 for category, _ in met.values()},
            {Characteristic.RACE: 0.3} if "these people" in met else {},
            language="en",
            assessed=Assessed.PARTIAL if unseen else Assessed.FULL,
            not_assessed=unseen,
            cues=("quotation",) if '"' in text else (),
            part=part,
            explanation=Explanation(1.2, -1.0, for_, against, 0.2),
        )


@dataclass(frozen=True)
class Council:
    """Who works here; `owning_reviewer` holds the account events, `owner` the others."""

    reviewer: Person
    second: Person
    owning_reviewer: Person
    panel: Person
    administrator: Person
    owner: Person


def staff(store: Store, password: str | None = None) -> Council:
    """Add the people; with `password` they can sign in."""
    named = {
        "reviewer": ("Rowan Ashdown", Role.REVIEWER),
        "second": ("Sam Birchall", Role.SECOND_REVIEWER),
        "owning_reviewer": ("Olive Marsh", Role.REVIEWER),
        "panel": ("Priya Lowe", Role.PANEL),
        "administrator": ("Alex Thorne", Role.ADMINISTRATOR),
        "owner": ("Jo Field", Role.OWNER),
    }
    added = {
        key: people.add(store, shell(), f"{key.replace('_', '.')}@{DOMAIN}", name, [role], password)
        for key, (name, role) in named.items()
    }
    return Council(**added)


def fill(store: Store) -> None:
    """Add five accounts, their posts and collections, and scan them."""
    _register(store)
    now = store.now()
    _collect(
        store,
        "bins",
        [
            item(
                1,
                "Bin day moves to Thursday in the Holt because of the bank holiday.",
                published_at=now - timedelta(days=9),
            ),
            item(
                2,
                "Honestly, whoever keeps leaving sofas by the bins is clueless. Residents pay for this, you know.",
                published_at=now - timedelta(days=3),
                url="https://social.example/bins/2",
            ),
            item(
                3,
                "New glass bank at the Co-op car park.",
                published_at=now - timedelta(days=2),
                media=(
                    Media("image", "https://social.example/1.jpg", "A green glass bank"),
                    Media("image", "https://social.example/2.jpg"),
                ),
            ),
        ],
    )
    _collect(
        store,
        "events",
        [
            item(
                1,
                "Lovely legs on the stage at the summer festival, ladies. Same again next year?",
                published_at=now - timedelta(days=4),
                url="https://social.example/events/1",
                media=(Media("image", "https://social.example/3.jpg", "Dancers on the bandstand stage"),),
            ),
            item(
                2,
                "",
                kind=PostKind.SHARE,
                shared_text="If they park here again we will come round and sort it.",
                published_at=now - timedelta(days=1),
                url="https://social.example/events/2",
            ),
        ],
    )
    _collect(
        store,
        "parking",
        [
            item(
                1,
                "The market square is full by nine. It is always these people from the new estate, residents tell us.",
                published_at=now - timedelta(days=6),
                url="https://social.example/parking/1",
            ),
            item(2, HOSTILE, published_at=now - timedelta(days=5), url="javascript:alert(1)"),
            item(3, LONG, published_at=now - timedelta(days=2)),
        ],
    )
    _change(store)
    _fail(store, "library")
    for _ in scan(store, Rehearsed()):
        pass


def many(store: Store, number: int) -> None:
    """Add `number` posts of one account that each raise an alert, and scan them."""
    _collect(store, "bins", [item(n, f"Notice {n}: clueless sorting at the bins.") for n in range(100, 100 + number)])
    for _ in scan(store, Rehearsed()):
        pass


def _register(store: Store) -> None:
    today = store.now().date()
    dates = {
        "notice_date": str(today - timedelta(days=200)),
        "review_date": str(today + timedelta(days=60)),
        "renewal_date": str(today + timedelta(days=120)),
    }
    lapsed = dates | {"renewal_date": str(today - timedelta(days=12))}
    applied = dict.fromkeys(dates, "")
    owner, reviewer = f"owner@{DOMAIN}", f"owning.reviewer@{DOMAIN}"
    register.add(
        store,
        register.row(
            "bins", handle="Fernbrook Bins", owner_email=owner, purpose="Bin days and recycling news", **dates
        ),
        register.row(
            "events",
            handle="Fernbrook Events",
            department="Culture",
            owner_email=reviewer,
            platform="mastodon",
            purpose="What is on in the parks",
            **dates,
        ),
        register.row("parking", handle="Fernbrook *Parking* <b>", department="Highways", owner_email=owner, **dates),
        register.row("library", handle="Fernbrook Libraries", department="Culture", owner_email=owner, **lapsed),
        register.row("museum", handle="Fernbrook Museum", department="Culture", owner_email=owner, **applied),
    )


def _collect(store: Store, account_id: str, items: Sequence[Item]) -> None:
    now = store.now()
    with store.write() as tx:
        run_id = runs.begin(tx, account_id, now)
        tally = intake.record(tx, account_id, items, Receipt(run_id, "0" * 64, now))
        if account_id == "parking":
            runs.record_gap(
                tx, account_id, Gap(now - timedelta(days=20), now - timedelta(days=8), "the feed was cut"), run_id
            )
        runs.extend_coverage(tx, account_id, now - timedelta(days=8), now, run_id)
        done = RunResult(account_id, Platform.FEED, "ok", "", f"{len(items)} posts were read.", len(items), tally.new)
        runs.finish(tx, run_id, done, None, now)


def _change(store: Store) -> None:
    """The sofa post was worded more kindly the first time."""
    now = store.now()
    later = item(
        2,
        "Honestly, whoever keeps leaving sofas by the bins is clueless. Residents pay for this, you know!",
        published_at=now - timedelta(days=3),
        url="https://social.example/bins/2",
    )
    with store.write() as tx:
        intake.record(tx, "bins", [later], Receipt(runs.begin(tx, "bins", now), "0" * 64, now))


def _fail(store: Store, account_id: str) -> None:
    now = store.now()
    why = "library.example took too long to answer and was given up. It is tried again at the next collection."
    with store.write() as tx:
        run_id = runs.begin(tx, account_id, now)
        runs.finish(tx, run_id, RunResult(account_id, Platform.FEED, "failed", "timeout", why), None, now)


def _said(text: str, word: str, weight: float) -> Contribution:
    start = text.index(word)
    return Contribution(start, start + len(word), word, weight)
