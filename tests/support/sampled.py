"""A sample for tests: the settings under which it is on, and reading it to its end."""

from collections.abc import Callable

from data.config import Settings
from data.model import Judgement, Person
from data.services import answering
from data.store.engine import Store

ON = Settings(sample_size=40, sample_dpia="DPIA-12", sample_notice="2026-09-01")


def answer_all(store: Store, who: Person, judge: Callable[[str], Judgement]) -> int:
    """Answer everything that waits for someone, by its words; return how many that was."""
    count = 0
    while (one := answering.following(store, who, ON)) is not None:
        answering.uncover(store, who, ON, one.id)
        answering.answer(store, who, one.id, judge(one.version.text))
        count += 1
    return count
