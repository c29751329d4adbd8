"""Which collector collects which platform: the one list, explicit."""

from collections.abc import Mapping
from types import MappingProxyType

from collectors.base import Collector
from collectors.bluesky import BlueskyCollector
from collectors.feed import FeedCollector
from data.errors import CollectError
from data.model import Platform

COLLECTORS: Mapping[Platform, Collector] = MappingProxyType(
    {Platform.FEED: FeedCollector(), Platform.BLUESKY: BlueskyCollector()}
)


def collector_for(platform: str) -> Collector:
    """Return the collector of a platform; raise `CollectError` no_collector when there is none."""
    try:
        return COLLECTORS[Platform(platform)]
    except (KeyError, ValueError):
        raise CollectError(
            "no_collector",
            f"Posts of {platform} cannot be collected over its interface. Import the owner's own download instead.",
        ) from None
