"""What collecting needs from outside, as the settings say."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from collectors.credentials import read_tokens
from collectors.http import Limits, Network
from collectors.job import Tools
from collectors.registry import configured
from data.config import Settings
from data.model import Platform

MIB = 2**20
SELDOM = (50_000, 20, 100)  # thresholds of the garbage collector for one round, which makes much and few cycles


@contextmanager
def tools(settings: Settings, allow_private: Sequence[str] = ()) -> Iterator[Tools]:
    """Yield what collecting needs: the registry of collectors and guarded clients, as the settings say."""
    limits = Limits(
        connect=settings.connect_seconds,
        total=settings.answer_seconds,
        max_bytes=int(settings.max_answer_mib * MIB),
    )
    allowed = (*settings.allow_private, *allow_private)
    tokens = read_tokens(settings)
    caps = {Platform.X: settings.x_monthly_usd}
    with Network(allow_private=allowed, proxy=settings.proxy, limits=limits, tokens=tokens) as network:
        yield Tools(configured(settings, tokens), network.client, settings.zone, settings.collect_workers, caps)
