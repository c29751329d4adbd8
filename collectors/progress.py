"""What one account's collection has come to while it runs, and in the end the one outcome that is recorded of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from collectors.base import Http, Page
from data.model import Account, RunResult
from data.store.posts import Tally

SENTENCES = {
    "": "Collected.",
    "not_modified": "Nothing has changed since the last collection; the source said so.",
    "no_items": "The source answered and has no posts.",
    "gap": "Collected, but posts between this and the last collection were never seen.",
    "dropped": "Collected, but some entries could not be understood.",
    "unchecked": "Collected, but whether older posts are still there could not be asked.",
    "unfinished": "Collected, but not to the end yet; the next collection goes on from here.",
}


@dataclass(slots=True)
class Progress:
    """What has been listed so far. `oldest` and `descending` are of the pages that adjoin each other from the newest
    back, `in_pieces` that there were others; `deepest` is how far a walk back that an earlier run began has come;
    `answered` are ids asked for one by one.
    """

    ids: set[str] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    dropped: int = 0
    tally: Tally = field(default_factory=Tally)
    oldest: datetime | None = None
    descending: bool = True
    deepest: datetime | None = None
    in_pieces: bool = False
    last: Page = field(default_factory=Page)
    by_id: bool = False
    answered: set[str] = field(default_factory=set)
    unanswered: tuple[str, ...] = ()
    gone: int = 0
    cost: float = 0.0
    left: float | None = None
    unchecked: str = ""

    @property
    def items(self) -> int:
        """How many posts were listed, each counted once."""
        return len(self.ids)

    @property
    def is_up_to_now(self) -> bool:
        """Whether the walk came to the newest post, so that something can be said of the time up to now."""
        return self.last.continuous or not self.last.unfinished

    @property
    def tells_gone(self) -> bool:
        """Whether a known post that is missing is gone, one published since `oldest` or, from an exhaustive list, any:
        not when an entry could not be read, nor behind a pinned post, nor where this run read only a piece."""
        last, within = self.last, self.oldest is not None and self.descending
        partly = self.dropped or self.in_pieces or last.unfinished
        return not (last.unchanged or partly) and (last.exhaustive or within)

    def pay(self, page: Page) -> None:
        """Put down what a page cost."""
        self.cost += page.cost
        self.left = None if self.left is None else self.left - page.cost

    def count(self, page: Page) -> None:
        """Take in a page of the list."""
        self.pay(page)
        self.ids.update(item.platform_id for item in page.items)
        self.dropped += len(page.dropped)
        self.pinned.update(page.pinned)
        times = [one.published_at for one in page.items if one.published_at and one.platform_id not in self.pinned]
        if page.older:
            self.in_pieces = True
            self.deepest = min([*times, self.deepest] if self.deepest else times, default=None)
        else:
            times = ([self.oldest] if self.oldest else []) + times
            self.descending &= all(later >= earlier for later, earlier in pairwise(times))
            self.oldest = min(times, default=None)
        snapshot, moved = page.snapshot or self.last.snapshot, page.moved_to or self.last.moved_to
        self.last = replace(page, items=(), snapshot=snapshot, moved_to=moved)


def find_gap(
    complete_until: datetime | None, high_water: datetime | None, progress: Progress
) -> tuple[datetime, datetime] | None:
    """Return the stretch that was missed: the pages did not reach back to anything known, nor list everything.

    It starts where completeness ended: at `complete_until`, the end of the last complete stretch, which an account that
    had no post yet has too (None before the first run). Where all that is listed is dated before that and yet unknown,
    it starts at `high_water`, the time of the newest post then.
    """
    last, oldest = progress.last, progress.oldest
    complete = last.exhaustive or last.unchanged or last.continuous or progress.tally.overlap > 0
    if complete or not progress.is_up_to_now or oldest is None:
        return None
    start = next((at for at in (complete_until, high_water) if at is not None and at < oldest), None)
    return (start, oldest) if start else None


def outcome(progress: Progress, *, gap: bool) -> tuple[str, str, str]:
    """Return the outcome, its code and its sentence of a run that came to its end."""
    last, unchecked = progress.last, progress.unchecked
    nothing = not (progress.items or progress.dropped or progress.gone or progress.tally.changed)
    if last.unchanged and nothing:
        word, code = "unchanged", "not_modified"
    elif nothing and not unchecked and not last.unfinished:
        word, code = "empty", "no_items"
    else:
        word, code = "ok", "gap" if gap else "dropped" if progress.dropped else ""
    code = code or ("unchecked" if unchecked else "unfinished" if last.unfinished else "")
    moved = f"It has moved to {last.moved_to}; please correct the register." if last.moved_to else ""
    why = " ".join(filter(None, (SENTENCES[code], unchecked, last.unfinished, moved)))
    return word, code or ("moved" if moved else ""), why


def result(account: Account, progress: Progress, http: Http, word: str, code: str, reason: str) -> RunResult:
    """Return the result of a run with everything that was counted."""
    return RunResult(
        account_id=account.id,
        platform=account.platform,
        outcome=word,
        code=code,
        reason=reason,
        items=progress.items,
        new=progress.tally.new,
        changed=progress.tally.changed,
        dropped=progress.dropped,
        requests=http.requests,
        cost=round(progress.cost, 6),
    )
