"""Which collector collects which platform: the one list, explicit."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from collectors.base import Collector
from collectors.bluesky import BlueskyCollector
from collectors.feed import FeedCollector
from collectors.mastodon import MastodonCollector
from collectors.x import XCollector
from data.config import Settings
from data.errors import CollectError
from data.model import Platform

COLLECTORS: Mapping[Platform, Collector] = MappingProxyType(
    {
        Platform.FEED: FeedCollector(),
        Platform.BLUESKY: BlueskyCollector(),
        Platform.MASTODON: MastodonCollector(),
        Platform.X: XCollector(),
    }
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


def configured(settings: Settings) -> Callable[[str], Collector]:
    """Return `collector_for` with what the settings say of a platform that is paid for."""
    own: Mapping[Platform, Collector] = {Platform.X: XCollector(settings.x_first_posts, settings.x_recheck_posts)}

    def find(platform: str) -> Collector:
        found = collector_for(platform)
        return own.get(found.platform, found)

    return find
